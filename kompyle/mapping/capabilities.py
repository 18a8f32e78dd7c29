"""Capabilities as Kubernetes names them."""

from kompyle.compose.service import Service


def capabilities(service: Service, key: str) -> list[str]:
    """Return those of ``cap_add`` or ``cap_drop``; ``ALL`` may be one of them."""
    return [name.upper().removeprefix("CAP_") for name in service.node.texts(key)]
