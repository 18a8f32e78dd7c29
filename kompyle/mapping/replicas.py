"""``scale`` and ``deploy.replicas``: how many Pods; ``restart``: for how long."""

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Outcome, origin
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.kinds import ENDLESS
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {
    "services.*.scale": kept(),
    "services.*.deploy": kept(),
    "services.*.deploy.replicas": kept(),
    "services.*.restart": kept(),
}


def fragment(service: Service, plan: Plan) -> Fragment:
    kind = plan.kinds[service.name]
    if kind.name == "Job":
        return _job(service, plan)
    return Fragment(
        pod={
            "restartPolicy": "Always" if service.text("restart") else None,
            **origin(service.path, restartPolicy="restart"),
        },
        workload={
            "replicas": service.replicas,
            **origin(service.path, replicas=_key(service)),
        },
        outcomes=tuple(_restarts(service)),
    )


def _key(service: Service) -> tuple[str, ...]:
    return ("scale",) if "scale" in service.node.entries else ("deploy", "replicas")


def _job(service: Service, plan: Plan) -> Fragment:
    kind = plan.kinds[service.name]
    return Fragment(
        pod={
            "restartPolicy": kind.restart_policy,
            **origin(service.path, restartPolicy="restart"),
        },
        workload={
            "backoffLimit": kind.retries,
            "completions": service.replicas,
            "parallelism": service.replicas,
            **origin(service.path, backoffLimit="restart", completions=_key(service)),
        },
        outcomes=tuple(_endings(service, kind.retries)),
    )


def _endings(service: Service, retries: int) -> list[Outcome]:
    restart = service.text("restart")
    path = service.at("restart")
    if restart in ("always", "unless-stopped"):
        note = "others wait for it to complete, so it runs once and is not restarted"
        return [Outcome(path, Fate.ADAPTED, note)]
    if retries == ENDLESS:
        note = "the Job tries again without end, as Docker does"
        return [Outcome(path, Fate.ADAPTED, note)]
    return []


def _restarts(service: Service) -> list[Outcome]:
    restart = service.text("restart") or "always"
    if restart in ("always", "unless-stopped"):
        return []
    note = f"Kubernetes restarts it even where {restart!r} would not"
    way_out = "What runs once has no ports and no health check, and becomes a Job."
    return [Outcome(service.at("restart"), Fate.ADAPTED, note, way_out)]
