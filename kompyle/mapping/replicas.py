"""``scale`` and ``deploy.replicas``: how many Pods; ``restart``: for how long."""

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Fragment, Outcome, origins_of
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.kinds import ENDLESS, JOBS, Kind
from kompyle.mapping.plan import Plan
from kompyle.mapping.schedules import unread

KEYS: dict[str, Key] = {
    "services.*.scale": kept(),
    "services.*.deploy.replicas": kept(),
    "services.*.restart": kept(),
}

_COUNTS = (("scale",), ("deploy", "replicas"))
_EVERYWHERE = "there is one Pod on each node"
_ONCE = (
    "What runs once becomes a Job: it has no ports and no health check, and nobody "
    "speaks to it."
)
_CONDITION = ("deploy", "restart_policy", "condition")


def fragment(service: Service, plan: Plan) -> Fragment:
    kind = plan.kinds[service.name]
    if kind.ends:
        return _job(service, plan)
    is_everywhere = kind.name == "DaemonSet"
    return Fragment(
        pod={
            "restartPolicy": "Always" if _says_restart(service) else None,
            **origins_of(restartPolicy=_restart_paths(service)),
        },
        workload={
            "replicas": None if is_everywhere else service.replicas,
            **origins_of(replicas=counts(service)),
        },
        outcomes=(
            *_restarts(service, plan),
            *(_uncounted(service, _EVERYWHERE) if is_everywhere else ()),
            *unread(service),
        ),
    )


def _says_restart(service: Service) -> bool:
    return bool(service.text("restart") or service.text(*_CONDITION))


def _restart_paths(service: Service) -> list[KeyPath]:
    return [service.at("restart"), service.at(*_CONDITION)]


def counts(service: Service) -> list[KeyPath]:
    """Return the keys that say how many Pods there are; if both stand, they agree."""
    return [service.at(*keys) for keys in _COUNTS if service.value(*keys) is not None]


def _uncounted(service: Service, note: str) -> list[Outcome]:
    return [Outcome(path, Fate.IGNORED, note) for path in counts(service)]


def _job(service: Service, plan: Plan) -> Fragment:
    kind = plan.kinds[service.name]
    own = service.replicas if kind.name == "Job" else service.replicas or None
    count = kind.count or own
    return Fragment(
        pod={
            "restartPolicy": kind.restart_policy,
            **origins_of(restartPolicy=[service.at("restart"), *kind.paths]),
        },
        workload={
            "backoffLimit": kind.retries,
            "completions": count,
            "parallelism": count,
            **origins_of(
                backoffLimit=[service.at("restart"), *kind.paths],
                completions=[kind.count_path] if kind.count else counts(service),
            ),
        },
        outcomes=(*_endings(service, kind), *unread(service)),
    )


def _endings(service: Service, kind: Kind) -> list[Outcome]:
    if kind.name == "CronJob" and service.replicas == 0:
        note = "it runs when its schedule says so, and only then"
        return _uncounted(service, note)
    if kind.count:
        note = "a label says how many run each time"
        return _uncounted(service, note)
    restart = service.text("restart")
    path = service.at("restart")
    if restart in ("always", "unless-stopped"):
        note = f"{_decider(service, kind)}, so it is not restarted once it is done"
        return [Outcome(path, Fate.ADAPTED, note)]
    if kind.retries == ENDLESS:
        note = "the Job tries again without end, as Docker does"
        return [Outcome(kind.paths[0], Fate.ADAPTED, note)]
    return []


def _decider(service: Service, kind: Kind) -> str:
    """Say what makes a Job of what would always be restarted."""
    if kind.name == "CronJob":
        return "its schedule says when it runs"
    if service.text("deploy", "mode") in JOBS:
        return "`deploy.mode` says that it ends"
    if service.text(*_CONDITION) in ("none", "on-failure"):
        return "`deploy.restart_policy` decides, as it does in Docker"
    return "others wait for it to complete"


def _restarts(service: Service, plan: Plan) -> list[Outcome]:
    restart = service.text("restart") or "always"
    if restart in ("always", "unless-stopped") or service.text(*_CONDITION):
        return []  # a policy below deploy decides, and is told of there
    return [restarted(service, ("restart",), plan, _ONCE)]


def restarted(
    service: Service, keys: tuple[str, ...], plan: Plan, way_out: str
) -> Outcome:
    """Tell that what stays is started again, whatever the policy at *keys* says."""
    policy = service.text(*keys)
    note = f"Kubernetes restarts it even where {policy!r} would not"
    if plan.pods[service.name].is_shared:
        note += "; meanwhile the Pod that it shares is not ready"
        way_out = "If it is done at some time, let it go on, as by `; sleep infinity`."
    return Outcome(service.at(*keys), Fate.ADAPTED, note, way_out)
