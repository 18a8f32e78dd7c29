"""Write manifests as YAML that every reader takes for the same values.

kubectl and others read YAML 1.1, where ``on``, ``0o17``, ``1_000`` and ``22:22`` are
no texts; such texts are quoted.  There are no anchors; long texts of several lines
are block scalars.  PyYAML's emitter leaves ``n`` and ``y`` bare, folds long lines and
takes five times as long.
"""

import json
import re
from functools import lru_cache
from typing import Any

_SAFE = r"A-Za-z0-9/_.@$%+=(){};<>^~\\-"
_PLAIN = re.compile(
    rf"-{{0,2}}[A-Za-z/_][{_SAFE}]*(?:[ :,][{_SAFE}]+)*"  # words, paths, options
    r"|[0-9]+(?:[KMGTP]i|[kmMGTP])"  # Kubernetes quantities
)
_WORD = re.compile(
    r"y|yes|n|no|true|false|on|off|null|none|nan|inf|infinity|~",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*")


def document(value: Any) -> str:  # noqa: ANN401 - ordinary data of any shape
    """Return one YAML document, ending with a line break."""
    if not isinstance(value, dict | list) or not value:
        return f"{_inline(value)}\n"
    lines: list[str] = []
    _block(value, "", "", lines)
    lines.append("")
    return "\n".join(lines)


def stream(documents: list[Any]) -> str:
    """Return several documents, each with its ``---``."""
    return "".join(f"---\n{document(value)}" for value in documents)


def _block(value: Any, first: str, indent: str, lines: list[str]) -> None:  # noqa: ANN401
    """Write a map or list that is not empty; *first* begins its first line.

    An item of a list starts on the line of its dash: ``- - x`` and ``- key: x``.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            _entry(f"{first}{_text(key)}:", item, indent, lines)
            first = indent
        return
    for item in value:
        if isinstance(item, dict | list) and item:
            _block(item, f"{first}- ", f"{indent}  ", lines)
        else:
            _entry(f"{first}-", item, indent, lines)
        first = indent


def _entry(head: str, value: Any, indent: str, lines: list[str]) -> None:  # noqa: ANN401
    """Write what follows a key and its colon, or a dash."""
    kind = type(value)
    if kind is str:
        if "\n" in value:
            lines.append(f"{head} {_lines(value, indent + '  ')}")
        else:
            lines.append(f"{head} {_text(value)}")
    elif kind is dict and value:
        lines.append(head)
        _block(value, f"{indent}  ", f"{indent}  ", lines)
    elif kind is list and value:
        lines.append(head)
        _block(value, indent, indent, lines)
    else:
        lines.append(f"{head} {_inline(value)}")


def _inline(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, float):
        return _float(value)
    return str(value) if type(value) is int else json.dumps(value)


def _float(value: float) -> str:
    """Write a number that YAML 1.1 takes for one: with a point, and ``.inf``."""
    text = repr(value)
    if text.lstrip("-") in ("inf", "nan"):
        return text.replace("inf", ".inf").replace("nan", ".nan")
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else text


@lru_cache(maxsize=8192)
def _text(text: str) -> str:
    """Write a text of one line: bare only where nobody can mistake it."""
    if _PLAIN.fullmatch(text) and not _WORD.fullmatch(text) and ": " not in text:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """Put a text in double quotes; JSON's escapes are YAML's, but for surrogates."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", _escaped, quoted)


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _lines(text: str, indent: str) -> str:
    """Write a text of several lines as a literal block, if one can hold it."""
    body = text.rstrip("\n")
    is_odd = not body or body[0] in " \t\n" or not _BLOCK.fullmatch(text)
    if is_odd or any(
        line != line.rstrip(" \t") and not line.strip() for line in body.split("\n")
    ):
        return _quoted(text)
    ends = len(text) - len(body)
    chomp = {0: "-", 1: ""}.get(ends, "+")
    lines = [f"{indent}{line}" if line else "" for line in body.split("\n")]
    return "\n".join([f"|{chomp}", *lines, *[""] * (ends - 1)])
