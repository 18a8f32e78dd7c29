"""What a user may do in a namespace, and the least that a run needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

from kompyle.cluster.app import WORKLOADS, App
from kompyle.cluster.outcome import Problem
from kompyle.cluster.resources import KEPT, RESOURCES
from kompyle.cluster.transport import Api

Manifest = dict[str, Any]

_REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
_ONE_REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_READ = ("list", "watch")
_WRITE = ("get", "list", "create", "patch")
_DELETE = "delete"
_NAME = "kompyle"
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


def _may(api: Api, namespace: str, verb: str, group: str, plural: str) -> bool:
    """Ask for one right; what the server does not tell counts as granted."""
    asked = {
        "namespace": namespace,
        "verb": verb,
        "group": group,
        "resource": plural,
    }
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": asked},
    }
    answer = api.call("POST", _ONE_REVIEW, body=body)
    return not answer.is_done or bool(answer.body["status"]["allowed"])


def missing(api: Api, app: App, namespace: str) -> list[Problem]:
    """Name each right that writing an App needs and that is not there, in one line.

    Some authorizers cannot list rules: they are asked for each right.
    """
    found = rights(api, namespace)
    is_told = found and not found.is_partial
    allows = found.allows if found and is_told else partial(_may, api, namespace)
    problems = []
    for group, plural in sorted({_resource(item) for item in app.manifests}):
        lacking = [
            verb
            for verb in ("create", "patch", "get")
            if not allows(verb, group, plural)
        ]
        if lacking:
            name = f"{plural}.{group}" if group else plural
            fact = f"you may not {' or '.join(lacking)} {name} in {namespace}"
            help_ = "Ask for this right; `kompyle up --print-rbac` prints the Role."
            problems.append(Problem(name, "forbidden", fact, help=help_))
    return problems


def role(app: App, namespace: str) -> list[Manifest]:
    """Return the least Role that deploys an App, and a binding to a ServiceAccount.

    It compares and removes the App, too, but for what holds data.  What is of no
    namespace takes a ClusterRole.
    """
    account = {"name": _NAME, "namespace": namespace}
    found = [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account},
        *_granting("Role", account, account, _rules(app)),
    ]
    outside = {_resource(item) for item in app.manifests if _is_outside(item)}
    if outside:
        name = {"name": f"{_NAME}-{namespace}"}
        rules = [_rule(group, {plural}, _WRITE) for group, plural in sorted(outside)]
        found += _granting("ClusterRole", name, account, rules)
    return found


def _granting(
    kind: str, metadata: Manifest, account: Manifest, rules: list[Manifest]
) -> list[Manifest]:
    """Write a role, and what binds it to an account."""
    group = "rbac.authorization.k8s.io"
    role = {"apiGroup": group, "kind": kind, "name": metadata["name"]}
    head = {"apiVersion": f"{group}/v1", "metadata": metadata}
    subject = {"kind": "ServiceAccount", **account}
    return [
        {**head, "kind": kind, "rules": rules},
        {**head, "kind": f"{kind}Binding", "roleRef": role, "subjects": [subject]},
    ]


def _is_outside(item: Mapping[str, Any]) -> bool:
    return not RESOURCES[item["apiVersion"], item["kind"]].is_namespaced


def _rules(app: App) -> list[Manifest]:
    written: dict[str, set[str]] = {"": {"secrets"}}
    kept: dict[str, set[str]] = {}
    watched = {group: set(names) for group, names in _WATCHED.items()}
    for item in app.manifests:
        if _is_outside(item):
            continue
        group, plural = _resource(item)
        found = kept if item["kind"] in KEPT else written
        found.setdefault(group, set()).add(plural)
        if item["kind"] in WORKLOADS:
            watched.setdefault(group, set()).add(plural)
    rules = [
        *(
            _rule(group, written[group], (*_WRITE, _DELETE))
            for group in sorted(written)
        ),
        *(_rule(group, kept[group], _WRITE) for group in sorted(kept)),
        *(_rule(group, watched[group], _READ) for group in sorted(watched)),
        _rule("", {"pods/log"}, ("get",)),
        _rule("coordination.k8s.io", {"leases"}, ("get", "create", "patch", _DELETE)),
    ]
    return [*rules, *_granted(app, Rights(tuple(rules), is_partial=False))]


def _granted(app: App, held: Rights) -> Iterator[Manifest]:
    """Yield what Roles of the App grant, where more than what is *held* anyway.

    Only who has a right may give it.
    """
    roles = (item for item in app.manifests if item["kind"] == "Role")
    for rule in (rule for item in roles for rule in item["rules"]):
        wanted = product(rule["verbs"], rule["apiGroups"], rule["resources"])
        if not all(held.allows(*right) for right in wanted):
            yield rule


def _rule(group: str, resources: Iterable[str], verbs: Iterable[str]) -> Manifest:
    return {
        "apiGroups": [group],
        "resources": sorted(resources),
        "verbs": list(verbs),
    }


def _resource(item: Mapping[str, Any]) -> tuple[str, str]:
    found = RESOURCES[item["apiVersion"], item["kind"]]
    return found.api.rpartition("/")[0], found.plural
