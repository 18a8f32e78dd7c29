"""Warn of what Compose accepts without a word but hardly anyone can mean."""

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kompyle.compose import short_volume
from kompyle.compose.source import YamlMap, YamlNode, YamlScalar, find
from kompyle.compose.suggest import did_you_mean
from kompyle.diagnostics import Position, Report
from kompyle.keypath import KeyPath, render

_NAME_AND_COLON = re.compile(r"([\w.-]+): ")
_DRIVE_LIKE = re.compile(r"([A-Za-z]):/")
_COUNTED = re.compile(r"(?<=^on-failure):\d+$")
_OCTAL_LIKE = range(100, 7778)
_FOR_MACS = frozenset(("cached", "consistent", "delegated"))
_REQUEST_KEYS = ("capabilities", "count", "device_ids", "driver", "options")
_TEXTS: tuple[KeyPath, ...] = (
    ("environment",),
    ("labels",),
    ("annotations",),
    ("sysctls",),
    ("build", "args"),
    ("build", "labels"),
    ("deploy", "labels"),
    ("logging", "options"),
)
_WORDS: dict[KeyPath, tuple[str, ...]] = {
    ("restart",): ("no", "always", "on-failure", "unless-stopped"),
    ("deploy", "mode"): ("replicated", "global", "replicated-job", "global-job"),
    ("deploy", "endpoint_mode"): ("vip", "dnsrr"),
    ("deploy", "restart_policy", "condition"): ("none", "on-failure", "any"),
    ("deploy", "update_config", "failure_action"): ("pause", "continue", "rollback"),
    ("deploy", "rollback_config", "failure_action"): ("pause", "continue"),
}
"""What Docker knows where the specification takes any text."""


