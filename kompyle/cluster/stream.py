"""An answer of the API server that goes on, as that of a watch."""

from collections.abc import Iterator
from typing import Any

import urllib3


class Stream:
    """The lines of an answer that goes on; closing it wakes whoever reads."""

    def __init__(self, status: int, response: Any) -> None:  # noqa: ANN401 - urllib3's
        self.status = status
        self._response = response

    def lines(self) -> Iterator[bytes]:
        """Yield each line; a connection that breaks ends them."""
        left = b""
        try:
            for chunk in self.chunks():
                *whole, left = (left + chunk).split(b"\n")
                yield from whole
        finally:
            self.close()
        if left:
            yield left

    def chunks(self) -> Iterator[bytes]:
        try:
            yield from self._response.stream(None, decode_content=False)
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError):
            return  # closed, by the server or by us

    def close(self) -> None:
        for end in (self._response.shutdown, self._response.close):
            try:
                end()
            except (OSError, RuntimeError, ValueError):
                continue  # it was closed before
