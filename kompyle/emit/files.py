"""Give each object its file: a name and a text."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kompyle.emit import yaml

Manifest = dict[str, Any]

_FIRST = {"namespace": "00-", "configmap": "01-", "secret": "01-"}
"""kubectl applies the files of a folder by their names.

A Pod that a change replaces must find what it reads changed already.
"""


def file_name(manifest: Manifest, format: str = "yaml") -> str:  # noqa: A002 - as on the command line
    """Name the file of an object, as in ``web-deployment.yaml``."""
    kind = manifest["kind"].lower()
    return f"{_FIRST.get(kind, '')}{manifest['metadata']['name']}-{kind}.{format}"


def files(manifests: Iterable[Manifest], format: str = "yaml") -> dict[str, str]:  # noqa: A002
    """Return the text of each object by its file's name."""
    write = _WRITERS[format]
    return {file_name(manifest, format): write(manifest) for manifest in manifests}


def stream(manifests: Sequence[Manifest], format: str = "yaml") -> str:  # noqa: A002
    """Return all objects as one text: YAML documents, or a JSON List."""
    if format == "yaml":
        return yaml.stream(list(manifests))
    listed = {"apiVersion": "v1", "kind": "List", "items": list(manifests)}
    return json_text(listed)


def json_text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


_WRITERS = {"yaml": yaml.document, "json": json_text}
