"""Which services autoheal restarts when they are not healthy (R9, R16)."""

from collections.abc import Iterable

from kompyle.compose.service import Service
from kompyle.mapping.listening import image_name

_LABEL = "autoheal"
_CHOOSES = "AUTOHEAL_CONTAINER_LABEL"
_ALL = "all"


def autoheal_label(services: Iterable[Service]) -> str:
    """Read which label a project's autoheal goes by; that of another looks at ours."""
    chosen = (
        service.environment.get(_CHOOSES)
        for service in services
        if image_name(service.image or "") == "autoheal"
    )
    return next(filter(None, chosen), _LABEL)


def healing_label(service: Service, label: str) -> str | None:
    """Return the label that has a service restarted; "" if all are, None if it is not.

    *label* is the one that autoheal goes by.
    """
    if label == _ALL:
        return ""
    return label if service.labels.get(label) == "true" else None
