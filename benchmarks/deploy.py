"""Measures `kompyle up` next to `kubectl apply --server-side`, on one API server.

The server is real and by itself: no controllers, which would take most of the time of
both.  Every number is the median of several runs, each in a namespace of its own, the
two tools in turn.  Nothing is asserted: the ratio stands beside its target.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from bench import KIB_PER_MIB, KOMPYLE, Cost
from distance import far

from tests.controlplane import build
from tests.controlplane.api import Api
from tests.controlplane.proxy import Proxy, proxied
from tests.controlplane.server import running

ROUND_TRIP = 0.02
SERVICE = """
  s{number}:
    image: nginx
    ports: ["{port}:80"]
    environment: {{NUMBER: "{number}", COLOUR: blue}}
    volumes: ["v{number}:/data"]
"""
OBJECTS = 4
"""Of each service: ConfigMap, PersistentVolumeClaim, Service, Deployment."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table: what took how long, and what it is compared with."""

    name: str
    ours: float
    theirs: float
    target: float | None = None

    def __str__(self) -> str:
        ratio = self.ours / self.theirs
        line = f"{self.name:44}{self.ours:9.2f}{self.theirs:9.2f}{ratio:8.2f}"
        if self.target is None:
            return line
        return f"{line}{self.target:8.2f}{'  missed' * (ratio > self.target)}"


@dataclass(frozen=True, slots=True)
class Run:
    """A process that has ended, and what it printed."""

    cost: Cost
    out: str

    @property
    def applying(self) -> float:
        """Seconds from the plan to the last object that was written."""
        events = [json.loads(line) for line in self.out.splitlines()]
        times = {
            (item["type"], item["phase"]): datetime.fromisoformat(item["ts"])
            for item in events
        }
        return (times["object", "apply"] - times["notice", "plan"]).total_seconds()


class Bench:
    """A server, a proxy before it that counts requests, and projects of some sizes."""

    def __init__(self, folder: Path, api: Api, proxy: Proxy, runs: int) -> None:
        self.folder = folder
        self.api = api
        self.proxy = proxy
        self.runs = runs
        self.numbers = count()

    def write(self, objects: int) -> Path:
        """Write a project that makes so many objects, and convert it for kubectl."""
        folder = self.folder / str(objects)
        folder.mkdir()
        numbers = range(objects // OBJECTS)
        services = (SERVICE.format(number=n, port=10000 + n) for n in numbers)
        volumes = "".join(f"  v{n}:\n" for n in numbers)
        text = f"name: bench\nservices:{''.join(services)}volumes:\n{volumes}"
        (folder / "compose.yaml").write_text(text, "utf-8")
        convert = [KOMPYLE, "convert", "-q", "-o", "k8s.yaml"]
        subprocess.run(convert, cwd=folder, check=True)
        return folder

    def namespace(self) -> str:
        name = f"bench-{next(self.numbers)}"
        self.api.make_namespace(name)
        return name

    def kubectl(self, folder: Path, config: Path, namespace: str) -> Run:
        program = str(build.folder() / "kubectl")
        command = [program, "apply", "--server-side", "-f", "k8s.yaml", "-n", namespace]
        return self._run(command, folder, config)

    def up(self, folder: Path, config: Path, namespace: str) -> Run:
        command = [KOMPYLE, "up", "--no-wait", "--output", "json", "-n", namespace]
        return self._run([*command, "--context", "admin"], folder, config)

    def _run(self, command: list[str], folder: Path, config: Path) -> Run:
        homes = {"KUBECONFIG": config, "HOME": folder, "XDG_STATE_HOME": folder}
        started = datetime.now().astimezone()
        with (folder / "out").open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=os.environ | {name: str(path) for name, path in homes.items()},
                stdout=out,
                stderr=subprocess.DEVNULL,
            )
            _, status, usage = os.wait4(process.pid, 0)
        wall = (datetime.now().astimezone() - started).total_seconds()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        cpu = usage.ru_utime + usage.ru_stime
        mib = usage.ru_maxrss / KIB_PER_MIB
        return Run(Cost(wall, cpu, mib), (folder / "out").read_text("utf-8"))

    def both(
        self, folder: Path, config: Path
    ) -> tuple[list[Run], list[Run], list[Run]]:
        """Have both tools create the same objects, in turn; ours does it twice."""
        theirs, ours, again = [], [], []
        for _ in range(self.runs):
            theirs.append(self.kubectl(folder, config, self.namespace()))
            namespace = self.namespace()
            ours.append(self.up(folder, config, namespace))
            again.append(self.up(folder, config, namespace))
        return theirs, ours, again


def median(runs: list[Run], value: Callable[[Run], float]) -> float:
    return statistics.median(map(value, runs))


def wall(run: Run) -> float:
    return run.cost.wall


def measures(bench: Bench, direct: Path, distant: Path) -> Iterator[str]:
    """Yield the lines of the table, each when it is known."""
    small, large = bench.write(100), bench.write(1000)
    for name, folder, config, targets in (
        ("apply, 100 objects, loopback", small, direct, (0.6, None, None)),
        ("apply, 1000 objects, loopback", large, direct, (0.55, None, None)),
        ("apply, 100 objects, 20 ms", small, distant, (0.35, None, None)),
        ("apply, 1000 objects, 20 ms", large, distant, (0.12, 0.25, 0.12)),
    ):
        theirs, ours, again = bench.both(folder, config)
        them = median(theirs, wall)
        found = (
            (name, median(ours, lambda run: run.applying)),
            ("    whole up, with its plan", median(ours, wall)),
            ("    second up, without changes", median(again, wall)),
        )
        for (what, seconds), target in zip(found, targets, strict=True):
            yield str(Measure(what, seconds, them, target))
        yield (
            f"    cpu {median(ours, lambda run: run.cost.cpu):.2f} s, then "
            f"{median(again, lambda run: run.cost.cpu):.2f} s; "
            f"kubectl {median(theirs, lambda run: run.cost.cpu):.2f} s; "
            f"peak {median(ours, lambda run: run.cost.mib):.0f} MiB"
        )
    yield from counted(bench, small)


def counted(bench: Bench, folder: Path) -> Iterator[str]:
    """Yield how many requests a run without changes makes, and what starting costs."""
    namespace, config = bench.namespace(), bench.proxy.kubeconfig
    bench.up(folder, config, namespace)
    before = len(bench.proxy.requests)
    bench.up(folder, config, namespace)
    asked = bench.proxy.requests[before:]
    writes = [r for r in asked if r.is_write and "/leases" not in r.path]
    yield f"second up of 100 objects: {len(asked)} requests, {len(writes)} writes"
    history = [KOMPYLE, "history", "-n", namespace, "--context", "admin"]
    runs = [bench._run(history, folder, config) for _ in range(bench.runs)]  # noqa: SLF001
    yield f"start of a cluster command: {median(runs, lambda r: r.cost.cpu):.2f} s CPU"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3, help="per number (default 3)")
    options = parser.parse_args()
    if not build.is_built():
        sys.exit(build.ADVICE)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kompyle-"))
        config = stack.enter_context(running(has_controllers=False))
        proxy = stack.enter_context(proxied(config))
        distant = stack.enter_context(far(config, ROUND_TRIP))
        api = stack.enter_context(Api(config))
        print(f"{'seconds':44}{'kompyle':>9}{'kubectl':>9}{'ratio':>8}{'target':>8}")
        bench = Bench(Path(folder), api, proxy, options.runs)
        for line in measures(bench, config, distant):
            print(line, flush=True)


if __name__ == "__main__":
    main()
