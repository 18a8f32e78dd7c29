"""Tell secret values from plain ones, by the name of the variable and by the value."""

import math
import re
from collections import Counter
from functools import lru_cache

_NAME = re.compile(
    r"PASSW(?:OR)?D|PASSPHRASE|(?:^|_)PASS(?:$|_)|(?:DB|PG|SQL|USER|ADMIN)(?:PASS|PWD)$"
    r"|(?:^|_)(?:PWD|PW)$|SECRET|TOKEN|PRIVATE|CREDENTIAL|(?:^|_)SALT(?:$|_)"
    r"|(?:API|ACCESS|ENC|ENCRYPTION|SIGNING|COOKIE|AUTH|LICEN[SC]E|JWT|APP|MASTER|SESSION"
    r"|HMAC)_?KEY|(?:BASIC|NEO4J|REDIS(?:CLI)?)_?AUTH$|(?:ERLANG|RELEASE)_?COOKIE$",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"^(?-i:PWD)$|_FILE$|PUBLIC_?KEY|(?:SECRET|TOKEN|KEY)NAME$|_(?:LENGTH|TTL|EXPIR\w*|TIMEOUT|COUNT|SIZE|PORT|HOST|ENABLED?"
    r"|DISABLED?|NAME|PATH|DIR|POLICY|TYPE|ALGORITHM|LIFETIME|AGE|MINUTES|SECONDS|DAYS"
    r"|HOURS|(?<!SECRET_)ID|ISSUER|PREFIX|HEADER|LIST)$",
    re.IGNORECASE,
)
_PUNCTUATION = re.compile(r"[.-]")
"""What parts the words in the name of a label, where a variable's has ``_``."""

_LOGIN_NAME = re.compile(r"(?:^|_)(?:AUTH|USERPASS|HTTP_BASIC)$", re.IGNORECASE)
_LOGIN = re.compile(r"[\w.@-]+:(?![0-9]{1,5}$)[^\s:/@]{3,}")
"""A user and a password, and not a server and its port."""

_WORDS = frozenset(
    ["true", "false", "yes", "no", "on", "off", "none", "null", "0", "1"]
)
_VALUE = re.compile(
    r"://[^/\s:@]*:[^\s@]+@|^[\w.-]+:[^@\s/]+@\w*\("  # an address with a password
    r"|://[0-9a-f]{32}@"
    r"|(?i:passw(?:or)?d|passphrase|pwd|secret|token|api_?key|requirepass)"
    r"(?:[\"'\]]*\s*[:=]\s*[\"']|=)[^\s;&\"'$]{3,}"  # in options, addresses, settings
    r"|(?i:--?[\w-]*(?:passw(?:or)?d|requirepass|token|secret)\s+)[^\s-]"
    r"|(?i:\b(?:Bearer|Basic)\s+)[\w+/=.-]{8,}|^base64:[\w+/=]{20,}"
    r"|hooks\.slack\.com/services/|discord(?:app)?\.com/api/webhooks/"
    r"|\$(?:apr1|2[aby]|5|6)\$|\{SHA\}"  # a hash of a password
    r"|^[^\s:]+:[^:]+:[0-9a-f]{32}$"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:ghp|gho|ghs|ghu|github_pat|glpat|xox[abpros]|sk_live|sk_test|rk_live)[-_]\w{8}"
    r"|\bsk-[A-Za-z0-9-]{16,}"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ"
)
_SHORTEST_KEY = len("AKIA") + 16
"""Letters of the shortest secret that is one word and is told by how it looks."""

_ADDRESS = re.compile(r"https?://[^@\s]+")
"""An address as of a service that hands out tokens; it holds no password."""

_RANDOM = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_RANDOM_BITS = 4.2


def mentions_secret(text: str) -> bool:
    """Whether a text may hold the name of a secret.

    >>> mentions_secret("${DB_PASSWORD:-x}"), mentions_secret("${PORT:-80}")
    (True, False)
    """
    return bool(_NAME.search(text))


def is_sensitive(name: str, value: str) -> bool:
    """Whether a variable should be kept in a Secret.

    >>> is_sensitive("DB_PASSWORD", "x"), is_sensitive("DB_PASSWORD_FILE", "/run/x")
    (True, False)
    >>> is_sensitive("DB_PWD", "x"), is_sensitive("PWD", "/home/me/shop")
    (True, False)
    >>> is_sensitive("org.example.pass", "x"), is_sensitive("AUTH", "proxy:8080")
    (True, False)
    """
    if value.lower() in _WORDS or not value:
        return False
    is_plain_word = len(value) < _SHORTEST_KEY and value.isalnum()
    if not is_plain_word and (_VALUE.search(value) or _looks_random(value)):
        return True
    if _is_of_login(name) and _LOGIN.fullmatch(value):
        return True
    return is_secret_name(name) and not _ADDRESS.fullmatch(value)


@lru_cache(maxsize=4096)  # services have variables of the same names
def is_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret, if it holds anything."""
    words = _PUNCTUATION.sub("_", name)
    return bool(_NAME.search(words)) and not _NOT_A_NAME.search(words)


@lru_cache(maxsize=4096)
def _is_of_login(name: str) -> bool:
    return bool(_LOGIN_NAME.search(_PUNCTUATION.sub("_", name)))


def _looks_random(value: str) -> bool:
    if not _RANDOM.fullmatch(value) or value.isalpha() or "/" in value[:2]:
        return False
    counts = Counter(value).values()
    bits = -sum(n / len(value) * math.log2(n / len(value)) for n in counts)
    return bits > _RANDOM_BITS
