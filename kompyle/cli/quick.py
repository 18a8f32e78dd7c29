"""Commands whose values need no coercion, which is most of them, start fast.

Typer asks pydantic about every value, even one that is absent; to import it takes
longer than to convert a small project.
"""

from typing import Any

from typer.core import TyperCommand, TyperGroup


class Command(TyperCommand):
    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's private classes
        return [_quick(param) for param in super().get_params(ctx)]


class Group(TyperGroup):
    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401
        return [_quick(param) for param in super().get_params(ctx)]


class _AsIs:
    """Stand before Typer's own coercion, and call it where it is needed."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if _fits(value, param.type_descriptor.annotation):
            return value
        param._runtime_param = None  # noqa: SLF001 - then Typer makes its own
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def _quick(param: Any) -> Any:  # noqa: ANN401
    param._runtime_param = _AsIs()  # noqa: SLF001 - there is no other way in
    return param


def _fits(value: object, annotation: object) -> bool:
    if isinstance(value, list | tuple):
        return annotation == list[str] and all(isinstance(item, str) for item in value)
    return isinstance(annotation, type) and isinstance(value, annotation)
