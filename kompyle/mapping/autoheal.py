"""Which services autoheal restarts when they are not healthy (R9, R16)."""

from kompyle.compose.service import Service
from kompyle.mapping.listening import image_name
from kompyle.mapping.plan import Plan

_LABEL = "autoheal"
_CHOOSES = "AUTOHEAL_CONTAINER_LABEL"
_ALL = "all"


def healing_label(service: Service, plan: Plan) -> str | None:
    """Return the label that has a service restarted; "" if all are, None if it is not.

    The autoheal of another project looks at the same label.
    """
    label = _label(plan)
    if label == _ALL:
        return ""
    return label if service.labels.get(label) == "true" else None


def _label(plan: Plan) -> str:
    """Read which label the project's own autoheal goes by."""
    chosen = (
        service.environment.get(_CHOOSES)
        for service in plan.services.values()
        if image_name(service.image or "") == "autoheal"
    )
    return next(filter(None, chosen), _LABEL)
