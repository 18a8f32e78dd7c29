"""A real API server accepts every object of every project, and warns of nothing.

The server validates as it would if the objects were applied, and stores none of them.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.cases import Case
from tests.controlplane.api import Api
from tests.controlplane.projects import in_namespace, projects
from tests.soundness import reference

Manifest = dict[str, Any]

NAMESPACE = "accepts"
THREADS = 4
each_project = pytest.mark.parametrize("name", projects())


def trouble(api: Api, case: Case) -> dict[str, list[str]]:
    """Send all objects, dry; return what was refused or warned of, by object."""
    if not case.manifests:
        pytest.skip("nothing is made of it")
    for namespace in namespaces(case.manifests):
        api.make_namespace(namespace)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = pool.map(lambda item: api.apply(item, dry_run=True), case.manifests)
        found = zip(case.manifests, answers, strict=True)
        return {reference(item): told.trouble for item, told in found if told.trouble}


def namespaces(manifests: list[Manifest]) -> set[str]:
    """Name the namespaces that objects are in: a dry run makes none."""
    placed = {item["metadata"].get("namespace") for item in manifests}
    return {name for name in placed if name}


@each_project
def test_every_object_is_accepted(api: Api, name: str) -> None:
    assert not trouble(api, projects()[name])


@each_project
def test_every_object_is_accepted_in_its_own_namespace(api: Api, name: str) -> None:
    assert not trouble(api, in_namespace(projects()[name], NAMESPACE))
