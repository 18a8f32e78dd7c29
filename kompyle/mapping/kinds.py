"""Choose each service's kind of workload: one that stays, or one that ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath

ENDLESS = 2**31 - 1
"""Retries of a Job that never gives up; Kubernetes' own default is 6."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a workload; for a Job its retries, and the key that decided it."""

    name: str
    retries: int = 0
    restart_policy: str = "Never"
    path: KeyPath = ()


DEPLOYMENT = Kind("Deployment")


def kinds(services: Iterable[Service]) -> Mapping[str, Kind]:
    """Make Jobs of what others wait to complete, and of what is said to run once."""
    listed = tuple(services)
    completing: set[str] = set()
    healthy: set[str] = set()
    for service in listed:
        for dependency in service.depends_on:
            if dependency.condition == "service_completed_successfully":
                completing.add(dependency.service)
            elif dependency.condition == "service_healthy":
                healthy.add(dependency.service)
    return {
        service.name: _kind(
            service, service.name in completing, service.name in healthy
        )
        for service in listed
    }


def _kind(service: Service, is_awaited: bool, is_needed_healthy: bool) -> Kind:  # noqa: FBT001
    once = _runs_once(service)
    if is_awaited:
        return once or Kind("Job", 0, "Never", service.at())
    is_server = service.ports or service.expose or service.healthcheck
    if once and not is_server and not is_needed_healthy:
        return once
    return DEPLOYMENT


def _runs_once(service: Service) -> Kind | None:
    """Read ``restart``: N retries are N+1 whole tries, each in a Pod of its own."""
    restart = service.text("restart") or ""
    path = service.at("restart")
    if restart == "no":
        return Kind("Job", 0, "Never", path)
    if restart == "on-failure":
        return Kind("Job", ENDLESS, "OnFailure", path)
    policy, _, tries = restart.partition(":")
    if policy == "on-failure" and tries.isdigit():
        return Kind("Job", int(tries), "Never", path)
    return None
