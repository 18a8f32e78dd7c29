"""Translate Compose projects into Kubernetes objects, and deploy them.

>>> import kompyle
>>> project = kompyle.load(["examples/shop/compose.yaml"], env={})  # doctest: +SKIP
>>> kompyle.convert(project).write("k8s")  # doctest: +SKIP
"""

from kompyle.api import Options, Project, Result, convert, load
from kompyle.diagnostics import Diagnostic, Position, Severity
from kompyle.errors import ComposeError, EmitError, KompyleError, UsageError

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
