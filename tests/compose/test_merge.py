"""Override files, key by key."""

from pathlib import Path

import pytest
import yaml

from kompyle.compose.output import canonical
from tests.compose.loading import loaded, told

HEAD = "services:\n  web:\n    image: i\n"


def service(body: str) -> str:
    return f"{HEAD}    {body}\n"


def merged(folder: Path, base: str, over: str) -> object:
    files = {"compose.yaml": service(base), "compose.override.yaml": service(over)}
    project = loaded(folder, files, resolves_paths=False, checks=False)
    assert not project.report.has_errors, told(project)
    web = canonical(project, normalize=False)["services"]["web"]
    return web.get(base.partition(":")[0])


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ("command: [a]", "command: [b]", "[b]"),
        ("command: [a]", "command: null", "null"),
        ("entrypoint: a", "entrypoint: b c", "[b, c]"),
        ("healthcheck: {test: a, retries: 1}", "healthcheck: {test: [NONE]}",
         "{test: [NONE], retries: 1}"),
        ("environment: [A=1, B=2]", "environment: {B: 3, C: 4}",
         "{A: '1', B: '3', C: '4'}"),
        ("environment: {A: 1}", "environment: {A: }", "{A: null}"),
        ("labels: {a: 1}", "labels: [b]", "{a: '1', b: ''}"),
        ("dns: a", "dns: [b, a]", "[a, b]"),
        ("tmpfs: [/run:size=1]", "tmpfs: /run:size=2", "['/run:size=2']"),
        ("extra_hosts: [a=1.1.1.1]", "extra_hosts: {a: 2.2.2.2}",
         "[a=1.1.1.1, a=2.2.2.2]"),
        ("depends_on: {db: {condition: service_healthy, restart: true}}",
         "depends_on: [db]",
         "{db: {condition: service_started, required: true, restart: true}}"),
        ("networks: {a: {priority: 1}}", "networks: [a, b]",
         "{a: {priority: 1}, b: null}"),
        ("logging: {driver: a, options: {x: 1}}", "logging: {driver: b}",
         "{driver: b}"),
        ("logging: {driver: a, options: {x: 1}}", "logging: {options: {y: 2}}",
         "{driver: a, options: {x: '1', y: '2'}}"),
        ("ulimits: {nofile: {soft: 1, hard: 2}}", "ulimits: {nofile: 3}",
         "{nofile: 3}"),
        ("cap_add: [A]", "cap_add: [B, A]", "[A, B]"),
        ("volumes: ['a1:/d']", "volumes: ['b1:/d/']",
         "[{type: volume, source: b1, target: /d, volume: {}}]"),
        ("group_add: [1]", "group_add: [2]", "['1', '2']"),
        ("hostname: a", "hostname: null", "a"),
        ("hostname: a", "hostname: !reset null", "null"),
        ("cap_add: [A]", "cap_add: !override [B]", "[B]"),
        ("environment: {A: 1}", "environment: {A: !reset null}", "null"),
        ("environment: [A=1]", "environment: {A: !reset null}", "{A: '1'}"),
        ("x-own: {a: [1]}", "x-own: {a: [2], b: 3}", "{a: [1, 2], b: 3}"),
    ],
)  # fmt: skip
def test_overlay(base: str, over: str, expected: str, tmp_path: Path) -> None:
    assert merged(tmp_path, base, over) == yaml.safe_load(expected)


@pytest.mark.parametrize(
    ("base", "over"),
    [
        ("ports: ['80']", "ports: {a: b}"),
        ("deploy: {replicas: 1}", "deploy: [a]"),
        ("security_opt: [a]", "security_opt: [a]"),
    ],
)
def test_overlay_that_does_not_fit(base: str, over: str, tmp_path: Path) -> None:
    files = {"compose.yaml": service(base), "compose.override.yaml": service(over)}
    project = loaded(tmp_path, files)
    assert len(told(project)) == 1
    assert project.report.has_errors


def test_both_places_of_a_mismatch_are_told(tmp_path: Path) -> None:
    files = {
        "compose.yaml": service("ports: ['80']"),
        "compose.override.yaml": service("ports: {a: b}"),
    }
    (found,) = loaded(tmp_path, files).report
    assert str(found.position) == "compose.override.yaml:4:5"
    assert "compose.yaml:4:5" in (found.help or "")