_OTHER_PORT = "Publish another port, as `8081:80` instead of `8080:80`."
_IN_DOCKER = " In a cluster both are reached, at Services of their own."


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A service; ``respelt`` is where scalars do not keep their spelling as text."""

    node: YamlMap
    path: KeyPath
    respelt: AbstractSet[Position]
    report: Report


def warn(
    model: YamlMap,
    complete: YamlMap,
    profiles: Iterable[str],
    respelt: AbstractSet[Position],
    report: Report,
) -> None:
    """Look through a model, before it is bound and when it is *complete*."""
    taken = complete.map("services")
    for name, node in model.maps("services").items():
        if name in taken:
            suspect = _Suspect(node, ("services", name), respelt, report)
            for look in _LOOKS:
                look(suspect)
    _unknown_profiles(model, profiles, report)
    _shared_ports(complete, report)


def _unknown_profiles(model: YamlMap, active: Iterable[str], report: Report) -> None:
    """Warn of profiles asked for that no service has."""
    asked = set(active) - {"", "*"}
    if not asked:
        return
    services = model.maps("services").values()
    known = {profile for service in services for profile in service.texts("profiles")}
    for profile in sorted(asked - known):
        fact = f"no service has the profile {profile!r}"
        way_out = did_you_mean(profile, known)
        report.warning("unknown-profile", (), fact, help=way_out)


def _shared_ports(model: YamlMap, report: Report) -> None:
    """Warn of two entries that publish the same port of the host."""
    owners: dict[tuple[str, object], list[tuple[str, KeyPath]]] = {}
    for name, service in model.maps("services").items():
        for index, port in enumerate(service.items_of("ports")):
            if not isinstance(port, YamlMap):
                continue
            published = str(port.value("published") or 0)
            if published == "0" or "-" in published:  # Docker finds one that is free
                continue
            path: KeyPath = ("services", name, "ports", index)
            address = str(port.value("host_ip") or "")
            others = owners.setdefault((published, port.value("protocol")), [])
            owner = next((them for at, them in others if _meet(at, address)), None)
            if owner:
                own = owner[1] == name
                fact = (
                    f"{render(owner) if own else repr(owner[1])} publishes port "
                    f"{published} of the host already"
                )
                way_out = _OTHER_PORT + ("" if own else _IN_DOCKER)
                report.warning("shared-port", path, fact, port.position, help=way_out)
            others.append((address, path))


def _meet(one: str, other: str) -> bool:
    """Whether two addresses of the host are one; none is all, of both families."""
    if not one or not other or one == other:
        return True
    is_same_family = (":" in one) is (":" in other)
    return is_same_family and not {"0.0.0.0", "::"}.isdisjoint((one, other))  # noqa: S104


def unknown_options(mounts: YamlNode, path: KeyPath, report: Report) -> None:
    """Warn of options of short mounts that Compose skips (``./a:/a:cached``)."""
    for index, item in enumerate(getattr(mounts, "items", ())):
        text = item.value if isinstance(item, YamlScalar) else None
        if not isinstance(text, str) or text.count(":") < 2:  # noqa: PLR2004
            continue
        for option in _unknown_options(text):
            fact = f"the option {option!r} of this mount has no effect"
            if option in _FOR_MACS:
                report.note("ignored-value", (*path, index), fact, item.position)
                continue
            way_out = did_you_mean(option, short_volume.KNOWN_OPTIONS)
            place = (*path, index)
            report.warning("ignored-value", place, fact, item.position, help=way_out)


def _unknown_options(text: str) -> tuple[str, ...]:
    try:
        return short_volume.parse(text).unknown_options
    except ValueError:
        return ()


def unknown_keys(
    node: YamlNode, known: Iterable[str], path: KeyPath, report: Report
) -> None:
    """Warn of keys that Compose skips where it knows only some."""
    for key, value in getattr(node, "entries", {}).items():
        if key not in known and not key.startswith("x-"):
            fact = "Compose knows no such key here and skips it"
            way_out = did_you_mean(key, known)
            place = value.position
            report.warning("ignored-key", (*path, key), fact, place, help=way_out)


def _texts(service: YamlMap) -> list[tuple[KeyPath, YamlNode | None]]:
    """List where a service has free texts, by key path."""
    present = service.entries.keys()
    return [(keys, find(service, keys)) for keys in _TEXTS if keys[0] in present]


def _names_with_colon(suspect: _Suspect) -> None:
    for keys, listed in _texts(suspect.node):
        for index, item in enumerate(getattr(listed, "items", ())):
            text = item.value if isinstance(item, YamlScalar) else None
            found = _NAME_AND_COLON.match(text) if isinstance(text, str) else None
            if found:
                path = (*suspect.path, *keys, index)
                fact = (
                    f"this entry has no = behind {found[1]!r}, so all of it is a name"
                )
                way_out = f"Write `- {found[1]}=…`."
                suspect.report.warning(
                    "odd-name", path, fact, item.position, help=way_out
                )


def _respelt_texts(suspect: _Suspect) -> None:
    if not suspect.respelt:
        return
    for keys, found in _texts(suspect.node):
        for key, value in getattr(found, "entries", {}).items():
            if value.position in suspect.respelt and isinstance(value, YamlScalar):
                kind = "a boolean" if isinstance(value.value, bool) else "a number"
                kind = "a time" if isinstance(value.value, str) else kind
                fact = f"the value is read as {kind} and is spelt differently as text"
                path = (*suspect.path, *keys, key)
                way_out = "Put it in quotes to keep it as it is written."
                suspect.report.note(
                    "respelt-value", path, fact, value.position, help=way_out
                )


def _decimal_modes(suspect: _Suspect) -> None:
    for key in ("secrets", "configs"):
        for index, item in enumerate(suspect.node.items_of(key)):
            node = item.get("mode") if isinstance(item, YamlMap) else None
            mode = node.value if isinstance(node, YamlScalar) else None
            if (
                node is None
                or type(mode) is not int
                or node.position in suspect.respelt
            ):
                continue
            if mode in _OCTAL_LIKE and set(str(mode)) <= set("01234567"):
                path = (*suspect.path, key, index, "mode")
                fact = f"{mode} is a decimal number, which is the mode 0{mode:o}"
                way_out = f'Write "0{mode}", octal and in quotes.'
                suspect.report.warning(
                    "decimal-mode", path, fact, node.position, help=way_out
                )


def _one_letter_volumes(suspect: _Suspect) -> None:
    for index, mount in enumerate(suspect.node.items_of("volumes")):
        if not isinstance(mount, YamlMap) or "source" in mount.entries:
            continue
        target = mount.text("target") or ""
        found = _DRIVE_LIKE.match(target)
        if found and mount.value("type") == "volume":
            path = (*suspect.path, "volumes", index)
            fact = f"{target!r} is read as a path on the drive {found[1]}:"
            way_out = "Give the volume a name of two letters or more."
            suspect.report.warning("odd-name", path, fact, mount.position, help=way_out)


def _unknown_words(suspect: _Suspect) -> None:
    for keys, known in _WORDS.items():
        node = find(suspect.node, keys)
        text = node.value if isinstance(node, YamlScalar) else None
        word = _COUNTED.sub("", text) if isinstance(text, str) else ""
        if node is not None and word and word not in known:
            fact = f"Docker knows no {text!r}; expected one of {', '.join(known)}"
            path, way_out = (*suspect.path, *keys), did_you_mean(word, known)
            suspect.report.warning(
                "unknown-value", path, fact, node.position, help=way_out
            )


def _gpu_keys(suspect: _Suspect) -> None:
    for index, item in enumerate(suspect.node.items_of("gpus")):
        path = (*suspect.path, "gpus", index)
        unknown_keys(item, _REQUEST_KEYS, path, suspect.report)


_LOOKS: tuple[Callable[[_Suspect], None], ...] = (
    _names_with_colon,
    _respelt_texts,
    _decimal_modes,
    _one_letter_volumes,
    _gpu_keys,
    _unknown_words,
)
