"""Tell which words of a text are hosts, which are surely not, and which may be.

A name of a service is often that of a database, a user or an image, too (R4b).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from kompyle.mapping.addresses import TARGET
from kompyle.mapping.commands import follows_host_program, is_program, option_before

_WORD = re.compile(r"(?:(?<![\w.-])|(?<=\s-h))[A-Za-z0-9_](?:[\w.-]*\w)?")
_NEAR = 400
"""Letters around a word that are looked at."""

_HOST_NAME = re.compile(
    r"(?:(?<!V)HOST(?:NAME|S)?|URLS?|URI|ADDR(?:ESS)?(?:ES)?|SERVERS?|ENDPOINTS?"
    r"|BROKERS?|NODES?|PEERS?|UPSTREAMS?|SEEDS?|MASTER|PRIMARY|REPLICAS?|PROXY"
    r"|DISCOVERY|TARGETS?|MEMBERS|BOOTSTRAP|DATA[ _]?SOURCE)$",
    re.IGNORECASE,
)
_OTHER_NAME = re.compile(
    r"(?:DB|DATABASE|NAME|USER|PASS|PASSWORD|PWD|SCHEMA|IMAGE|TAG|BUCKET|TOPIC|QUEUE"
    r"|INDEX|TABLE|KEY|SECRET|TOKEN|PREFIX|SUFFIX|PATH|DIR|FOLDER|FILE|ROLE|ID|E?MAIL"
    r"|REALM|VHOST|COLLECTION|KEYSPACE|TITLE|PROJECT|NAMESPACE|LABEL|VOLUME|MODULE"
    r"|APP|MODE|TYPE|ENGINE|DRIVER|TENANT)S?$",
    re.IGNORECASE,
)
"""Names of variables and options whose values are hosts, or surely none."""

_LOGIN_OR_IMAGE = re.compile(
    r"(?:IMAGE|TAG|USER|USERNAME|LOGIN|PASS|PASSWORD|SECRET|TOKEN|E?MAIL)S?$|^-[uU]$",
    re.IGNORECASE,
)
_HOST_OPTION = re.compile(
    r"-h|--?(?:.*[-_])?(?:host|server|addr(?:ess)?|broker|node)s?"
)
_OTHER_OPTION = re.compile(r"-[dDmnuU]")
_IN_AUTHORITY = re.compile(r"(?<![\w/.])//[^\s/?#'\"`<>|]*$")
_IN_TARGET = re.compile(rf"{TARGET}(?:[\w.-]+(?::\d+)?,)*$")
_TARGET_END = re.compile(r"(?::\d+)?(?:$|[\s,;'\"`)])")
_IN_PATH = re.compile(r"//[^\s'\"`<>|,;]*$")
_AUTHORITY = re.compile(r"[^\s/?#'\"`<>|]*")
_USERINFO = re.compile(r"[^\s@/]+:[^\s@]*@(?:\w+\()?$")
_KEY = re.compile(
    r"(?:^|[\s;,&?(\"'{|:-])((?:data )?[A-Za-z][\w.-]*)"
    r"(?:\s*=\s*|:\s+|[\"']\s*:\s*)[\"'\[]?(?:tcp:)?(?:[\w.:-]+,)*$",
    re.IGNORECASE,
)
_PORT = re.compile(r":(?:\d{1,5}(?!\w|@|[.:-]\w)|\$)")
_NEXT_PORT = re.compile(r"[\"']?\s+[\"']?\d{2,5}(?![\w.:-])")
_ITEM_END = re.compile(r"$|[,;\s/:]")
_LIST = re.compile(r"[,;\s]+")
_SEPARATORS = ("", ",", " ", ";", "@")


class Use(Enum):
    """What a word is that equals the name of a service."""

    HOST = "host"
    OTHER = "other"
    UNCLEAR = "unclear"


Found = tuple[re.Match[str], Use]
"""A word, and what it is."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A word's surroundings; ``key`` is the variable whose value the text is."""

    before: str
    after: str
    key: str
    is_list_of_names: bool


def uses(text: str, names: Mapping[str, str], key: str = "") -> Iterator[Found]:
    """Find the *names* in a text; *key* is the variable that has it as its value."""
    for word in _WORD.finditer(text):
        if word[0] in names:
            is_list = bool(key) and _is_list_of_names(text, names)
            before = text[max(0, word.start() - _NEAR) : word.start()]
            after = text[word.end() : word.end() + _NEAR]
            yield word, _use(_Place(before, after, key, is_list))


