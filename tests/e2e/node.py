"""The one-node cluster beside the checkout: what it needs, starting it, ending it.

Run as a program with KOMPYLE_REQUIRE_CLUSTER=1 it installs and builds what is missing.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kompyle.options import Options
from tests.conftest import SHARED

REQUIRED = "KOMPYLE_REQUIRE_CLUSTER"
CONTEXT = "KOMPYLE_TEST_CONTEXT"
ADVICE = f"KOMPYLE_TEST_CONTEXT names a cluster; or try: {REQUIRED}=1 make e2e"
SCRIPTS = SHARED / "cluster"
_CURL = Path(__file__).parent / "images" / "curl"
_PROGRAMS = ("etcd", "kube-apiserver", "kubelet", "kubectl", "coredns")
_IMAGES = {
    "pause": "docker.io/local/pause:1",
    **{
        name: f"docker.io/library/{name}:*"
        for name in ("busybox", "debian", "nginx", "postgres", "python", "redis")
    },
}
"""What Pods and tests need, and the full name that tells whether it is there."""

_PACKAGES = {
    "containerd": "containerd",
    "runc": "runc",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
    "ip": "iproute2",
    "iptables": "iptables",
    "nft": "nftables",
    "conntrack": "conntrack",
    "debootstrap": "debootstrap",
    "socat": "socat",
    "ethtool": "ethtool",
}
"""What has to be there, and the Debian package that brings it."""


def state() -> Path:
    """Name the folder of the cluster's programs, images and files."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("STATE") or cache / "kompyle-cluster")


def kubectl() -> Path:
    return state() / "bin" / "kubectl"


def missing() -> str | None:
    """Say why there can be no cluster here; None if it is up, or can be started."""
    if not SCRIPTS.is_dir():
        return f"there is no {SCRIPTS}"
    if os.geteuid() != 0:
        return "a node needs root"
    if packages := _packages():
        return f"these Debian packages are missing: {' '.join(packages)}"
    if not _is_built():
        return f"the programs of a node are not in {state()}"
    if images := _images():
        return f"these images are missing: {' '.join(images)}"
    return None


@contextlib.contextmanager
def running() -> Iterator[Path]:
    """Yield the kubeconfig; end the cluster if it was down before."""
    kubeconfig = state() / "kubeconfig"
    if _is_up():
        yield kubeconfig
        return
    _run("up.sh")
    try:
        yield kubeconfig
    finally:
        _run("down.sh")


def prepare() -> None:
    """Install and build what is missing."""
    if packages := _packages():
        install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends"]
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run([*install, *packages], check=True)
    if not _is_built():
        _run("build.sh")
    images = _images()
    if own := [name for name in images if name in _IMAGES]:
        _run("images.py", *own)
    if len(images) > len(own):
        _run("images.py", "build", str(_CURL), "-t", Options().api_image)


def _packages() -> list[str]:
    return [name for what, name in _PACKAGES.items() if not shutil.which(what)]


def _is_built() -> bool:
    return all((state() / "bin" / name).is_file() for name in _PROGRAMS)


def _images() -> list[str]:
    """List images that are not there; that of curl has a tag."""
    metas = (state() / "images" / "meta").glob("*.json")
    names = {
        name for meta in metas for name in json.loads(meta.read_text("utf-8"))["names"]
    }
    curl = Options().api_image
    wanted = _IMAGES | {curl: f"docker.io/{curl}"}
    return [name for name, full in wanted.items() if full not in names]


def _is_up() -> bool:
    """Whether its first process lives; without it nobody may ask its addresses."""
    with contextlib.suppress(OSError):
        number = (state() / "run" / "init.pid").read_text("utf-8").strip()
        return b"up.sh" in Path(f"/proc/{number}/cmdline").read_bytes()
    return False


def _run(script: str, *arguments: str) -> None:
    """Run one of its scripts; what it says matters only when it fails."""
    command = [str(SCRIPTS / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{script} failed: {(done.stdout + done.stderr)[-2000:]}")


def main() -> None:
    """Prepare for the tests, if they are required here."""
    is_needed = os.environ.get(REQUIRED) and not os.environ.get(CONTEXT)
    reason = missing() if is_needed else None
    if not reason:
        return
    print(f"{reason}: installing and building, which takes some minutes", flush=True)  # noqa: T201
    prepare()
    if reason := missing():
        sys.exit(reason)


if __name__ == "__main__":
    main()
