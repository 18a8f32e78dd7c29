"""Make sure that there is a namespace; know what is in it before it goes."""

from typing import Any

from kompyle.cluster.answers import Meaning
from kompyle.cluster.app import object_name, reference
from kompyle.cluster.applyset import ID, Home
from kompyle.cluster.listing import listed
from kompyle.cluster.outcome import Problem
from kompyle.cluster.refusals import refusal
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.transport import Answer, Api

Manifest = dict[str, Any]

CREATED_BY = "kompyle.io/created-by-project"
_TRIES, _PAUSE = 50, 0.2


def exists(api: Api, namespace: str) -> bool:
    """Whether a namespace is there; where one may not look, it is."""
    answer = api.call("GET", RESOURCES["v1", "Namespace"].path(None, namespace))
    return answer.meaning not in {Meaning.NOT_FOUND, Meaning.NO_NAMESPACE}


def created(api: Api, namespace: str, project: str) -> Problem | None:
    """Create a namespace, and wait for its account; or say why that is refused."""
    body = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": namespace,
            "labels": {CREATED_BY: object_name(project)},
        },
    }
    answer = api.call("POST", RESOURCES["v1", "Namespace"].path(None), body=body)
    if not answer.is_done and answer.meaning is not Meaning.RACE:
        return refusal(f"Namespace/{namespace}", answer, lambda _: "", "")
    account = RESOURCES["v1", "ServiceAccount"].path(namespace, "default")
    for _ in range(_TRIES):
        found = api.call("GET", account)
        if found.meaning is not Meaning.NOT_FOUND or api.cancel.wait(_PAUSE):
            break
    return None


def made_by(api: Api, namespace: str, project: str) -> Manifest | None:
    """Return a namespace, if a run of this project has made it."""
    found = api.call("GET", RESOURCES["v1", "Namespace"].path(None, namespace))
    labels = found.body["metadata"].get("labels") or {} if found.is_done else {}
    is_ours = labels.get(CREATED_BY) == object_name(project)
    return found.body if is_ours else None


def removed(api: Api, namespace: str, project: str) -> Answer | None:
    """Delete a namespace that a run of this project made; leave any other."""
    found = made_by(api, namespace, project)
    if found is None:
        return None
    path = RESOURCES["v1", "Namespace"].path(None, namespace)
    return api.delete(path, found["metadata"]["uid"])


def tenants(api: Api, home: Home) -> set[str]:
    """Name what data a namespace has, and which sets of objects beside this one.

    What may not be listed is named, too: nobody knows what is there.
    """
    found: set[str] = set()
    for kind, selector in _OF_TENANTS.items():
        items = listed(api, RESOURCES["v1", kind], home.namespace, selector)
        if items is None:
            found.add(f"each {kind}, which you may not list")
        found.update(map(reference, items or ()))
    return found - {f"{home.kind}/{home.name}"}


_OF_TENANTS = {"ConfigMap": ID, "PersistentVolumeClaim": "", "Secret": ID}
"""What tells of them, and the labels that it has."""