def _is_list_of_names(text: str, names: Mapping[str, str]) -> bool:
    items = [item.partition(":")[0] for item in _LIST.split(text.strip())]
    return len(items) > 1 and all(item in names for item in items)


def _use(place: _Place) -> Use:
    for rule in _RULES:
        found = rule(place)
        if found:
            return found
    return Use.UNCLEAR


def _in_target(place: _Place) -> Use | None:
    """In what gRPC dials, the host stands where a URL has its path."""
    is_host = _IN_TARGET.search(place.before) and _TARGET_END.match(place.after)
    return Use.HOST if is_host else None


def _in_url(place: _Place) -> Use | None:
    """In a URL only what stands after the userinfo and before the path is a host."""
    if _IN_AUTHORITY.search(place.before):
        rest = _AUTHORITY.match(place.after)
        is_user = rest and "@" in rest[0]
        is_host = place.before.endswith(("/", "@", ",")) and not is_user
        return Use.HOST if is_host else Use.OTHER
    is_path = _IN_PATH.search(place.before) and not place.before.endswith("=")
    return Use.OTHER if is_path else None


def _after_userinfo(place: _Place) -> Use | None:
    return Use.HOST if _USERINFO.search(place.before) else None


def _of_device(place: _Place) -> Use | None:
    is_device = place.before.endswith(("/dev/tcp/", "/dev/udp/"))
    return Use.HOST if is_device else None


def _of_login_or_image(place: _Place) -> Use | None:
    """Know users and images, whose passwords and tags may look like ports."""
    names = (place.key, _keyword(place), option_before(place.before) or "")
    return Use.OTHER if any(map(_LOGIN_OR_IMAGE.search, names)) else None


def _of_keyword(place: _Place) -> Use | None:
    """Read ``host=name``, ``"host": "name"`` and the like, which a text can hold."""
    return _named(_keyword(place))


def _keyword(place: _Place) -> str:
    found = _KEY.search(place.before)
    return found[1] if found else ""


def _of_variable(place: _Place) -> Use | None:
    return Use.OTHER if _named(place.key) is Use.OTHER else None


def _in_path(place: _Place) -> Use | None:
    return Use.OTHER if place.before.endswith(("/", "$", "{", "~", "\\")) else None


def _with_port(place: _Place) -> Use | None:
    """Tell a port from a tag: ``name:5432``, but not ``name:15-alpine``."""
    is_port = _PORT.match(place.after) or _NEXT_PORT.match(place.after)
    return Use.HOST if is_port else None


def _with_text(place: _Place) -> Use | None:
    return Use.OTHER if re.match(r":\w", place.after) else None


def _after_option(place: _Place) -> Use | None:
    option = option_before(place.before)
    if option is None:
        return None
    if _HOST_OPTION.fullmatch(option):
        return Use.HOST
    if _OTHER_OPTION.fullmatch(option):
        return Use.OTHER
    return _named(option) if option.startswith("--") else None


def _in_list(place: _Place) -> Use | None:
    """Read whole values, and lists of them, where a variable takes hosts."""
    is_item = place.before[-1:] in _SEPARATORS and _ITEM_END.match(place.after)
    takes_hosts = place.is_list_of_names or _named(place.key) is Use.HOST
    return Use.HOST if is_item and takes_hosts else None


def _in_command(place: _Place) -> Use | None:
    if place.key:
        return None
    if is_program(place.before):
        return Use.OTHER
    if follows_host_program(place.before):
        return Use.HOST
    return Use.OTHER if place.after.startswith("/") else None


def _named(name: str) -> Use | None:
    """Say what a variable or option of that name takes, if the name tells."""
    if _HOST_NAME.search(name):
        return Use.HOST
    return Use.OTHER if _OTHER_NAME.search(name) else None


_RULES: tuple[Callable[[_Place], Use | None], ...] = (
    _in_target,
    _in_url,
    _of_device,
    _after_userinfo,
    _of_login_or_image,
    _in_path,
    _with_port,
    _with_text,
    _of_keyword,
    _of_variable,
    _after_option,
    _in_list,
    _in_command,
)
"""The first that can tell decides."""
