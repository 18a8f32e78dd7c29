"""Translate Compose projects into Kubernetes objects, and deploy them.

>>> import kompyle
>>> project = kompyle.load(["examples/shop/compose.yaml"], env={})  # doctest: +SKIP
>>> result = kompyle.convert(project)  # doctest: +SKIP
>>> result.write("k8s")  # doctest: +SKIP
>>> kompyle.up(result, namespace="shop")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kompyle.api import (
        ClusterError,
        ComposeError,
        Diagnostic,
        EmitError,
        KompyleError,
        Options,
        Position,
        Project,
        Result,
        Severity,
        UsageError,
        convert,
        load,
    )
    from kompyle.deployment import (
        Cancel,
        Choices,
        Differences,
        Event,
        Failure,
        Outcome,
        Problem,
        Removal,
        Wishes,
        diff,
        down,
        up,
    )

__all__ = [
    "Cancel",
    "Choices",
    "ClusterError",
    "ComposeError",
    "Diagnostic",
    "Differences",
    "EmitError",
    "Event",
    "Failure",
    "KompyleError",
    "Options",
    "Outcome",
    "Position",
    "Problem",
    "Project",
    "Removal",
    "Result",
    "Severity",
    "UsageError",
    "Wishes",
    "convert",
    "diff",
    "down",
    "load",
    "up",
]

_DEPLOYMENT = frozenset(
    (
        "Cancel",
        "Choices",
        "Differences",
        "Event",
        "Failure",
        "Outcome",
        "Problem",
        "Removal",
        "Wishes",
        "diff",
        "down",
        "up",
    )
)
"""The names that take a cluster, and the client library that is slow to load."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever bears that name
    """Import the library when it is used; most commands need a part of it."""
    if name not in __all__:
        raise AttributeError(f"module 'kompyle' has no attribute {name!r}")
    part = "deployment" if name in _DEPLOYMENT else "api"
    return getattr(import_module(f"kompyle.{part}"), name)


def __dir__() -> list[str]:
    return __all__
