"""Devices: GPUs through their device plugins, others not at all."""

from itertools import chain

from kompyle.compose.service import Service
from kompyle.compose.source import YamlMap, find
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, combine, origins_of
from kompyle.mapping.keys import Fate, Key, adapted, ignored, lost
from kompyle.mapping.plan import Plan

_AT: KeyPath = ("deploy", "resources", "reservations", "devices")
_PLUGIN = "a device plugin of the cluster hands them out"
KEYS: dict[str, Key] = {
    "services.*.devices": lost(
        "there is no way to name a node's device",
        "Install a device plugin that hands it out, or mount it into a privileged Pod.",
    ),
    "services.*.device_cgroup_rules": lost(
        "devices come with the rules of their plugin",
        "Install a device plugin that hands them out.",
    ),
    "services.*.gpus": adapted(_PLUGIN, whole=True),
    "services.*.deploy.resources.reservations.devices": adapted(_PLUGIN, whole=True),
    "services.*.deploy.resources.reservations.generic_resources": ignored(
        "Swarm counts them, and so does nothing else; ask for GPUs with `devices`"
    ),
}
_RESOURCES = {
    "nvidia": "nvidia.com/gpu",
    "amd": "amd.com/gpu",
    "intel": "gpu.intel.com/i915",
}


def fragment(service: Service, _plan: Plan) -> Fragment:
    wanted: dict[str, list[tuple[YamlMap, KeyPath]]] = {}
    unknown = []
    for node, path in (*_requests(service, ("gpus",)), *_requests(service, _AT)):
        resource = _resource(node)
        if resource:
            wanted.setdefault(resource, []).append((node, path))
        else:
            unknown.append(_unknown(node, path))
    found = [_gpus(resource, requests) for resource, requests in wanted.items()]
    return combine((*found, Fragment(outcomes=tuple(unknown))))


def asks_for_devices(service: Service) -> bool:
    """Whether a Pod gets a part of its node that others do not have then."""
    return bool(_requests(service, ("gpus",)) or _requests(service, _AT))


def _requests(service: Service, at: KeyPath) -> list[tuple[YamlMap, KeyPath]]:
    listed = getattr(find(service.node, at), "items", ())
    return [
        (item, service.at(*at, index))
        for index, item in enumerate(listed)
        if isinstance(item, YamlMap)
    ]


def _resource(node: YamlMap) -> str | None:
    """Name what a device plugin hands out for a request, if one is known."""
    wanted = node.texts("capabilities")
    is_gpu = "capabilities" not in node.entries or {"gpu", "nvidia"} & set(wanted)
    return _RESOURCES.get(_driver(node).removesuffix(".com/gpu")) if is_gpu else None


def _driver(node: YamlMap) -> str:
    return node.text("driver") or "nvidia"


def _unknown(node: YamlMap, path: KeyPath) -> Outcome:
    wanted = ", ".join(node.texts("capabilities"))
    note = f"no device plugin is known for {_driver(node)!r} and {wanted}"
    return Outcome(path, Fate.LOST, note)


def _gpus(resource: str, requests: list[tuple[YamlMap, KeyPath]]) -> Fragment:
    """Ask for the devices of all requests together: a limit is one number."""
    counts, told = zip(*(_count(*request) for request in requests), strict=True)
    marks = origins_of(**{resource: [path for _, path in requests]})
    limits: Manifest = {resource: str(sum(counts)), **marks}
    toleration = {"key": resource, "operator": "Exists", "effect": "NoSchedule"}
    return Fragment(
        container={"resources": {"limits": limits}},
        pod={"tolerations": [toleration]},
        outcomes=tuple(chain.from_iterable(told)),
    )


def _count(node: YamlMap, path: KeyPath) -> tuple[int, list[Outcome]]:
    listed = node.texts("device_ids")
    if listed:
        note = "a device plugin counts devices, and does not let them be chosen"
        return len(listed), [Outcome((*path, "device_ids"), Fate.ADAPTED, note)]
    count = node.value("count")
    if isinstance(count, int) and count > 0:
        return count, []
    note = "`all` cannot be asked for; one is"
    way_out = "Write the number of devices as `count`."
    place = (*path, "count")
    return 1, [Outcome(place, Fate.ADAPTED, note, way_out, "gpu-count")]
