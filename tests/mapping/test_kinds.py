"""Which kind of workload a service becomes (recipe R7)."""

from pathlib import Path

import pytest

from kompyle.mapping.kinds import ENDLESS, kinds
from kompyle.mapping.speech import speech
from kompyle.options import Options
from tests.mapping.projects import decoded

CASES = [
    pytest.param("{}", ("Deployment", 0, "Never"), id="nothing-said"),
    pytest.param("{restart: always}", ("Deployment", 0, "Never"), id="always"),
    pytest.param('{restart: "no"}', ("Job", 0, "Never"), id="no"),
    pytest.param("{restart: on-failure:3}", ("Job", 3, "Never"), id="three-more-tries"),
    pytest.param("{restart: on-failure:0}", ("Job", ENDLESS, "OnFailure"), id="zero"),
    pytest.param(
        "{restart: on-failure:9999999999}", ("Job", ENDLESS, "Never"), id="too-many"
    ),
    pytest.param("{restart: on-failure}", ("Job", ENDLESS, "OnFailure"), id="endless"),
    pytest.param(
        '{restart: "no", ports: ["80"]}', ("Deployment", 0, "Never"), id="serves"
    ),
    pytest.param(
        '{restart: "no", healthcheck: {test: x}}',
        ("Deployment", 0, "Never"),
        id="is-checked",
    ),
    pytest.param("{deploy: {mode: global}}", ("DaemonSet", 0, "Never"), id="global"),
    pytest.param(
        "{deploy: {mode: replicated-job}}", ("Job", 0, "Never"), id="swarm-job"
    ),
    pytest.param(
        "{deploy: {restart_policy: {condition: none}}}",
        ("Job", 0, "Never"),
        id="swarm-none",
    ),
    pytest.param(
        "{deploy: {restart_policy: {condition: on-failure, max_attempts: 2}}}",
        ("Job", 2, "Never"),
        id="swarm-on-failure",
    ),
    pytest.param(
        "{deploy: {restart_policy: {condition: on-failure, max_attempts: 0}}}",
        ("Deployment", 0, "Never"),
        id="swarm-without-limit",
    ),
    pytest.param(
        "{deploy: {mode: replicated-job, restart_policy: {condition: on-failure}}}",
        ("Job", ENDLESS, "OnFailure"),
        id="swarm-job-without-limit",
    ),
]


@pytest.mark.parametrize(("service", "expected"), CASES)
def test_kind(tmp_path: Path, service: str, expected: tuple[str, int, str]) -> None:
    image = "{image: example/app:1, " + service.removeprefix("{")
    (found,) = decoded(tmp_path, f"services:\n  app: {image}\n")
    kind = kinds([found], Options(), speech([found], {}))["app"]
    assert (kind.name, kind.retries, kind.restart_policy) == expected


def test_what_has_to_complete_is_a_job(tmp_path: Path) -> None:
    text = """
services:
  migrate: {image: example/migrate:1, restart: always, ports: ["80"]}
  web:
    image: example/web:1
    depends_on: {migrate: {condition: service_completed_successfully}}
"""
    services = decoded(tmp_path, text)
    found = kinds(services, Options(controller="statefulset"), speech(services, {}))
    assert {name: kind.name for name, kind in found.items()} == {
        "migrate": "Job",
        "web": "StatefulSet",
    }


def test_what_shares_a_namespace_stays_unless_it_has_to_complete(
    tmp_path: Path,
) -> None:
    text = """
services:
  vpn: {image: example/vpn:1, restart: on-failure}
  client: {image: example/client:1, restart: "no", network_mode: service:vpn}
  prepare: {image: example/prepare:1, restart: "no", pid: service:once}
  once: {image: example/once:1, restart: "no"}
  web:
    image: example/web:1
    depends_on: {prepare: {condition: service_completed_successfully}}
"""
    services = decoded(tmp_path, text)
    found = kinds(services, Options(), speech(services, {}))
    assert {name for name, kind in found.items() if kind.ends} == {"prepare", "once"}
