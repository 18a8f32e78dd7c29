"""Finish manifests: leave out what is absent, and learn where each field came from."""

from collections.abc import Iterator
from typing import Any

from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import FROM, Manifest

_INNER = frozenset((dict, list))


def sealed(manifest: Manifest) -> Manifest:
    """Return a manifest without marks and without fields that are None."""
    return {
        key: _sealed(item) if type(item) in _INNER else item
        for key, item in manifest.items()
        if item is not None and key is not FROM
    }


def _sealed(value: Any) -> Any:  # noqa: ANN401 - any map or list of a manifest
    if type(value) is dict:
        return sealed(value)
    return [_sealed(item) if type(item) in _INNER else item for item in value]


def origins(manifest: Manifest) -> Iterator[tuple[KeyPath, str]]:
    """Yield each marked key path of the model and the field that it became.

    A field reads ``Deployment/web:spec.template.spec.containers[0].image``.
    """
    name = f"{manifest['kind']}/{manifest['metadata']['name']}:"
    for source, field in _walk(manifest, ""):
        yield source, name + field.removeprefix(".")


def marks(value: Manifest) -> Iterator[KeyPath]:
    """Yield the key paths that the fields of a part of a manifest come from."""
    return (path for path, _ in _walk(value, ""))


def _walk(value: Any, field: str) -> Iterator[tuple[KeyPath, str]]:  # noqa: ANN401
    if isinstance(value, dict):
        for key, sources in value.get(FROM, {}).items():
            if value.get(key) is not None:
                yield from ((path, f"{field}{_step(key)}") for path in sources)
        for key, item in value.items():
            if key is not FROM and isinstance(item, dict | list):
                yield from _walk(item, f"{field}{_step(key)}")
    else:
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield from _walk(item, f"{field}[{index}]")


def _step(key: str) -> str:
    """Write a key of a manifest; one with a dot or slash stands in brackets."""
    return f'["{key}"]' if "." in key or "/" in key else f".{key}"
