"""All real projects beside the checkout: converted soundly, or refused with a place.

At the end of the run a table sums up what became of them (tests/conftest.py).
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from kompyle.diagnostics import Severity
from kompyle.keypath import render
from kompyle.mapping.keys import Fate
from kompyle.names import slug
from tests.accounting import elsewhere, wrong_fields, wrong_leaves
from tests.cases import CORPUS, Case, corpus, source
from tests.conftest import ROOT
from tests.faults import exposed, faults
from tests.soundness import pods, selected_pods

PROJECTS = 142
FATES = ("kept", "adapted", "ignored", "lost")
NAMES: list[Any] = list(corpus()) or [
    pytest.param("none", marks=pytest.mark.skip(reason=f"there is no {CORPUS}"))
]
_IMAGE = re.compile(r"(.*\.(?:image|build))\b.*")
each_project = pytest.mark.parametrize("name", NAMES)


def accepted(name: str) -> Case:
    case = corpus()[name]
    if case.accepted is None:
        pytest.skip("the reference refuses it too")
    return case


def test_all_projects_are_there() -> None:
    if not corpus():
        pytest.skip(f"there is no {CORPUS}")
    assert len(corpus()) == PROJECTS


@each_project
def test_accepted_where_the_reference_accepts(name: str) -> None:
    case = corpus()[name]
    errors = [item for item in case.diagnostics if item.severity is Severity.ERROR]
    assert bool(errors) == (source(case)["compose_go"] != "ok"), errors
    assert all(item.position for item in errors)


@each_project
def test_manifests_are_sound(name: str) -> None:
    case = accepted(name)
    assert not list(faults(case.manifests, elsewhere(case)))
    assert not exposed(case)


@each_project
def test_every_service_is_reached_by_its_name(name: str) -> None:
    """A Service of its name selects the one workload that runs its container."""
    case = accepted(name)
    made = {
        item["metadata"]["name"]: selected_pods(item, case.manifests)
        for item in case.manifests
        if item["kind"] == "Service"
    }
    expected = {slug(service): [workload(case, service)] for service in running(case)}
    assert {service: made.get(service) for service in expected} == expected


def running(case: Case) -> list[str]:
    return list(case.project.written.map("services"))


def workload(case: Case, service: str) -> str:
    """Name the workload that a service's image came into, by the report."""
    origins = {render(("services", service, key)) for key in ("image", "build")}
    found = {
        str(text).partition(":")[0]
        for entry in case.report["keys"]
        if _IMAGE.sub(r"\1", entry["path"]) in origins
        for text in entry["objects"]
        if ".containers[" in text or ".initContainers[" in text
    }
    (workload,) = found & {pod.owner for pod in pods(case.manifests)}
    return workload


@each_project
def test_report_has_every_leaf_once(name: str) -> None:
    case = accepted(name)
    assert not list(wrong_leaves(case))
    assert not list(wrong_fields(case))


def test_most_leaves_reach_the_cluster() -> None:
    """Or mean nothing there; at most one in twenty needs the user."""
    reports = [case.report["summary"] for case in corpus().values() if case.accepted]
    if not reports:
        pytest.skip(f"there is no {CORPUS}")
    counts = Counter[str]()
    for summary in reports:
        counts.update({fate: summary[fate] for fate in FATES})
    assert counts["lost"] <= 0.05 * counts.total()


@each_project
def test_what_is_lost_has_a_way_out(name: str) -> None:
    case = accepted(name)
    assert case.accepted
    lost = [found for found in case.accepted.outcomes if found.fate is Fate.LOST]
    assert not [found for found in lost if not found.help]


@each_project
def test_what_is_awaited_is_waited_for(name: str) -> None:
    """A Pod asks for each dependency that has to be healthy or done."""
    case = accepted(name)
    assert case.accepted
    plan = case.accepted.plan
    scripts = {
        pod.owner: json.dumps([item.get("args") for item in pod.spec["initContainers"]])
        for pod in pods(case.manifests)
        if "initContainers" in pod.spec
    }
    for service in plan.services.values():
        members = plan.pods[service.name].members
        for awaited in service.depends_on:
            target = plan.services.get(awaited.service)
            is_apart = target and target.name not in members and target.replicas != 0
            if awaited.condition != "service_started" and is_apart:
                script = scripts.get(workload(case, service.name), "")
                assert plan.names[awaited.service] in script, awaited.path


@cache
def digests() -> dict[str, str]:
    """Convert everything in another process, whose sets and hashes differ."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cases", "corpus"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_same_input_same_bytes() -> None:
    assert digests() == {name: case.digest() for name, case in corpus().items()}


@each_project
def test_figures(name: str, record_property: Callable[[str, object], None]) -> None:
    """Hand the numbers of a project to the table at the end."""
    case = corpus()[name]
    counts: Counter[str] = Counter({"projects": 1, "refused": case.accepted is None})
    if case.accepted:
        counts += Counter(case.report["summary"])
        counts["services"] = len(running(case))
        counts["objects"] = len(case.manifests)
        counts.update(item["kind"] for item in case.manifests)
    for what, number in counts.items():
        record_property(what, number)
