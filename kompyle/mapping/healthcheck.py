"""``healthcheck``: a readiness probe, since Docker never restarts what is unhealthy."""

import math

from kompyle.compose.healthcheck import (
    INTERVAL,
    START_INTERVAL,
    TIMEOUT,
    Healthcheck,
)
from kompyle.compose.service import Service
from kompyle.mapping.autoheal import healing_label
from kompyle.mapping.awaited import is_of_job
from kompyle.mapping.expansion import (
    NO_SECRETS,
    Filled,
    Secrets,
    filled_by_shell,
    literal,
    told,
)
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origin
from kompyle.mapping.keys import Fate, Key, adapted, ignored, kept
from kompyle.mapping.plan import Plan
from kompyle.mapping.refused import MOST

_HEALED = "a liveness probe restarts it when it is not healthy"
_SOON = "it is checked as often without it"
KEYS: dict[str, Key] = {
    "services.*.healthcheck": kept(),
    "services.*.healthcheck.test": kept(whole=True),
    "services.*.healthcheck.interval": kept(),
    "services.*.healthcheck.timeout": kept(),
    "services.*.healthcheck.retries": kept(),
    "services.*.healthcheck.start_period": adapted(
        "until it is healthy for the first time, it is checked more often"
    ),
    "services.*.healthcheck.start_interval": kept(),
    "services.*.healthcheck.disable": ignored("Kubernetes runs no check of the image"),
}


def fragment(service: Service, plan: Plan) -> Fragment:
    check = service.healthcheck
    if check is None:
        return Fragment()
    if check.is_disabled:
        note = "the check is switched off, and there is no probe"
        return Fragment(outcomes=(Outcome(check.path, Fate.IGNORED, note),))
    if len(check.test) < 2:  # noqa: PLR2004 - how to run it, and what
        return Fragment(outcomes=(_without_test(check),))
    if plan.kinds[service.name].ends and not _is_awaited(service, plan):
        note = "what runs once is done when it ends; it needs no probe"
        return Fragment(outcomes=(Outcome(check.path, Fate.IGNORED, note),))
    filled = _filled(check.test, plan.concealed.get(service.name, NO_SECRETS))
    # The kubelet expands `$(NAME)` and `$$` here, too.
    command = literal(filled.words)
    outcomes = [*told((*check.path, "test"), filled)]
    if check.retries == 0:
        note = "no number of retries means three, as it does without the key"
        outcomes.append(Outcome((*check.path, "retries"), Fate.IGNORED, note))
    container: Manifest = {"readinessProbe": _probe(check, command)}
    label = healing_label(service, plan.autoheal)
    if label is not None:
        container["livenessProbe"] = _probe(check, command)
        tries = math.ceil(check.patience / _pace(check))
        container["startupProbe"] = _first_probe(check, command, tries)
        path = service.at("labels", label) if label else check.path
        outcomes.append(Outcome(path, Fate.ADAPTED, _HEALED))
    elif _is_hasty(check):
        container["startupProbe"] = _first_probe(check, command, MOST)
    else:
        outcomes += [
            Outcome((*check.path, key), Fate.IGNORED, _SOON)
            for key in ("start_period", "start_interval")
        ]
    return Fragment(container=container, outcomes=tuple(outcomes))


def _is_awaited(service: Service, plan: Plan) -> bool:
    """Whether someone waits for the health of a Job."""
    return any(
        found.service == service.name
        and found.condition == "service_healthy"
        and is_of_job(found, plan)
        for other in plan.services.values()
        for found in other.depends_on
    )


def _is_hasty(check: Healthcheck) -> bool:
    """Whether Docker checks more often until it is healthy for the first time."""
    return bool(check.start_period) and _pace(check) < (check.interval or INTERVAL)


def _pace(check: Healthcheck) -> float:
    return check.start_interval or min(START_INTERVAL, check.interval or INTERVAL)


def _first_probe(check: Healthcheck, command: list[str], tries: int) -> Manifest:
    """Build the probe that its first success ends; after some tries it restarts."""
    return {
        **_probe(check, command),
        "periodSeconds": _seconds(_pace(check), START_INTERVAL),
        "failureThreshold": min(tries, MOST),
        **origin(
            check.path,
            periodSeconds="start_interval",
            timeoutSeconds="timeout",
            failureThreshold="start_period",
        ),
    }


def _probe(check: Healthcheck, command: list[str]) -> Manifest:
    return {
        "exec": {"command": command, **origin(check.path, command="test")},
        "periodSeconds": _seconds(check.interval, INTERVAL),
        "timeoutSeconds": _seconds(check.timeout, TIMEOUT),
        "failureThreshold": min(check.retries or 0, MOST) or None,
        **origin(
            check.path,
            periodSeconds="interval",
            timeoutSeconds="timeout",
            failureThreshold="retries",
        ),
    }


def _filled(test: tuple[str, ...], secrets: Secrets) -> Filled:
    is_script = test[0] == "CMD-SHELL"
    words = ("/bin/sh", "-c", *test[1:]) if is_script else test[1:]
    return filled_by_shell(words, secrets)


def _seconds(written: float | None, default: float) -> int:
    """Round up to whole seconds, at least one; Docker's default where none is said."""
    return min(max(1, math.ceil(written or default)), MOST)


def _without_test(check: Healthcheck) -> Outcome:
    note = "the test is the image's own HEALTHCHECK, which Kubernetes does not run"
    way_out = "Write `test:` here, as the image's Dockerfile has it."
    return Outcome(check.path, Fate.LOST, note, way_out)
