"""The set of objects that a project owns in a cluster: an ApplySet (KEP-3659).

A Secret, the parent, names the kinds of the members; each member bears the parent's
id.  ``kubectl apply --prune --applyset`` reads the same marks, and leaves alone what
another tool manages.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

PART_OF = "applyset.kubernetes.io/part-of"
ID = "applyset.kubernetes.io/id"
TOOLING = "applyset.kubernetes.io/tooling"
KINDS = "applyset.kubernetes.io/contains-group-kinds"
NAMESPACES = "applyset.kubernetes.io/additional-namespaces"
TOOL = "kompyle"
PROJECT = "kompyle.io/project"
"""The annotation of the parent that holds the project's name as it was written."""

Manifest = dict[str, Any]
GroupKind = tuple[str, str]
"""A group, "" for the core one, and a kind."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where the parent of a set is; a ConfigMap where Secrets may not be read."""

    name: str
    namespace: str
    kind: str = "Secret"

    @property
    def hidden(self) -> "Home | None":
        """Where the parent is as well if a user with more rights has made it."""
        return replace(self, kind="Secret") if self.kind != "Secret" else None

    @property
    def set_id(self) -> str:
        return applyset_id(self.name, self.namespace, self.kind)


def applyset_id(
    name: str, namespace: str, kind: str = "Secret", group: str = ""
) -> str:
    """Return the id that members bear: a hash of the parent's place.

    >>> applyset_id("shop", "as-nogk")
    'applyset-7eevJubPiG4A48X6PyNU2UjMjFbMmQV0sz0Awyzj7B8-v1'
    """
    place = f"{name}.{namespace}.{kind}.{group}".encode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(place).digest())
    return f"applyset-{digest.rstrip(b'=').decode()}-v1"


def group_kind(manifest: Mapping[str, Any]) -> GroupKind:
    """Return what the kind of an object is called, without its version."""
    group, _, _version = manifest["apiVersion"].rpartition("/")
    return group, manifest["kind"]


def parent(
    home: Home,
    *,
    kinds: Iterable[GroupKind],
    namespaces: Iterable[str],
    version: str,
    project: str,
) -> Manifest:
    """Write the parent of a set that holds objects of *kinds* in *namespaces*."""
    listed = sorted(".".join(filter(None, (kind, group))) for group, kind in kinds)
    return {
        "apiVersion": "v1",
        "kind": home.kind,
        "metadata": {
            "name": home.name,
            "namespace": home.namespace,
            "labels": {"app.kubernetes.io/managed-by": TOOL, ID: home.set_id},
            "annotations": {
                TOOLING: f"{TOOL}/v{version}",
                KINDS: ",".join(dict.fromkeys(listed)),
                NAMESPACES: ",".join(sorted({*namespaces} - {home.namespace})),
                PROJECT: project,
            },
        },
    }


def kinds_of(found: Mapping[str, Any]) -> set[GroupKind]:
    """Read the kinds that a parent names."""
    text = _annotations(found).get(KINDS, "")
    split = (item.partition(".") for item in text.split(",") if item)
    return {(group, kind) for kind, _, group in split}


def tool_of(found: Mapping[str, Any]) -> str:
    """Return who manages a set, without the version; "" if nobody says so."""
    return str(_annotations(found).get(TOOLING, "")).rpartition("/")[0]


def project_of(found: Mapping[str, Any]) -> str:
    """Return the project that a parent is of, as its Compose file names it."""
    return str(_annotations(found).get(PROJECT, ""))


def _annotations(found: Mapping[str, Any]) -> Mapping[str, str]:
    return found["metadata"].get("annotations") or {}


def marked(manifest: Manifest, set_id: str) -> Manifest:
    """Return an object with the mark of a member; its Pods do not get it."""
    metadata = manifest["metadata"]
    labels = {**metadata.get("labels", {}), PART_OF: set_id}
    return {**manifest, "metadata": {**metadata, "labels": labels}}
