"""Faults of manifests that no server tells of, or only when it is too late.

Each function yields a sentence for every fault; names are in tests/legal_names.py.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pydantic

Manifest = dict[str, Any]

WORKLOADS = frozenset(("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"))
_CONTENT = {"configMap": "ConfigMap", "secret": "Secret"}
_REFERENCES = {
    "configMapRef": "ConfigMap",
    "configMapKeyRef": "ConfigMap",
    "secretRef": "Secret",
    "secretKeyRef": "Secret",
}


@dataclass(frozen=True, slots=True)
class Pod:
    """A workload's Pod template; ``owner`` is the workload, as in Deployment/web."""

    owner: str
    selector: dict[str, str] | None
    labels: dict[str, str]
    spec: Manifest

    @property
    def containers(self) -> list[Manifest]:
        return [*self.spec.get("initContainers", ()), *self.spec["containers"]]

    @property
    def volumes(self) -> list[Manifest]:
        found: list[Manifest] = self.spec.get("volumes", [])
        return found


def reference(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def pods(manifests: list[Manifest]) -> list[Pod]:
    return [_pod(item) for item in manifests if item["kind"] in WORKLOADS]


def _pod(workload: Manifest) -> Pod:
    spec = workload["spec"]
    inner = spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec
    template = inner["template"]
    selector = spec["selector"]["matchLabels"] if "selector" in spec else None
    labels = template["metadata"]["labels"]
    return Pod(reference(workload), selector, labels, template["spec"])


def refused_objects(manifests: list[Manifest]) -> Iterator[str]:
    """Say what the models of the official client do not accept."""
    for item in manifests:
        try:
            _models()[item["apiVersion"], item["kind"]].model_validate(item)
        except pydantic.ValidationError as error:
            yield f"{reference(item)}: {error}"


@cache
def _models() -> dict[tuple[str, str], Any]:
    from kubernetes import client  # noqa: PLC0415 - slow, and not every test asks

    return {
        ("v1", "Namespace"): client.V1Namespace,
        ("v1", "ServiceAccount"): client.V1ServiceAccount,
        ("v1", "Secret"): client.V1Secret,
        ("v1", "ConfigMap"): client.V1ConfigMap,
        ("v1", "PersistentVolume"): client.V1PersistentVolume,
        ("v1", "PersistentVolumeClaim"): client.V1PersistentVolumeClaim,
        ("v1", "Service"): client.V1Service,
        ("apps/v1", "Deployment"): client.V1Deployment,
        ("apps/v1", "StatefulSet"): client.V1StatefulSet,
        ("apps/v1", "DaemonSet"): client.V1DaemonSet,
        ("batch/v1", "Job"): client.V1Job,
        ("batch/v1", "CronJob"): client.V1CronJob,
        ("rbac.authorization.k8s.io/v1", "Role"): client.V1Role,
        ("rbac.authorization.k8s.io/v1", "RoleBinding"): client.V1RoleBinding,
        ("networking.k8s.io/v1", "NetworkPolicy"): client.V1NetworkPolicy,
        ("networking.k8s.io/v1", "Ingress"): client.V1Ingress,
    }


def nothings(value: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401 - any field
    """Say where a field is null, which a server may take for an order to delete."""
    if value is None:
        yield f"{place} is null"
    elif isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            yield from nothings(item, f"{place}.{key}")


def wrong_mounts(manifests: list[Manifest]) -> Iterator[str]:
    for pod in pods(manifests):
        declared = {volume["name"] for volume in pod.volumes}
        mounted = set()
        for container in pod.containers:
            mounts = container.get("volumeMounts", [])
            mounted |= {mount["name"] for mount in mounts}
            where = f"{pod.owner}: {container['name']}"
            for path in _twice([mount["mountPath"] for mount in mounts]):
                yield f"{where} mounts two volumes at {path}"
        for name in mounted - declared:
            yield f"{pod.owner} mounts {name}, which is no volume of the Pod"
        for name in declared - mounted:
            yield f"{pod.owner} declares {name} and mounts it nowhere"
        yield from _wrong_paths(pod, manifests)
        yield from _buried_mounts(pod)


def _buried_mounts(pod: Pod) -> Iterator[str]:
    """Check that no mount point has to be made where containers cannot make one."""
    filled = ("configMap", "secret", "projected")
    closed = {
        volume["name"]
        for volume in pod.volumes
        if any(kind in volume for kind in filled)
    }
    for container in pod.containers:
        mounts = container.get("volumeMounts", [])
        places = [mount["mountPath"] for mount in mounts]
        for mount in mounts:
            folder = mount["mountPath"].rstrip("/") + "/"
            is_closed = mount["name"] in closed and not mount.get("subPath")
            for place in places:
                if is_closed and place.startswith(folder) and place != folder:
                    yield f"{pod.owner} mounts {place} inside of {folder}"


def _wrong_paths(pod: Pod, manifests: list[Manifest]) -> Iterator[str]:
    """Check that items and subPaths are keys of the ConfigMap or Secret."""
    contents = {reference(item): _keys(item) for item in manifests}
    paths: dict[str, set[str]] = {}
    for volume in pod.volumes:
        (name, items) = _content(volume)
        if name in contents:
            keys = {item["key"] for item in items}
            for key in sorted(keys - contents[name]):
                yield f"{pod.owner}: {name} has no key {key}"
            listed = {item["path"] for item in items}
            paths[volume["name"]] = listed or contents[name]
    for mount in _mounts(pod):
        subpath = mount.get("subPath")
        if subpath and subpath not in paths.get(mount["name"], {subpath}):
            yield f"{pod.owner}: {mount['name']} has no file {subpath}"


def _content(volume: Manifest) -> tuple[str, list[Manifest]]:
    """Name the ConfigMap or Secret of a volume, and list the items taken from it."""
    for field, kind in _CONTENT.items():
        if field in volume:
            source = volume[field]
            name = source.get("secretName") or source["name"]
            return f"{kind}/{name}", source.get("items", [])
    return "", []


def _mounts(pod: Pod) -> list[Manifest]:
    return [
        mount
        for container in pod.containers
        for mount in container.get("volumeMounts", ())
    ]


def _keys(manifest: Manifest) -> set[str]:
    return {*manifest.get("data", {}), *manifest.get("binaryData", {})}


def dangling_references(
    manifests: list[Manifest], elsewhere: Collection[str]
) -> Iterator[str]:
    """Say what is referenced, not made, and not said to be made *elsewhere*."""
    made = {reference(item) for item in manifests}
    for pod in pods(manifests):
        for name in sorted(set(_referenced(pod)) - made - set(elsewhere)):
            yield f"{pod.owner} needs {name}, which is not made"
    for item in manifests:
        if item["kind"] == "RoleBinding":
            accounts = [one for one in item["subjects"] if one["kind"] != "Group"]
            wanted = [item["roleRef"], *accounts]
            names = {f"{found['kind']}/{found['name']}" for found in wanted}
            for name in sorted(names - made):
                yield f"{reference(item)} needs {name}, which is not made"


def _referenced(pod: Pod) -> Iterator[str]:
    for container in pod.containers:
        sources = [*container.get("envFrom", ())]
        sources += [item.get("valueFrom", {}) for item in container.get("env", ())]
        for source in sources:
            for field, found in source.items():
                if field in _REFERENCES:
                    yield f"{_REFERENCES[field]}/{found['name']}"
    for volume in pod.volumes:
        yield from _of_volume(volume)
        for source in volume.get("projected", {}).get("sources", ()):
            yield from _of_volume(source)
    if "serviceAccountName" in pod.spec:
        yield f"ServiceAccount/{pod.spec['serviceAccountName']}"


def _of_volume(source: Manifest) -> Iterator[str]:
    for field, kind in _CONTENT.items():
        if field in source and not source[field].get("optional"):
            found = source[field]
            yield f"{kind}/{found.get('secretName') or found['name']}"
    if "persistentVolumeClaim" in source:
        yield f"PersistentVolumeClaim/{source['persistentVolumeClaim']['claimName']}"


def wrong_selectors(manifests: list[Manifest]) -> Iterator[str]:
    """Check that workloads select their own Pods alone, and Services some."""
    found = pods(manifests)
    for pod in found:
        selected = [other.owner for other in found if _selects(pod.selector, other)]
        if pod.selector is not None and selected != [pod.owner]:
            yield f"{pod.owner} selects the Pods of {selected}"
    for item in manifests:
        if item["kind"] == "Service" and "selector" in item["spec"]:
            selector = item["spec"]["selector"]
            if not any(_selects(selector, pod) for pod in found):
                yield f"{reference(item)} selects no Pods"


def selected_pods(service: Manifest, manifests: list[Manifest]) -> list[str]:
    """Name the workloads whose Pods a Service selects."""
    selector = service["spec"]["selector"]
    return [pod.owner for pod in pods(manifests) if _selects(selector, pod)]


def _selects(selector: dict[str, str] | None, pod: Pod) -> bool:
    return bool(selector) and selector.items() <= pod.labels.items()  # type: ignore[union-attr]


def wrong_ports(manifests: list[Manifest]) -> Iterator[str]:
    """Say which Services have a port twice, or no port although not headless."""
    for item in manifests:
        if item["kind"] != "Service":
            continue
        spec = item["spec"]
        ports = spec.get("ports", [])
        for port in _twice([(p["port"], p.get("protocol", "TCP")) for p in ports]):
            yield f"{reference(item)} has the port {port} twice"
        if not ports and spec.get("clusterIP") != "None":
            yield f"{reference(item)} has no ports and is not headless"


def _twice(values: list[Any]) -> list[Any]:
    return [value for value, number in Counter(values).items() if number > 1]


def open_secrets(manifests: list[Manifest], secrets: Collection[str]) -> Iterator[str]:
    """Name the objects that are no Secrets and hold one of *secrets*."""
    for item in manifests:
        if item["kind"] == "Secret":
            continue
        for place, text in _texts(item, reference(item)):
            yield from (f"{place}: a secret" for secret in secrets if secret in text)


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _texts(below, f"{place}.{key}")
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _texts(below, f"{place}[{index}]")
