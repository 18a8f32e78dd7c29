"""Let a command take its options as dataclasses, which commands can share."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from inspect import Parameter, Signature, signature
from typing import Any


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Return *command* with the fields of its dataclasses as parameters of its own."""
    kinds: dict[str, Any] = {
        name: found.annotation
        for name, found in signature(command).parameters.items()
        if is_dataclass(found.annotation)
    }

    def called(**values: Any) -> None:  # noqa: ANN401 - of all the options' types
        groups = {
            name: kind(**{field.name: values.pop(field.name) for field in fields(kind)})
            for name, kind in kinds.items()
        }
        command(**values, **groups)

    parameters = [
        flat
        for found in signature(command).parameters.values()
        for flat in _flattened(found)
    ]
    called.__name__, called.__doc__ = command.__name__, command.__doc__
    called.__annotations__ = {found.name: found.annotation for found in parameters}
    called.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return called


def _flattened(parameter: Parameter) -> list[Parameter]:
    kind = parameter.annotation
    if not is_dataclass(kind):
        return [parameter.replace(kind=Parameter.KEYWORD_ONLY)]
    return [
        Parameter(
            field.name,
            Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=field.type,
        )
        for field in fields(kind)
    ]
