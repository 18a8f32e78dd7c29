"""``networks``: every Pod reaches every other one, as on one Compose network."""

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Manifest, Outcome
from kompyle.mapping.keys import Fate, Key, ignored, lost
from kompyle.mapping.plan import Plan

_NOT_YET = "not supported yet"
_FLAT = "all Pods of a namespace share one network"
KEYS: dict[str, Key] = {
    "services.*.networks": lost(_NOT_YET),
    "services.*.networks.*": lost(_NOT_YET),
    "networks": ignored(_FLAT),
    "networks.*": ignored(_FLAT),
}


def fragment(service: Service, _plan: Plan) -> Fragment:
    outcomes = []
    for name, node in service.node.map("networks").items():
        if not getattr(node, "entries", None):
            path = service.at("networks", name)
            outcomes.append(Outcome(path, Fate.IGNORED, _FLAT))
    return Fragment(outcomes=tuple(outcomes))


def objects(_plan: Plan) -> list[Manifest]:
    return []
