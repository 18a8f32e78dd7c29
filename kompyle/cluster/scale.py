"""Set how many Pods services have, until the next deployment says it again."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from kompyle.cluster.app import Part
from kompyle.cluster.deployed import Deployed, resource
from kompyle.cluster.mounted import claims_of, template
from kompyle.cluster.outcome import Problem
from kompyle.cluster.ownership import SCALER
from kompyle.cluster.resources import Manifest, place
from kompyle.cluster.status import spec_of
from kompyle.cluster.transport import MERGE, Answer

_HOST = "kubernetes.io/hostname"
_KINDS = {
    "CronJob": (
        "it runs by its schedule, one Pod at a time",
        "Give it `deploy.replicas` in the Compose file, and run `kompyle up`.",
    ),
    "DaemonSet": (
        "there is one Pod of it on each node",
        "Give it `deploy.mode: replicated` and a number, and run `kompyle up`.",
    ),
    "Job": (
        "it runs to its end",
        "Set `deploy.replicas` in the Compose file, and run `kompyle up`.",
    ),
}
_OTHER_VOLUME = (
    "Mount no volume, or call one external that many nodes can mount (ReadWriteMany)."
)


def refusals(found: Deployed, numbers: Mapping[str, tuple[Part, int]]) -> list[Problem]:
    """Say which workloads cannot have so many Pods, and what to do instead."""
    told = []
    for name, (part, number) in numbers.items():
        workload = found.workloads.get(name)
        kind = name.partition("/")[0]
        if workload is None:
            fact = "it is not in the namespace"
            told.append(_problem(part, name, fact, "`kompyle up` brings it back."))
        elif kind in _KINDS:
            told.append(_problem(part, name, *_KINDS[kind]))
        elif number > 1:
            facts = _torn(workload, _claims(found, workload))
            told += [_problem(part, name, fact, _OTHER_VOLUME) for fact in facts]
    return told


def _problem(part: Part, name: str, fact: str, help_: str) -> Problem:
    told = f"{part.service} cannot be scaled: {fact}"
    return Problem(name, "NotScalable", told, part.place, help_)


def _claims(found: Deployed, workload: Manifest) -> list[Manifest]:
    """Return the claims that all Pods of a workload mount."""
    path = resource("PersistentVolumeClaim").path(found.place.namespace)
    names = claims_of(workload)
    answers = (found.place.api.call("GET", f"{path}/{name}") for name in names)
    return [answer.body for answer in answers if answer.is_done]


def _torn(workload: Manifest, claims: list[Manifest]) -> Iterator[str]:
    """Say which claims several Pods cannot mount together."""
    for claim in claims:
        modes = set(spec_of(claim).get("accessModes") or ())
        name = claim["metadata"]["name"]
        if modes == {"ReadWriteOncePod"}:
            yield f"only one Pod can mount the claim {name}"
        elif not modes - {"ReadWriteOnce"} and _is_alone(template(workload)["spec"]):
            fact = "each of its Pods has a node to itself"
            yield f"{fact}, but only one node can mount the claim {name}"


def _is_alone(spec: Manifest) -> bool:
    """Whether Pods keep away from the nodes of each other."""
    affinity = (spec.get("affinity") or {}).get("podAntiAffinity") or {}
    terms = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
    return any(term.get("topologyKey") == _HOST for term in terms)


def scales(
    found: Deployed, numbers: Mapping[str, tuple[Part, int]]
) -> dict[str, partial[Answer]]:
    """Return how to scale each workload."""
    return {
        name: partial(_scaled, found, found.workloads[name], number)
        for name, (_, number) in numbers.items()
    }


def _scaled(found: Deployed, workload: Manifest, number: int) -> Answer:
    """Write the number into the workload itself.

    The subresource ``scale`` keeps no owner of the number 0, and needs a right that
    a deployment does not.
    """
    body: dict[str, Any] = {"spec": {"replicas": number}}
    query = [("fieldManager", SCALER)]
    path = place(workload, found.place.namespace)
    return found.place.api.call("PATCH", path, query, body, MERGE)
