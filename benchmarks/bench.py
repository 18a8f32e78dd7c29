"""Measures Kompyle as users meet it: whole processes, by size of the project.

Wall and CPU time and peak memory of each process come from the kernel (wait4); every
number is the median of several runs. Nothing is asserted: read it, compare it.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

SHARED = Path(
    os.environ.get("KOMPYLE_SHARED") or Path(__file__).parents[2] / "shared"
).resolve()
GENERATOR = SHARED / "benchmark" / "generate.py"
KOMPYLE = str(Path(sys.executable).with_name("kompyle"))
SIZES = [5, 100, 1000]
LARGE = 10000
WARM = 5
KIB_PER_MIB = 1024 if sys.platform == "linux" else 1024 * 1024

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its own

WARM_CODE = """
import statistics, sys, time
import kompyle

def seconds(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started

load = lambda: kompyle.load([sys.argv[1]], env={})
project = load()
kompyle.convert(project)
print(statistics.median(seconds(load) for _ in range(20)),
      statistics.median(seconds(lambda: kompyle.convert(project)) for _ in range(20)))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    wall: float
    cpu: float
    mib: float


def main() -> None:
    options = arguments()
    if not GENERATOR.is_file():
        sys.exit(f"no {GENERATOR}: KOMPYLE_SHARED names the folder that holds it")
    with tempfile.TemporaryDirectory(prefix="kompyle-bench-") as folder:
        measure(Path(folder), options.runs, SIZES + [LARGE] * options.large)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--large", action="store_true", help=f"also {LARGE} services")
    parser.add_argument("--runs", type=int, default=5, help="per number (default 5)")
    return parser.parse_args()


def measure(folder: Path, runs: int, sizes: list[int]) -> None:
    costs: dict[str, Cost] = {}
    print(f"{'':26}{'wall s':>9}{'cpu s':>9}{'peak MiB':>10}")
    for name, command in commands(folder, sizes):
        try:
            costs[name] = median(command, folder, runs)
        except subprocess.CalledProcessError as failure:
            print(f"{name:26}  failed: exit code {failure.returncode}")
            continue
        cost = costs[name]
        print(f"{name:26}{cost.wall:9.3f}{cost.cpu:9.3f}{cost.mib:10.1f}", flush=True)
    print()
    print_warm(folder)
    for line in ratios(costs, sizes):
        print(line)


def commands(folder: Path, sizes: list[int]) -> Iterator[tuple[str, list[str]]]:
    """List what is measured; each input is written just before its commands run."""
    yield "python -c pass", [sys.executable, "-c", "pass"]
    yield "python -c 'import typer'", [sys.executable, "-c", "import typer"]
    yield "import kompyle", [sys.executable, "-c", "import kompyle"]
    yield "kompyle --version", [KOMPYLE, "--version"]
    for size in sizes:
        compose = str(written(folder, size))
        out = str(folder / f"k8s-{size}")
        yield f"config -q {size}", [KOMPYLE, "-f", compose, "config", "-q"]
        yield f"config {size}", [KOMPYLE, "-f", compose, "config"]
        yield f"convert {size}", [KOMPYLE, "-f", compose, "convert", "-q", "-o", out]


def written(folder: Path, size: int) -> Path:
    path = folder / f"compose-{size}.yaml"
    with path.open("wb") as file:
        subprocess.run(
            [sys.executable, str(GENERATOR), str(size)], stdout=file, check=True
        )
    return path


def median(command: list[str], folder: Path, runs: int) -> Cost:
    costs = [run(command, folder) for _ in range(runs)]
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.mib for cost in costs),
    )


def run(command: list[str], folder: Path) -> Cost:
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / KIB_PER_MIB)


def print_warm(folder: Path) -> None:
    """Show what the second and later calls cost inside one process."""
    compose = str(written(folder, WARM))
    command = [sys.executable, "-c", WARM_CODE, compose]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        print(f"warm, {WARM} services: failed:", *last)
        return
    load, convert = (float(number) * 1000 for number in done.stdout.split())
    print(f"warm, {WARM} services: load {load:.2f} ms, convert {convert:.2f} ms")


def ratios(costs: dict[str, Cost], sizes: list[int]) -> Iterator[str]:
    """Compare the numbers; pairs of which one failed are left out."""
    with contextlib.suppress(KeyError):
        start = costs["convert 5"].wall / costs["python -c pass"].wall
        yield f"convert 5 / python -c pass: {start:.1f}"
    for verb in ("config -q", "convert"):
        for small, big in pairwise(sizes):
            with contextlib.suppress(KeyError):
                before, after = costs[f"{verb} {small}"], costs[f"{verb} {big}"]
                yield f"{verb} {small} -> {big}: {growth(before, after, small, big)}"


def growth(before: Cost, after: Cost, small: int, big: int) -> str:
    """Say what a service costs in the bigger project, next to the smaller one."""
    times, more = big / small, big - small
    return (
        f"per service wall x {after.wall / before.wall / times:.2f}, "
        f"cpu x {after.cpu / before.cpu / times:.2f}; "
        f"each further one {1000 * (after.wall - before.wall) / more:.2f} ms, "
        f"{1024 * (after.mib - before.mib) / more:.1f} KiB"
    )


if __name__ == "__main__":
    main()
