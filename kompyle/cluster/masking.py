"""Keep the values of an app's Secrets out of whatever is told of it."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kompyle.cluster.app import App
from kompyle.cluster.outcome import Failure, Problem
from kompyle.diagnostics import Report


class Mask:
    """Masks what the Secrets of an App hold; they are read when first needed."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._report: Report | None = None

    def text(self, text: str) -> str:
        if self._report is None:
            self._report = Report()
            for value in _values(self._app):
                self._report.hide(value)
        return self._report.masked(text)

    def problem(self, found: Problem) -> Problem:
        return replace(found, message=self.text(found.message))

    def failure(self, found: Failure) -> Failure:
        return replace(
            found,
            message=self.text(found.message),
            events=tuple(map(self.text, found.events)),
            log=tuple(map(self.text, found.log)),
        )


def _values(app: App) -> Iterator[str]:
    """Yield each value, and each line of one with several."""
    for item in app.manifests:
        if item["kind"] == "Secret":
            texts = [_decoded(value) for value in (item.get("data") or {}).values()]
            texts += (item.get("stringData") or {}).values()
            for text in texts:
                yield text.strip()
                yield from filter(None, map(str.strip, text.splitlines()))


def _decoded(value: Any) -> str:  # noqa: ANN401 - whatever an App holds
    try:
        return base64.b64decode(value).decode("utf-8", "replace")
    except (binascii.Error, TypeError, ValueError):
        return ""
