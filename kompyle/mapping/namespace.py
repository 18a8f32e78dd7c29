"""Put objects into a namespace, if the caller names one."""

from collections.abc import Iterable

from kompyle.mapping.fragment import Manifest
from kompyle.names import project_labels
from kompyle.options import Options

_EVERY_ACCOUNT: Manifest = {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "Group",
    "name": "system:serviceaccounts",
}
"""Stands in for an account of a namespace whose name is not known yet."""


def in_namespace(
    manifests: Iterable[Manifest], project: str, options: Options
) -> list[Manifest]:
    """Set ``metadata.namespace``; add the Namespace itself where that is asked for."""
    name = options.namespace
    placed = [_placed(manifest, name) for manifest in manifests]
    if name and options.create_namespace:
        namespace = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": project_labels(project)},
        }
        return [namespace, *placed]
    return placed


def _placed(manifest: Manifest, namespace: str | None) -> Manifest:
    if manifest["kind"] == "RoleBinding":
        manifest = {**manifest, "subjects": _subjects(manifest, namespace)}
    if not namespace or manifest["kind"] == "PersistentVolume":
        return manifest
    metadata = manifest["metadata"]
    first = {"name": metadata["name"], "namespace": namespace}
    return {**manifest, "metadata": {**first, **metadata}}


def _subjects(manifest: Manifest, namespace: str | None) -> list[Manifest]:
    """Name the account's namespace, without which the server refuses a binding."""
    if not namespace:
        return [_EVERY_ACCOUNT]
    return [{**subject, "namespace": namespace} for subject in manifest["subjects"]]
