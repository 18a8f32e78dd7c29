"""Translate Compose projects into Kubernetes objects, and deploy them.

>>> import kompyle
>>> project = kompyle.load(["examples/shop/compose.yaml"], env={})  # doctest: +SKIP
>>> kompyle.convert(project).write("k8s")  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kompyle.api import (
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

__all__ = [
    "ComposeError",
    "Diagnostic",
    "EmitError",
    "KompyleError",
    "Options",
    "Position",
    "Project",
    "Result",
    "Severity",
    "UsageError",
    "convert",
    "load",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever bears that name
    """Import the library when it is used; most commands need a part of it."""
    if name not in __all__:
        raise AttributeError(f"module 'kompyle' has no attribute {name!r}")
    from kompyle import api  # noqa: PLC0415

    return getattr(api, name)


def __dir__() -> list[str]:
    return __all__
