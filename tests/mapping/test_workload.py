"""Workloads as a whole: their order, and names that would fall together."""

from itertools import pairwise
from pathlib import Path

from kompyle.pipeline import convert
from tests.compose.loading import loaded

CHAIN = 1300


def test_a_long_chain_of_jobs(tmp_path: Path) -> None:
    names = [f"job{number:04}" for number in range(CHAIN)]
    services = [
        f"  {name}: {{image: i, depends_on: {{{before}: "
        "{condition: service_completed_successfully}}}"
        for name, before in pairwise(names)
    ]
    services.append(f"  {names[-1]}: {{image: i}}")
    result = convert(loaded(tmp_path, "\n".join(["services:", *services])))
    kinds = [item["kind"] for item in result.manifests]
    assert (kinds.count("Job"), kinds.count("Deployment")) == (CHAIN - 1, 1)
