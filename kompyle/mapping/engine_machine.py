"""Tell where services speak to the machine that Docker runs on (R18).

Docker Desktop has names for it without being asked, and containers on Linux find it at
the bridge's address; a cluster has nothing of the kind.
"""

import re
from collections.abc import Mapping

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.binds import Bind, MountKey
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate
from kompyle.mapping.old_names import mounted_files
from kompyle.mapping.speech import said_at

BRIDGE = "172.17.0.1"
_HINTS = ("docker.", BRIDGE)
_HINTS_IN_FILES = tuple(map(str.encode, _HINTS))
_MACHINE = re.compile(
    r"(?<![\w.-])(?:(?:host|gateway)\.docker\.internal"
    r"|docker\.for\.(?:mac|win)\.(?:localhost|host\.internal)"
    r"|172\.17\.0\.1(?!/\d|\.?\d))(?![\w-])",
    re.IGNORECASE,
)
_NOT_SPOKEN_TO = re.compile(r"NO_PROXY|ALLOW|ORIGIN|TRUST|CORS", re.IGNORECASE)
"""Names of variables whose hosts are those that are let in, or left alone."""


def engine_machine(inputs: Inputs, decided: Mapping[MountKey, Bind]) -> list[Outcome]:
    """Look through variables, commands, checks, and files that are mounted."""
    given = {service.name: _given(service) for service in inputs.services}
    everywhere = frozenset().union(*given.values())
    spoken = [
        _told(service.at(*keys), found)
        for service in inputs.services
        for keys, variable, text in said_at(service)
        if (found := _named(text) - given[service.name])
        and not _NOT_SPOKEN_TO.search(variable)
    ]
    mounted = [
        _told(path, found)
        for path, files in mounted_files(inputs, decided)
        if (found := frozenset().union(*map(_in_file, files)) - everywhere)
    ]
    return [*spoken, *mounted]


def _given(service: Service) -> frozenset[str]:
    """Return the names that have addresses, or of which is told where they stand."""
    listed = service.node.texts("extra_hosts")
    return frozenset(text.partition("=")[0].lower() for text in listed)


def _named(text: str) -> frozenset[str]:
    if not any(hint in text for hint in _HINTS):
        return frozenset()
    return frozenset(found[0].lower() for found in _MACHINE.finditer(text))


def _in_file(data: bytes) -> frozenset[str]:
    """Look only into files that hold a hint: most are not even text."""
    if not any(hint in data for hint in _HINTS_IN_FILES):
        return frozenset()
    return _named(data.decode("utf-8", "ignore"))


def _told(path: KeyPath, found: frozenset[str]) -> Outcome:
    said = " and ".join(sorted(found))
    note = f"by {said} it means the machine that Docker runs on, which no cluster has"
    named = sorted(found - {BRIDGE})
    way_out = "Write an address that Pods can reach."
    if named:
        entry = f"`extra_hosts: [{named[0]}=192.0.2.1]`"
        way_out = f"Give it an address that Pods can reach: {entry}."
    return Outcome(path, Fate.KEPT, note, way_out, "host-gateway")
