"""The health check of a service; times are in seconds."""

from dataclasses import dataclass

from kompyle.compose import duration
from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath

INTERVAL, START_INTERVAL, TIMEOUT, RETRIES = 30.0, 5.0, 30.0, 3
"""What Docker takes for what is not said, or is 0."""


@dataclass(frozen=True, slots=True)
class Healthcheck:
    path: KeyPath
    test: tuple[str, ...]
    interval: float | None = None
    timeout: float | None = None
    start_period: float | None = None
    start_interval: float | None = None
    retries: int | None = None
    is_disabled: bool = False

    @property
    def is_told(self) -> bool:
        """Whether it says how to check, and is not switched off."""
        return len(self.test) > 1 and not self.is_disabled

    @property
    def patience(self) -> float:
        """How long a container fails its checks until Docker calls it unhealthy."""
        once = (self.interval or INTERVAL) + (self.timeout or TIMEOUT)
        return (self.start_period or 0.0) + (self.retries or RETRIES) * once


def healthcheck(service: YamlMap, path: KeyPath) -> Healthcheck | None:
    """Decode ``healthcheck``; None when the key is absent."""
    node = service.get("healthcheck")
    if not isinstance(node, YamlMap):
        return None
    test = tuple(node.texts("test"))
    retries = node.value("retries")
    return Healthcheck(
        path=(*path, "healthcheck"),
        test=test,
        interval=seconds(node, "interval"),
        timeout=seconds(node, "timeout"),
        start_period=seconds(node, "start_period"),
        start_interval=seconds(node, "start_interval"),
        retries=retries if isinstance(retries, int) else None,
        is_disabled=node.value("disable") is True or test[:1] == ("NONE",),
    )


def seconds(node: YamlMap, key: str) -> float | None:
    text = node.text(key)
    return None if text is None else duration.parse(text) / 1e9
