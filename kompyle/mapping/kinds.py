"""Choose each service's kind of workload: one that stays, or one that ends."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kompyle.compose.service import Service
from kompyle.compose.source import YamlMap, find
from kompyle.keypath import KeyPath
from kompyle.mapping.joins import tied
from kompyle.mapping.listening import well_known
from kompyle.mapping.schedules import Zone, schedule, zone
from kompyle.mapping.speech import Speech
from kompyle.options import Options

ENDLESS = 2**31 - 1
"""Retries of a Job that never gives up; Kubernetes' own default is 6."""

_ON_FAILURE = re.compile(r"on-failure(?::(?P<tries>[0-9]{1,18}))?")


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a workload; for a Job its retries, and the keys that decided it."""

    name: str
    retries: int = 0
    restart_policy: str = "Never"
    paths: tuple[KeyPath, ...] = ()
    schedule: str | None = None
    schedule_paths: tuple[KeyPath, ...] = ()
    zone: Zone | None = None
    count: int | None = None
    count_path: KeyPath = ()

    @property
    def ends(self) -> bool:
        """Whether its Pods are to end, and are not started again when they did."""
        return self.name in _ENDING


_ENDING = frozenset(("Job", "CronJob"))
JOBS = frozenset(("replicated-job", "global-job"))
CONTROLLERS = {
    "deployment": "Deployment",
    "statefulset": "StatefulSet",
    "daemonset": "DaemonSet",
}


def kinds(
    services: Iterable[Service],
    options: Options,
    spoken: Speech,
) -> Mapping[str, Kind]:
    """Make Jobs of what others wait to complete, and of what is said to run once.

    What shares a namespace runs in one Pod, which stays: only what is awaited to
    complete has to leave it.
    """
    listed = tuple(services)
    completing: set[str] = set()
    healthy: set[str] = set()
    for service in listed:
        for dependency in service.depends_on:
            if dependency.condition == "service_completed_successfully":
                completing.add(dependency.service)
            elif dependency.condition == "service_healthy":
                healthy.add(dependency.service)
    ending = {item.name for item in listed if _must_end(item, completing)}
    free = {item.name: item for item in listed if item.name not in ending}
    needed = healthy | _serving(listed, spoken) | tied(free)
    found = {
        service.name: _kind(service, ending, needed, options) for service in listed
    }
    clock = zone(listed) if any(kind.schedule for kind in found.values()) else None
    return {name: _timed(kind, clock) for name, kind in found.items()}


def _timed(kind: Kind, clock: Zone | None) -> Kind:
    return replace(kind, zone=clock) if clock and kind.schedule else kind


def _serving(services: tuple[Service, ...], spoken: Speech) -> set[str]:
    """Name the servers: what others speak to, and images that serve if let alone."""
    spoken_to = {
        target for name, found in spoken.items() for target in found if target != name
    }
    return spoken_to | {
        service.name
        for service in services
        if well_known(service.image) and not (service.command or service.entrypoint)
    }


def _kind(
    service: Service, ending: set[str], needed: set[str], options: Options
) -> Kind:
    once = _runs_once(service)
    scheduled = schedule(service) if service.name in ending else None
    if scheduled:
        job = once or Kind("Job")
        return replace(
            job,
            name="CronJob",
            schedule=scheduled.cron,
            schedule_paths=scheduled.paths,
            count=scheduled.count,
            count_path=scheduled.count_path,
        )
    if service.name in ending:
        return once or _limited(service)
    stays = service.ports or service.expose or service.healthcheck or _works_on(once)
    if once and not stays and service.name not in needed:
        return once
    if service.text("deploy", "mode") == "global":
        return Kind("DaemonSet")
    return Kind(CONTROLLERS[options.controller])


def _must_end(service: Service, completing: set[str]) -> bool:
    """Whether more than a restart policy says that a service is to end."""
    is_job = service.text("deploy", "mode") in JOBS
    return service.name in completing or is_job or schedule(service) is not None


def _runs_once(service: Service) -> Kind | None:
    """Read ``restart``: N retries are N+1 whole tries, each in a Pod of its own."""
    policy = find(service.node, ("deploy", "restart_policy"))
    if isinstance(policy, YamlMap):
        return _swarm(service, policy)
    restart = service.text("restart") or ""
    paths = (service.at("restart"),)
    if restart == "no":
        return Kind("Job", 0, "Never", paths)
    match = _ON_FAILURE.fullmatch(restart)
    return _retried(int(match["tries"] or 0), paths) if match else None


def _swarm(service: Service, policy: YamlMap) -> Kind | None:
    at = service.at("deploy", "restart_policy")
    paths = ((*at, "condition"), (*at, "max_attempts"))
    tries = policy.value("max_attempts")
    if policy.text("condition") == "none":
        return Kind("Job", 0, "Never", paths)
    if policy.text("condition") == "on-failure":
        return _retried(tries if isinstance(tries, int) else 0, paths)
    return None


def _limited(service: Service) -> Kind:
    """Read the retries of a Job whose policy alone would not make it one."""
    at = service.at("deploy", "restart_policy")
    policy = find(service.node, ("deploy", "restart_policy"))
    if not isinstance(policy, YamlMap):
        return Kind("Job")
    tries = policy.value("max_attempts")
    paths = ((*at, "condition"), (*at, "max_attempts"))
    return _retried(tries if isinstance(tries, int) else 0, paths)


def _works_on(once: Kind | None) -> bool:
    """Whether Swarm restarts it without a limit: services there are made to stay."""
    return bool(once and once.retries == ENDLESS and "deploy" in once.paths[0])


def _retried(tries: int, paths: tuple[KeyPath, ...]) -> Kind:
    """Limit the retries of a Job; 0 is no limit, as in Docker and Swarm."""
    if tries == 0:
        return Kind("Job", ENDLESS, "OnFailure", paths)
    return Kind("Job", min(tries, ENDLESS), "Never", paths)
