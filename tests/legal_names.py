"""Which names Kubernetes takes, and which of a set of manifests it would not."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.soundness import WORKLOADS, Manifest, Pod, pods, reference

LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
SERVICE = re.compile(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?")
SUBDOMAIN = re.compile(rf"(?=.{{1,253}}$){LABEL.pattern}(?:\.{LABEL.pattern})*")
PORT = re.compile(r"(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*")
WORD = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
VALUE = re.compile(rf"(?:{WORD.pattern})?")
DATA_KEY = re.compile(r"(?!\.\.?$)[-._a-zA-Z0-9]{1,253}")
VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_CLUSTER_WIDE = frozenset(("Namespace", "PersistentVolume"))
_LONGEST = {"CronJob": 52, "StatefulSet": 52}


def illegal_names(manifests: list[Manifest]) -> Iterator[str]:
    """Say which names a server would refuse, and which occur twice."""
    for name in _twice(reference(item) for item in manifests):
        yield f"there are two objects {name}"
    for item in manifests:
        yield from _of_object(item)
    for pod in pods(manifests):
        yield from _of_pod(pod)


def _of_object(item: Manifest) -> Iterator[str]:
    metadata, kind = item["metadata"], item["kind"]
    name = metadata["name"]
    legal = SERVICE if kind == "Service" else SUBDOMAIN
    is_long = kind in WORKLOADS and len(name) > _LONGEST.get(kind, 63)
    if is_long or not legal.fullmatch(name):
        yield f"{reference(item)}: the name is illegal"
    if kind in _CLUSTER_WIDE and "namespace" in metadata:
        yield f"{reference(item)} belongs to no namespace"
    yield from _of_metadata(reference(item), metadata)
    for key in [*item.get("data", ()), *item.get("binaryData", ())]:
        if not DATA_KEY.fullmatch(key):
            yield f"{reference(item)}: {key!r} is no key"
    if kind == "Service":
        names = [port["name"] for port in item["spec"].get("ports", ())]
        for port in [name for name in names if not LABEL.fullmatch(name)]:
            yield f"{reference(item)}: {port!r} is no name of a port"
        for port in _twice(names):
            yield f"{reference(item)}: two ports are named {port!r}"


def _of_metadata(owner: str, metadata: Manifest) -> Iterator[str]:
    labels, annotations = metadata.get("labels", {}), metadata.get("annotations", {})
    for key in [*labels, *annotations]:
        prefix, _, word = key.rpartition("/")
        if not WORD.fullmatch(word) or (prefix and not SUBDOMAIN.fullmatch(prefix)):
            yield f"{owner}: {key!r} is no name of a label or annotation"
    for key, value in labels.items():
        if not VALUE.fullmatch(value):
            yield f"{owner}: {value!r} is no value of the label {key}"


def _of_pod(pod: Pod) -> Iterator[str]:
    yield from _of_metadata(pod.owner, {"labels": pod.labels})
    names = [container["name"] for container in pod.containers]
    volumes = [volume["name"] for volume in pod.volumes]
    for name in [*names, *volumes, pod.spec.get("hostname", "x")]:
        if not LABEL.fullmatch(name):
            yield f"{pod.owner}: {name!r} is no name in a Pod"
    for name in [*_twice(names), *_twice(volumes)]:
        yield f"{pod.owner}: two containers or volumes are named {name!r}"
    for container in pod.containers:
        yield from _of_container(pod.owner, container)


def _of_container(owner: str, container: Manifest) -> Iterator[str]:
    variables = [item["name"] for item in container.get("env", ())]
    for name in [name for name in variables if not VARIABLE.fullmatch(name)]:
        yield f"{owner}: {name!r} is no name of a variable"
    for name in _twice(variables):
        yield f"{owner}: two variables are named {name!r}"
    ports = container.get("ports", [])
    for port in [port for port in ports if not PORT.fullmatch(port.get("name", "x"))]:
        yield f"{owner}: {port['name']!r} is no name of a container's port"
    numbers = (f"{port['containerPort']}/{port.get('protocol')}" for port in ports)
    for number in _twice(numbers):
        yield f"{owner}: the container has the port {number} twice"


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, number in Counter(values).items() if number > 1]
