"""Make sure that there is a namespace, and take back one that was not used."""

from kompyle.cluster.answers import Meaning
from kompyle.cluster.app import object_name
from kompyle.cluster.outcome import Problem
from kompyle.cluster.refusals import refusal
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.transport import Api

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


def removed(api: Api, namespace: str, project: str) -> bool:
    """Delete a namespace that a run of this project made; leave any other."""
    path = RESOURCES["v1", "Namespace"].path(None, namespace)
    found = api.call("GET", path)
    if not found.is_done:
        return False
    metadata = found.body["metadata"]
    if (metadata.get("labels") or {}).get(CREATED_BY) != object_name(project):
        return False
    return api.delete(path, metadata["uid"]).is_done
