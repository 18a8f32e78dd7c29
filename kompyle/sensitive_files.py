"""Tell files with secrets from plain ones, by their path and by what they hold."""

import re
from collections.abc import Mapping

_PATH = re.compile(
    r"\.(?:key|pem|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)$|secret|passw|credential"
    r"|(?:^|/)\.?(?:env|netrc|pgpass|npmrc|htpasswd|dockercfg|dockerconfigjson)(?:\.|$)"
    r"|\.erlang\.cookie$"
    r"|(?:^|[/-])keyfile$|(?:^|/)acme\.json$|(?:^|/)id_(?:rsa|dsa|ecdsa|ed25519)$|(?:^|/)\.(?:ssh|aws|gnupg|kube)/|token",
    re.IGNORECASE,
)
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")

_WORDS = (
    rb"(?:passw(?:or)?d|passphrase|secret(?:_?key)?|token|(?:api|access|app|enc(?:ryption)?"
    rb"|signing|session|jwt|cookie|auth|licen[sc]e|master|hmac)[_-]?key)"
)
_NAME = rb"(?:[\w.-]*" + _WORDS + rb"|(?:[\w.-]*[_.-])?(?:pass|pwd))"
"""Of a setting, an element or an attribute: what it is comes last in it."""

_QUOTED = rb"(?P<quote>\\?[\"'])(?P<value>(?:(?!(?P=quote))[^\n]){3,}?)(?P=quote)"

_PATTERNS: Mapping[tuple[bytes, ...], bytes] = {
    (b"pass", b"secret", b"token", b"key"): (
        rb"^[ \t]*(?:(?:export|set|-)[ \t]+)?[\w.-]*(?:"
        + _WORDS
        + rb"|_pass)[ \t]*[:=]"
        rb"[ \t]*[\"']?(?P<value>[^\s\"'${}<]{4,})"
    ),
    (b"pass", b"pwd", b"secret", b"token", b"key"): (
        rb"(?<![\w.-])" + _NAME + rb"\\?[\"']?\]?\s*(?:=>|[:=])\s*" + _QUOTED
    ),
    (b"define(",): rb"define\(\s*[\"']" + _NAME + rb"[\"']\s*,\s*" + _QUOTED,
    (b"requirepass", b"masterauth"): (
        rb"^[ \t]*(?:requirepass|masterauth)[ \t]+[\"']?(?P<value>[^\s\"']+)"
    ),
    (b"</",): rb"<(?:\w+:)?"
    + _NAME
    + rb"(?:\s[^<>]*)?>\s*(?P<value>[^<\s]+(?:\s+[^<\s]+)*)\s*</",
    (b"name=",): (
        rb"\sname=[\"']" + _NAME + rb"[\"'](?:\s+value=[\"']|[^<>]{,200}(?<!/)>)"
        rb"(?P<value>[^<>\"'\s]{3,})"
    ),
    (b"password=", b"pwd="): (
        rb"(?:(?:^|[\s;?&\"'])password|[;?&\"']\s?pwd)=(?![\w.]*(?:password|pwd)\b)"
        rb"(?P<value>[^\s;&\"'(),]{3,400})(?=[\s;&\"')]|,\s|$)"
    ),
    (b"identified",): (
        rb"\bIDENTIFIED\s+(?:WITH\s+\S+\s+)?(?:BY|AS)\s+(?:PASSWORD\s+)?" + _QUOTED
    ),
    (b"password",): (
        rb"\b(?:USER|ROLE|ENCRYPTED)\b[^;\n]{,200}?\bPASSWORD\s+" + _QUOTED
    ),
    (b"://",): rb"(?<=\w)://[^\s/:@\"'<>]*:(?P<value>[^\s/@\"'<>]+)@",
    (b"@tcp(", b"@unix("): (
        rb"(?<![\w.-])[\w.-]{1,64}:(?P<value>[^\s/@\"']{1,200})@(?:tcp|unix)\("
    ),
    (b'"auths"',): rb'"auth"\s*:\s*"(?P<value>[^"]+)"',
}
"""Where files hold secrets, by what they have then, in small letters.

What may begin anywhere has a longest length, as else long files take too long.
"""

_IN_FILES = {
    hints: re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for hints, pattern in _PATTERNS.items()
}
_INSTEAD = re.compile(
    rb"(?i:true|false|null|none|nil|undefined|yes|no|on|off|string|required(?:\|.*)?)"
    rb"|.*(?:\$\{|\{\{|\$\(|%\(|#\{|@\{|<%).*|\$[A-Za-z_]\w*"  # filled in by others
    rb"|<.*|%\w+%|\[[^\]]*\]|(?P<mark>[@_*]+)\w+(?P=mark)|[*xX.#_-]+"
    rb"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"  # the name of a variable
    rb"|(?:process\.env|os\.(?:environ|getenv)|getenv|env|file|vault|op)[.:(\[].*"
    rb"|/(?:run|etc|var|tmp|opt|srv|usr|home|app|data|mnt|certs?|secrets?)/.*"
    rb"|[\^~<>=v]*[0-9]+\.[0-9]+[\w.*-]*"  # the version of what is called so
    rb"|(?:Password|Token|Secret)[.:?*!]*|[A-Z][a-z]+\s.*"  # a text for people
    rb"|.*(?:\s(?i:passw|token|secret)|(?i:password|token|secret)\s).*"
)
"""What stands in the place of a secret, and is none."""

_LONGEST = 400
"""How much of a value is looked at, to tell whether it stands in a secret's place."""

_COMMENT = re.compile(rb"[ \t]*(?:#|//|;|--|\*|<!--)")


def is_sensitive_file(path: str, data: bytes) -> bool:
    r"""Whether a file should be kept in a Secret, by its path and by what it holds.

    >>> is_sensitive_file("a.json", b'{"user": "me", "password": "hunter22"}')
    True
    >>> is_sensitive_file("a.json", b'{"user": "me", "password": "${PASSWORD}"}')
    False
    """
    return bool(_PATH.search(path) or _PRIVATE_KEY.search(data) or _has_secret(data))


def _has_secret(data: bytes) -> bool:
    lowered = data.lower()
    return any(
        not _INSTEAD.fullmatch(match["value"][:_LONGEST])
        and not _is_comment(data, match.start())
        for hints, pattern in _IN_FILES.items()
        if any(hint in lowered for hint in hints)
        for match in pattern.finditer(data)
    )


def _is_comment(data: bytes, place: int) -> bool:
    return bool(_COMMENT.match(data, data.rfind(b"\n", 0, place) + 1))
