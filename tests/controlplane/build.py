"""Build the programs of a control plane from Go modules, once, into the user's cache.

Run as a program it builds what is missing: ``make control-plane``.  To do without Go
is all right with ``--if-possible``, unless KOMPYLE_REQUIRE_CLUSTER is set.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
KUBERNETES = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")
PROGRAMS = (*KUBERNETES, "etcd")
ADVICE = "The tests of the control plane need it built: install Go, make control-plane."
OPTIONAL = "--if-possible"
REQUIRED = "KOMPYLE_REQUIRE_CLUSTER"
_MODULES = (HERE / "etcd", HERE / "kubernetes")
_FILES = ("go.mod", "go.sum")
_VERSION = re.compile(r"k8s\.io/kubernetes v((\d+)\.(\d+)\.\d+)")
_JOBS = 4


def folder() -> Path:
    """Name where the programs are, or would be; other versions are elsewhere."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    texts = [(module / file).read_bytes() for module in _MODULES for file in _FILES]
    key = hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]
    return cache / "kompyle" / "control-plane" / key


def is_built() -> bool:
    return all((folder() / program).is_file() for program in PROGRAMS)


def build() -> None:
    """Build all programs, and put them in place when all are there."""
    target = folder()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="new-") as made:
        for name, module, arguments in _builds():
            started = time.monotonic()
            print(f"building {name} ...", end=" ", flush=True)  # noqa: T201
            command = ["go", "build", "-trimpath", f"-p={_jobs()}", "-buildvcs=false"]
            command += ["-o", f"{made}/{name}", *arguments]
            environment = os.environ | {"CGO_ENABLED": "0", "GOWORK": "off"}
            subprocess.run(command, cwd=module, env=environment, check=True)
            print(f"{time.monotonic() - started:.0f} s", flush=True)  # noqa: T201
        target.mkdir(exist_ok=True)
        for program in PROGRAMS:
            Path(made, program).replace(target / program)


def _builds() -> Iterator[tuple[str, Path, list[str]]]:
    """List the programs, where their modules are, and what to tell the compiler."""
    etcd, kubernetes = _MODULES
    yield "etcd", etcd, ["-ldflags=-s -w", "go.etcd.io/etcd/server/v3"]
    found = _VERSION.search((kubernetes / "go.mod").read_text("utf-8"))
    assert found
    facts = dict(
        zip(("gitVersion", "gitMajor", "gitMinor"), found.groups(), strict=True)
    )
    facts["gitVersion"] = f"v{facts['gitVersion']}"
    package = "k8s.io/component-base/version"
    stamps = " ".join(f"-X {package}.{name}={text}" for name, text in facts.items())
    for program in KUBERNETES:
        source = f"k8s.io/kubernetes/cmd/{program}"
        yield program, kubernetes, [f"-ldflags=-s -w {stamps}", source]


def _jobs() -> int:
    return min(_JOBS, os.cpu_count() or 1)


def main() -> None:
    """Build what is missing; say what is done."""
    if is_built():
        print(f"The control plane is in {folder()}.")  # noqa: T201
        return
    if not shutil.which("go"):
        fact = f"Go is not installed, or not on the path. {ADVICE}"
        if OPTIONAL not in sys.argv or os.environ.get(REQUIRED):
            sys.exit(fact)
        print(fact)  # noqa: T201
        return
    print("The first build takes some minutes; later ones find it done.", flush=True)  # noqa: T201
    try:
        build()
    except subprocess.CalledProcessError as error:
        sys.exit(f"Go could not build the control plane (exit {error.returncode}).")
    print(f"The control plane is in {folder()}.")  # noqa: T201


if __name__ == "__main__":
    main()
