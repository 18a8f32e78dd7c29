"""Start a control plane and a fake node: children of this process, in one folder.

Run as a program it starts one for trying things by hand, until it is interrupted.
"""

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import urllib3

from tests.controlplane import build
from tests.controlplane.api import Api

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
_PAUSE = 0.05
_PROCESS_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl
_C = ctypes.CDLL(None)
_TOKENS = 'admin-token,admin,u1,"system:masters"\ndev-token,dev,u2,"devs"\n'
_IDLE = (
    "bootstrap-signer",
    "certificatesigningrequest-approving",
    "certificatesigningrequest-cleaner",
    "certificatesigningrequest-signing",
    "cloud-node-lifecycle",
    "node-ipam",
    "node-route",
    "service-lb",
    "token-cleaner",
    "ttl",
)
"""Controllers that have nothing to do without a cloud and without kubelets."""


class Programs:
    """The programs of one control plane, and the folder of what they keep and say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = spawn(*command, output=log.fileno())

    def wait_for(self, truth: Iterator[bool], what: str) -> None:
        """Ask until it holds; every program has to live meanwhile."""
        end = time.monotonic() + PATIENCE
        while not next(truth):
            for name, program in self.running.items():
                if program.poll() is not None:
                    raise RuntimeError(f"{name} ended: {self._said(name)}")
            if time.monotonic() > end:
                raise RuntimeError(f"no {what} after {PATIENCE:.0f} s")
            time.sleep(_PAUSE)

    def _said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")[-2000:]

    def stop(self) -> None:
        """End all at once: nothing that they keep is needed any more."""
        for program in self.running.values():
            program.kill()
        for program in self.running.values():
            program.wait()


def spawn(*command: str, output: int) -> subprocess.Popen[bytes]:
    """Start a program that dies with us, however we die (on Linux)."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,  # an interrupt is for us, who end it in order
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, no lock
    )


def _die_with_parent() -> None:
    if hasattr(_C, "prctl"):
        _C.prctl(_PROCESS_DEATH_SIGNAL, signal.SIGKILL)


@contextlib.contextmanager
def running(
    *flags: str, has_node: bool = True, has_controllers: bool = True
) -> Iterator[Path]:
    """Start everything and yield the kubeconfig; *flags* are more for the server."""
    with tempfile.TemporaryDirectory(
        prefix="kompyle-", ignore_cleanup_errors=True
    ) as name:
        programs = Programs(Path(name))
        try:
            kubeconfig = _start_server(programs, flags)
            if has_controllers:
                _start_controllers(programs, kubeconfig)
            if has_node and has_controllers:
                module = "tests.controlplane.fake_kubelet"
                programs.start("node", sys.executable, "-m", module, str(kubeconfig))
            with Api(kubeconfig) as api:
                programs.wait_for(_is_ready(api), "answer of the server")
            yield kubeconfig
        finally:
            programs.stop()


def _start_server(programs: Programs, flags: Iterable[str]) -> Path:
    """Start etcd and the server; return the kubeconfig when its certificate exists."""
    folder = programs.folder
    client, peer, secure = free_ports(3)
    key, tokens, certificates = folder / "sa.key", folder / "tokens", folder / "certs"
    _make_key(key)
    tokens.write_text(_TOKENS, "utf-8")
    here = "http://127.0.0.1"
    programs.start(
        "etcd",
        str(build.folder() / "etcd"),
        f"--data-dir={folder}/etcd",
        "--unsafe-no-fsync",
        f"--listen-client-urls={here}:{client}",
        f"--advertise-client-urls={here}:{client}",
        f"--listen-peer-urls={here}:{peer}",
        f"--initial-advertise-peer-urls={here}:{peer}",
        f"--initial-cluster=default={here}:{peer}",
    )
    programs.start(
        "kube-apiserver",
        str(build.folder() / "kube-apiserver"),
        f"--etcd-servers={here}:{client}",
        "--bind-address=127.0.0.1",
        f"--secure-port={secure}",
        f"--cert-dir={certificates}",
        "--authorization-mode=RBAC",
        f"--token-auth-file={tokens}",
        "--service-cluster-ip-range=10.0.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        "--endpoint-reconciler-type=none",
        "--allow-privileged=true",
        *flags,
    )
    certificate = certificates / "apiserver.crt"
    programs.wait_for(_is_there(certificate), "certificate of the server")
    return _kubeconfig(folder, secure, certificate)


def _start_controllers(programs: Programs, kubeconfig: Path) -> None:
    manager, scheduler = free_ports(2)
    common = (
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
    )
    idle = ",".join(f"-{name}-controller" for name in _IDLE)
    programs.start(
        "kube-controller-manager",
        str(build.folder() / "kube-controller-manager"),
        *common,
        f"--secure-port={manager}",
        "--use-service-account-credentials=true",
        f"--service-account-private-key-file={programs.folder}/sa.key",
        f"--root-ca-file={programs.folder}/certs/apiserver.crt",
        f"--controllers=*,{idle}",
    )
    program = str(build.folder() / "kube-scheduler")
    programs.start("kube-scheduler", program, *common, f"--secure-port={scheduler}")


def _make_key(target: Path) -> None:
    command = ["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout"]
    subprocess.run([*command, "-out", target], check=True, capture_output=True)


def free_ports(number: int) -> list[int]:
    """Name ports that nobody listens on, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for found in sockets:
            found.bind(("127.0.0.1", 0))
        return [found.getsockname()[1] for found in sockets]


def _kubeconfig(folder: Path, port: int, certificate: Path) -> Path:
    cluster = {
        "server": f"https://127.0.0.1:{port}",
        "certificate-authority": str(certificate),
    }
    users = [
        {"name": user, "user": {"token": f"{user}-token"}} for user in ("admin", "dev")
    ]
    contexts = [
        {"name": user["name"], "context": {"cluster": "test", "user": user["name"]}}
        for user in users
    ]
    text = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": users,
        "contexts": contexts,
        "current-context": "admin",
    }
    target = folder / "kubeconfig"
    target.write_text(json.dumps(text), "utf-8")
    return target


def _is_there(file: Path) -> Iterator[bool]:
    while True:
        yield file.exists() and file.stat().st_size > 0


def _is_ready(api: Api) -> Iterator[bool]:
    """Whether the server is, and has what it makes by itself."""
    while True:
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            found = [api.call("GET", path) for path in _FIRST]
            yield all(answer.status == 200 for answer in found)
            continue
        yield False


_FIRST = ("/readyz", "/api/v1/namespaces/default")


def main() -> None:
    """Start a control plane for trying things by hand."""
    with running() as kubeconfig, contextlib.suppress(KeyboardInterrupt):
        print(f"export KUBECONFIG={kubeconfig} PATH={build.folder()}:$PATH", flush=True)  # noqa: T201
        signal.pause()


if __name__ == "__main__":
    main()
