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
_PRIVATE = range(0xF0000, 0xFFFFE)


class RawText:
    """A file's text, as it is (``text``) and as libyaml reads it (``parseable``)."""

    __slots__ = ("_has_escaped_slash", "_stand_ins", "parseable", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._stand_ins: dict[str, str] = {}
        self._has_escaped_slash = "\\/" in text
        text = _LONG_KEY.sub(lambda key: f"{key[1]}{self._stand_in(key[2])}:", text)
        self.parseable = _CONTROLS.sub(lambda char: self._stand_in(char[0]), text)

    def restored(self, value: str) -> str:
        """Put back what stands in for something else in a scalar."""
        if self._stand_ins:
            for stand_in, original in self._stand_ins.items():
                value = value.replace(stand_in, original)
        return value

    def has_escaped_slash(self, event: Any) -> bool:  # noqa: ANN401
        r"""Whether a double-quoted scalar was written with ``\/``."""
        if not self._has_escaped_slash:
            return False
        written = self.parseable[event.start_mark.index : event.end_mark.index]
        return _ESCAPED_SLASH.search(written) is not None

    def _stand_in(self, original: str) -> str:
        for stand_in, known in self._stand_ins.items():
            if known == original:
                return stand_in
        free = (chr(code) for code in _PRIVATE if chr(code) not in self.text)
        stand_in = next(char for char in free if char not in self._stand_ins)
        self._stand_ins[stand_in] = original
        return stand_in
