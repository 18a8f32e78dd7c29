"""An answer of the API server that goes on, as that of a watch."""

from collections.abc import Iterator
from typing import Any

import urllib3

from kompyle.cluster.faults import reason


class Stream:
    """The lines of an answer that goes on; closing it wakes whoever reads.

    ``fault`` says why it broke; it is "" where the server or we have ended it.
    """

    def __init__(self, status: int, response: Any) -> None:  # noqa: ANN401 - urllib3's
        self.status = status
        self.fault = ""
        self._is_closed = False
        self._response = response

    def lines(self) -> Iterator[bytes]:
        """Yield each line; a connection that breaks ends them, too."""
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
        """Yield what comes, until it ends or breaks."""
        try:
            yield from self._response.stream(None, decode_content=False)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            self.fault = "" if self._is_closed else reason(error)
        except (ValueError, AttributeError):
            return  # closed by us while it was read

    def close(self) -> None:
        self._is_closed = True
        for end in (self._response.shutdown, self._response.close):
            try:
                end()
            except (OSError, RuntimeError, ValueError):
                continue  # it was closed before
