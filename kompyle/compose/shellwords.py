"""Split a command into words, as Compose does without asking a shell."""

import re

_QUOTES = (
    r"\\(?P<escaped>.)"
    r"|'(?P<single>[^']*)'"
    r'|"(?P<double>(?:[^"\\]|\\.)*+)"'
)
# Substitutions stay text; a `)` alone opens one too, up to the next.
_SUBSTITUTIONS = (
    r"""(?P<backquoted>`(?:[^`\\'"]|\\.|'[^']*'|"(?:[^"\\]|\\.)*+")*+`)"""
    r"|(?P<parentheses>(?:(?<=\$)\(|\))(?:[^()\\]|\\.)*+\))"
)
_QUOTE = re.compile(_QUOTES, re.DOTALL)
_PIECE = re.compile(f"{_QUOTES}|{_SUBSTITUTIONS}", re.DOTALL)
_WORD = re.compile(
    rf"""(?:[^ \t\r\n'"\\`();&|<>]|{_QUOTES}|{_SUBSTITUTIONS})++""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)

_OPERATORS = ";&|<>"
_PLAIN_TEXT = re.compile(r"""[^'"\\`();&|<>]*""")
_PLAIN_WORD = re.compile(r"[^ \t\r\n]+")
_BLANK = re.compile(r"[ \t\r\n]+")
_WRONG = {
    "\\": "it ends with a backslash",
    "(": "a parenthesis is not quoted; put it between quotes",
    ")": "a parenthesis is not quoted; put it between quotes",
}


def split(text: str) -> list[str]:
    """Return the words before the first unquoted operator of a shell."""
    if _PLAIN_TEXT.fullmatch(text):
        return _PLAIN_WORD.findall(text)
    return _words(text)[0]


def cut(text: str) -> str | None:
    """Return what `split` drops: all that follows an unquoted `; & | < >`."""
    if not any(operator in text for operator in _OPERATORS):
        return None
    _, end = _words(text)
    return text[end:].rstrip() or None


def _words(text: str) -> tuple[list[str], int]:
    """Return the words and where they end."""
    words: list[str] = []
    start = end = 0
    position = _skip_blanks(text, 0)
    while word := _WORD.match(text, position):
        words.append(_PIECE.sub(_unquoted, word[0]))
        start, end = word.span()
        position = _skip_blanks(text, end)
    if position < len(text) and text[position] not in _OPERATORS:
        raise _error(text[position])
    # `2>log` redirects a channel: its number is no word.
    if text[end : end + 1] == ">" and words and words[-1][:1].isdecimal():
        return words[:-1], start
    return words, position


def _skip_blanks(text: str, position: int) -> int:
    blanks = _BLANK.match(text, position)
    return blanks.end() if blanks else position


def _unquoted(piece: re.Match[str]) -> str:
    match piece.lastgroup:
        case "double" | "parentheses" as kind:
            return _ESCAPE.sub(r"\1", piece[kind])
        case "backquoted":
            return _QUOTE.sub(_unquoted, piece[0])
        case _:
            return piece["single"] or piece["escaped"] or ""


def _error(character: str) -> ValueError:
    """Say what is wrong, but not the command: passwords stand in commands."""
    default = f"the quote {character} does not end; add another {character}"
    return ValueError(_WRONG.get(character, default))
