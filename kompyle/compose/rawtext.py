"""Make a file's text fit for libyaml where the reference reads more than libyaml.

libyaml refuses keys of more than 1,024 characters and the control characters
U+007F to U+009F; both are replaced by characters of the private use area, one for
one line, and put back in the values.
"""

import re
from typing import Any

_CONTROLS = re.compile("[\x7f-\x84\x86-\x9f]")
_LONG_KEY = re.compile(r"(?m)^([ ]*)([^\s#'\"\[\]{}&*!|>%@`,-][^\s:]{1023,}):(?=\s|$)")
_ESCAPED_SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")
_FREE = range(0xF0000, 0xFFFFE)


class RawText:
    """A file's text, as it is (``text``) and as libyaml reads it (``parseable``)."""

    __slots__ = (
        "_free",
        "_has_escaped_slash",
        "_originals",
        "_stand_ins",
        "parseable",
        "text",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self._free = (char for char in map(chr, _FREE) if char not in text)
        self._stand_ins: dict[str, str] = {}
        self._has_escaped_slash = "\\/" in text
        text = _LONG_KEY.sub(lambda key: f"{key[1]}{self._stand_in(key[2])}:", text)
        self.parseable = _CONTROLS.sub(lambda char: self._stand_in(char[0]), text)
        self._originals = {ord(char): text for text, char in self._stand_ins.items()}

    def restored(self, value: str) -> str:
        """Put back what stands in for something else in a scalar."""
        return value.translate(self._originals) if self._originals else value

    def has_escaped_slash(self, event: Any) -> bool:  # noqa: ANN401
        r"""Whether a double-quoted scalar was written with ``\/``."""
        if not self._has_escaped_slash:
            return False
        written = self.parseable[event.start_mark.index : event.end_mark.index]
        return _ESCAPED_SLASH.search(written) is not None

    def _stand_in(self, original: str) -> str:
        if original not in self._stand_ins:
            stand_in = next(self._free, None)
            if stand_in is None:
                return original
            self._stand_ins[original] = stand_in
        return self._stand_ins[original]
