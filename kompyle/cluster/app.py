"""What is brought to a cluster: the objects of a project, and whose they are.

An App knows nothing of Compose files any more, so that one of an earlier day can be
read from the cluster, and brought back.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from kompyle.names import slug

Manifest = dict[str, Any]

NAME = "app.kubernetes.io/name"
PROJECT = "app.kubernetes.io/part-of"
FORMAT = 1
"""Of what is stored; it grows when an older version could not read it rightly."""

WORKLOADS = ("CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet")


@dataclass(frozen=True, slots=True)
class Published:
    """A port that Compose published: the number here, and the container's own."""

    local: int
    target: int
    protocol: str = "tcp"


@dataclass(frozen=True, slots=True)
class Part:
    """A Compose service in the cluster.

    ``workload`` reads ``Deployment/web``; ``place`` is where the service stands in
    its file; ``waits`` holds the condition of each service that it waits for.
    """

    service: str
    workload: str
    container: str
    place: str = ""
    waits: Mapping[str, str] = field(default_factory=dict)
    published: tuple[Published, ...] = ()
    is_built: bool = False
    """Whether it has ``build:``: its image has to be built and pushed first."""


@dataclass(frozen=True, slots=True)
class App:
    """A project as objects; ``parts`` are its services, by their Compose names."""

    name: str
    manifests: tuple[Manifest, ...]
    parts: Mapping[str, Part] = field(default_factory=dict)
    is_whole: bool = True
    contexts: tuple[str, ...] = ()
    origin: Callable[[str], str] = lambda _field: ""
    """Tells which place of the Compose file a field, ``Service/web:spec``, is from."""

    def services_of(self, workload: str) -> list[Part]:
        """Return the services whose containers run in a workload."""
        return [part for part in self.parts.values() if part.workload == workload]

    def service_of(self, manifest: Mapping[str, Any]) -> str:
        """Name the service that an object is of, as Compose does; "" if of none."""
        label = service_label(manifest)
        usual = self.parts.get(label)
        if usual and usual.container == label:  # most names stay as they are
            return label
        found = (
            part.service for part in self.parts.values() if part.container == label
        )
        return next(found, "")

    def place_of(self, workload: str) -> str:
        return next((part.place for part in self.services_of(workload)), "")


def reference(manifest: Mapping[str, Any]) -> str:
    """Name an object as kubectl does, as in ``Deployment/web``."""
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def service_label(manifest: Mapping[str, Any]) -> str:
    """Return the service that an object is labelled with; "" for one of the project."""
    return str((manifest["metadata"].get("labels") or {}).get(NAME, ""))


def stored(app: App) -> dict[str, Any]:
    """Return an App as plain data, to be kept."""
    return {
        "format": FORMAT,
        "name": app.name,
        "manifests": list(app.manifests),
        "parts": [asdict(part) for part in app.parts.values()],
        "contexts": list(app.contexts),
    }


def restored(data: Mapping[str, Any]) -> App:
    """Read what :func:`stored` returned, in this version or another.

    Fields that only a later one knows are left out.  Raises :class:`ValueError` if
    that is not enough.
    """
    if data.get("format", FORMAT) > FORMAT:
        raise ValueError("a later version of kompyle has written it")
    parts = map(_part, data["parts"])
    return App(
        data["name"],
        tuple(data["manifests"]),
        {part.service: part for part in parts},
        contexts=tuple(data.get("contexts", ())),
    )


def _part(item: Mapping[str, Any]) -> Part:
    published = (Published(**_of(Published, each)) for each in item["published"])
    return Part(**{**_of(Part, item), "published": tuple(published)})


def _of(made: type[Part | Published], item: Mapping[str, Any]) -> dict[str, Any]:
    known = {each.name for each in fields(made)}
    return {name: value for name, value in item.items() if name in known}


def object_name(project: str) -> str:
    """Return how a project is called where only names of objects will do.

    >>> object_name("my_shop")
    'my-shop'
    """
    return slug(project)
