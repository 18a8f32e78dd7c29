"""How a container stops and what its first process is."""

import math

from kompyle.compose import duration
from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, origin
from kompyle.mapping.keys import Key, adapted, kept
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {
    "services.*.stop_grace_period": kept(),
    "services.*.init": adapted(
        "the Pod's own first process reaps zombies; processes of its containers see "
        "each other"
    ),
}


def fragment(service: Service, _plan: Plan) -> Fragment:
    grace = service.text("stop_grace_period")
    return Fragment(
        pod={
            "terminationGracePeriodSeconds": _seconds(grace) if grace else None,
            "shareProcessNamespace": service.value("init") or None,
            **origin(
                service.path,
                terminationGracePeriodSeconds="stop_grace_period",
                shareProcessNamespace="init",
            ),
        }
    )


def _seconds(text: str) -> int:
    return max(0, math.ceil(duration.parse(text) / 1e9))
