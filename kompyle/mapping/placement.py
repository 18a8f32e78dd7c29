"""Where Pods run: ``deploy.placement``, ``platform``, ``runtime`` and GPUs."""

import re
from collections.abc import Iterator

from kompyle.compose.service import Service
from kompyle.compose.source import YamlMap, YamlNode, find
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import (
    Fragment,
    Manifest,
    Outcome,
    combine,
    origin,
    origins_of,
)
from kompyle.mapping.keys import Fate, Key, adapted, kept
from kompyle.mapping.plan import Plan
from kompyle.names import is_annotation_name, is_label_value, selector

KEYS: dict[str, Key] = {
    "services.*.deploy.placement": kept(),
    "services.*.deploy.placement.constraints": adapted(
        "nodes are chosen by their labels", whole=True
    ),
    "services.*.deploy.placement.preferences": adapted(
        "Pods spread over the values of a node label", whole=True
    ),
    "services.*.deploy.placement.max_replicas_per_node": kept(),
    "services.*.platform": adapted("it chooses nodes; the image must have it too"),
    "services.*.runtime": adapted("a RuntimeClass of this name must exist"),
}
_CONSTRAINT = re.compile(
    r"\s*(?P<key>[\w.-]+)\s*(?P<operator>==|!=)\s*(?P<value>.+?)\s*"
)
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_HOSTNAME = "kubernetes.io/hostname"
_SYSTEM = "kubernetes.io/os"
_ARCH = "kubernetes.io/arch"
_ANYWHERE: Manifest = {"operator": "NotIn"}
_RUNTIME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_SPREAD = "Write `node.labels.NAME`, `node.hostname` or `node.id`."


def fragment(service: Service, plan: Plan) -> Fragment:
    found = (_constraints(service), _spread(service, plan), _platform(service))
    return combine((*found, Fragment(outcomes=tuple(_contradictions(service)))))


