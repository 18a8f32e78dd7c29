"""What a user may do in a namespace, and the least that a run needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kompyle.cluster.app import App
from kompyle.cluster.outcome import Problem
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.transport import Api

Manifest = dict[str, Any]

_REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
_WRITE = ("get", "list", "create", "patch", "delete")
_WATCH = ("get", "list", "watch")
_WATCHED = {
    "": ("pods", "events", "persistentvolumeclaims"),
    "apps": ("replicasets",),
    "discovery.k8s.io": ("endpointslices",),
}


@dataclass(frozen=True, slots=True)
class Rights:
    """The rules that hold for somebody; ``is_partial`` if the server knows no more."""

    rules: tuple[Mapping[str, Any], ...]
    is_partial: bool

    def allows(self, verb: str, group: str, resource: str) -> bool:
        return any(
            _has(rule["verbs"], verb)
            and _has(rule.get("apiGroups") or (), group)
            and _has(rule.get("resources") or (), resource)
            and not rule.get("resourceNames")
            for rule in self.rules
        )


def _has(listed: Iterable[str], wanted: str) -> bool:
    found = set(listed)
    return wanted in found or "*" in found


def rights(api: Api, namespace: str) -> Rights | None:
    """Ask what one may do in a namespace; None if the server does not tell."""
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    answer = api.call("POST", _REVIEW, body=body)
    if not answer.is_done:
        return None
    status = answer.body["status"]
    return Rights(tuple(status["resourceRules"]), bool(status.get("incomplete")))


def missing(found: Rights, app: App, namespace: str) -> list[Problem]:
    """Name each right that writing an App needs and that is not there, in one line."""
    if found.is_partial:
        return []
    problems = []
    for group, plural in sorted({_resource(item) for item in app.manifests}):
        lacking = [
            verb
            for verb in ("create", "patch", "get")
            if not found.allows(verb, group, plural)
        ]
        if lacking:
            name = f"{plural}.{group}" if group else plural
            fact = f"you may not {' or '.join(lacking)} {name} in {namespace}"
            help_ = "Ask for this right; `kompyle up --print-rbac` prints the Role."
            problems.append(Problem(name, "forbidden", fact, help=help_))
    return problems


def role(app: App, namespace: str) -> list[Manifest]:
    """Return the least Role that deploys an App, and a binding to a ServiceAccount."""
    name = "kompyle"
    metadata = {"name": name, "namespace": namespace}
    api = "rbac.authorization.k8s.io"
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
        {
            "apiVersion": f"{api}/v1",
            "kind": "Role",
            "metadata": metadata,
            "rules": _rules(app),
        },
        {
            "apiVersion": f"{api}/v1",
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": api, "kind": "Role", "name": name},
            "subjects": [
                {"kind": "ServiceAccount", "name": name, "namespace": namespace}
            ],
        },
    ]


def _rules(app: App) -> list[Manifest]:
    written: dict[str, set[str]] = {"": {"secrets"}}
    workloads: dict[str, set[str]] = {}
    for item in app.manifests:
        group, plural = _resource(item)
        written.setdefault(group, set()).add(plural)
        if group in {"apps", "batch"}:
            workloads.setdefault(group, set()).add(plural)
    rules = [_rule(group, names, _WRITE) for group, names in sorted(written.items())]
    watched = {group: set(names) for group, names in _WATCHED.items()}
    for group, names in workloads.items():
        watched.setdefault(group, set()).update(names)
    rules += [_rule(group, names, _WATCH) for group, names in sorted(watched.items())]
    rules.append(_rule("", {"pods/log"}, ("get",)))
    lease = ("get", "create", "patch", "delete")
    rules.append(_rule("coordination.k8s.io", {"leases"}, lease))
    return [*rules, *_granted(app)]


def _granted(app: App) -> list[Manifest]:
    """Return what Roles of the App grant: only who has a right may give it."""
    return [
        rule
        for item in app.manifests
        if item["kind"] == "Role"
        for rule in item["rules"]
    ]


def _rule(group: str, resources: Iterable[str], verbs: Iterable[str]) -> Manifest:
    return {
        "apiGroups": [group],
        "resources": sorted(resources),
        "verbs": list(verbs),
    }


def _resource(item: Mapping[str, Any]) -> tuple[str, str]:
    found = RESOURCES[item["apiVersion"], item["kind"]]
    return found.api.rpartition("/")[0], found.plural