def _constraints(service: Service) -> Fragment:
    at = ("deploy", "placement", "constraints")
    node = find(service.node, at)
    expressions: list[Manifest] = []
    tolerations: list[Manifest] = []
    outcomes = []
    for index, item in enumerate(getattr(node, "items", ())):
        path = service.at(*at, index)
        expression = _expression(str(getattr(item, "value", "")))
        if expression is None:
            note = f"{item.value!r} is no constraint on a node's labels"
            outcomes.append(Outcome(path, Fate.LOST, note, "Use a label of the nodes."))
            continue
        expressions.append(expression | origins_of(key=[path]))
        if expression["key"] == _CONTROL_PLANE and expression["operator"] == "Exists":
            tolerations.append({"key": _CONTROL_PLANE, "operator": "Exists"})
    if not expressions:
        return Fragment(outcomes=tuple(outcomes))
    terms = {"nodeSelectorTerms": [{"matchExpressions": expressions}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": terms}
    pod: Manifest = {"affinity": {"nodeAffinity": required}}
    if tolerations:
        pod["tolerations"] = tolerations
    return Fragment(pod=pod, outcomes=tuple(outcomes))


def required_labels(service: Service) -> dict[str, str]:
    """Return the node labels that a service insists on, each with its value."""
    return {label: value for label, value, _ in reversed(_required(service))}


def _required(service: Service) -> list[tuple[str, str, KeyPath]]:
    """Return the node labels that a service insists on, and the key of each."""
    platform = _platform_labels(service.text("platform") or "")
    found = [(key, value, service.at("platform")) for key, value in platform.items()]
    at = ("deploy", "placement", "constraints")
    for index, item in enumerate(getattr(find(service.node, at), "items", ())):
        said = _expression(str(getattr(item, "value", ""))) or _ANYWHERE
        if said["operator"] != "NotIn":
            value = said.get("values", [said["operator"]])[0]
            found.append((said["key"], value, service.at(*at, index)))
    return found


def _contradictions(service: Service) -> Iterator[Outcome]:
    """Tell of labels that no node can have at once: Pods would wait for ever."""
    first: dict[str, str] = {}
    for label, value, path in _required(service):
        known = first.setdefault(label, value)
        if known != value:
            note = f"{label} would be {known} and {value} on one node: it never runs"
            yield Outcome(path, Fate.LOST, note, "Leave out one of the two.")


def is_alone_on_node(service: Service) -> bool:
    """Whether no two replicas may run on one node."""
    path = ("deploy", "placement", "max_replicas_per_node")
    return getattr(find(service.node, path), "value", None) == 1


def _expression(text: str) -> Manifest | None:
    match = _CONSTRAINT.fullmatch(text)
    if not match:
        return None
    is_equal, value = match["operator"] == "==", match["value"]
    if match["key"] == "node.role":
        exists = (value == "manager") == is_equal
        return {
            "key": _CONTROL_PLANE,
            "operator": "Exists" if exists else "DoesNotExist",
        }
    key = _label(match["key"])
    if key is None or not is_label_value(value):
        return None
    if key == _ARCH:
        value = _ARCHITECTURES.get(value, value)
    return {"key": key, "operator": "In" if is_equal else "NotIn", "values": [value]}


def _label(key: str) -> str | None:
    known = {
        "node.hostname": _HOSTNAME,
        "node.platform.os": _SYSTEM,
        "node.platform.arch": _ARCH,
    }
    for prefix in ("node.labels.", "engine.labels."):
        label = key.removeprefix(prefix)
        if label != key:
            return label if is_annotation_name(label) else None
    return known.get(key)


def _spread(service: Service, plan: Plan) -> Fragment:
    labels = selector(plan.host(service), plan.inputs.name)
    match = {"labelSelector": {"matchLabels": labels}}
    at: KeyPath = ("deploy", "placement")
    found: list[Manifest] = []
    outcomes: list[Outcome] = []
    preferences = find(service.node, ("deploy", "placement", "preferences"))
    for index, item in enumerate(getattr(preferences, "items", ())):
        text = item.text("spread") if isinstance(item, YamlMap) else None
        label = _HOSTNAME if text == "node.id" else _label(text or "")
        path = service.at(*at, "preferences", index, "spread")
        if label:
            found.append(_evenly(label, match, path))
        else:
            note = "it names no label of the nodes"
            outcomes.append(Outcome(path, Fate.LOST, note, _SPREAD))
    most = find(service.node, ("deploy", "placement", "max_replicas_per_node"))
    pod: Manifest = {"topologySpreadConstraints": found} if found else {}
    spread = Fragment(pod=pod, outcomes=tuple(outcomes))
    return combine((spread, _at_most(service, most, match)))


def _evenly(label: str, match: Manifest, path: KeyPath) -> Manifest:
    return {
        "maxSkew": 1,
        "topologyKey": label,
        "whenUnsatisfiable": "ScheduleAnyway",
        **match,
        **origins_of(topologyKey=[path]),
    }


def _at_most(service: Service, node: YamlNode | None, match: Manifest) -> Fragment:
    """Keep replicas apart; only `at most one` is exact."""
    most = getattr(node, "value", None)
    if not isinstance(most, int):
        return Fragment()
    path = service.at("deploy", "placement", "max_replicas_per_node")
    if most < 1:
        note = "a number below one limits nothing"
        return Fragment(outcomes=(Outcome(path, Fate.IGNORED, note),))
    if most == 1:
        term = {**match, "topologyKey": _HOSTNAME, **origins_of(topologyKey=[path])}
        rule = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
        return Fragment(pod={"affinity": {"podAntiAffinity": rule}})
    spread = _evenly(_HOSTNAME, match, path) | {"maxSkew": most}
    note = "replicas spread over nodes; Kubernetes has no exact number for each"
    return Fragment(
        pod={"topologySpreadConstraints": [spread]},
        outcomes=(Outcome(path, Fate.ADAPTED, note),),
    )


def _platform_labels(platform: str) -> dict[str, str]:
    """Return the labels of nodes for a platform, as in ``linux/arm64/v8``.

    >>> _platform_labels("linux/x86_64")
    {'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64'}
    """
    parts = dict(zip((_SYSTEM, _ARCH), platform.split("/"), strict=False))
    return {
        label: _ARCHITECTURES.get(part, part) for label, part in parts.items() if part
    }


def _platform(service: Service) -> Fragment:
    platform, runtime = service.text("platform"), service.text("runtime")
    pod: Manifest = {}
    if platform:
        labels = _platform_labels(platform)
        pod["nodeSelector"] = labels | origin(
            service.path, **dict.fromkeys(labels, "platform")
        )
    if runtime and not _RUNTIME.fullmatch(runtime):
        note = f"no RuntimeClass can be called {runtime!r}"
        way_out = "Write the name of a RuntimeClass of the cluster."
        outcome = Outcome(service.at("runtime"), Fate.LOST, note, way_out)
        return Fragment(pod=pod, outcomes=(outcome,))
    if runtime and runtime not in ("runc", "io.containerd.runc.v2"):
        pod["runtimeClassName"] = runtime
        pod |= origin(service.path, runtimeClassName="runtime")
    if runtime and "runtimeClassName" not in pod:
        note = "it is every node's default"
        outcome = Outcome(service.at("runtime"), Fate.IGNORED, note)
        return Fragment(pod=pod, outcomes=(outcome,))
    return Fragment(pod=pod)
