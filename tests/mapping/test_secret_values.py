"""Which values are secret, and where they are found."""

from pathlib import Path

import pytest

from kompyle.mapping.secret_values import SecretValues, secret_values
from kompyle.pipeline import inputs
from tests.compose.loading import loaded


def found(tmp_path: Path, service: str, env: dict[str, str] | None = None) -> set[str]:
    project = loaded(tmp_path, f"services: {{web: {{image: i, {service}}}}}", env or {})
    decoded = inputs(project)
    return set(secret_values(decoded.services, decoded.filled).values)


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param("environment: {DB_PASSWORD: hunter22}", {"hunter22"}, id="name"),
        pytest.param("command: x --requirepass hunter22", {"hunter22"}, id="option"),
        pytest.param("command: x --api-key=hunter22 y", {"hunter22"}, id="equals"),
        pytest.param(
            "command: [sh, -c, 'x --token hunter22 | y']", {"hunter22"}, id="script"
        ),
        pytest.param("command: x --token-file /run/x", set(), id="file"),
        pytest.param(
            "command: env PWD=/srv/app DB_PWD=hunter22 x", {"hunter22"}, id="pwd"
        ),
        pytest.param("command: x --token /run/x", set(), id="path"),
        pytest.param("command: mysqladmin ping -phunter22", {"hunter22"}, id="mysql"),
        pytest.param(
            "command: [mysql, -u, root, -phunter22]", {"hunter22"}, id="mysql-words"
        ),
        pytest.param("command: redis-cli -a hunter22", {"hunter22"}, id="redis"),
        pytest.param(
            "command: sh -c 'redis-cli -a hunter22; mysql -proot99&& x'",
            {"hunter22", "root99"},
            id="ends-of-commands",
        ),
        pytest.param(
            "command: sh -c 'mysql -e x; mkdir -p folder1'", set(), id="next-command"
        ),
        pytest.param(
            "command: 'curl -H \"Authorization: Bearer abcdef123\" h'",
            {"abcdef123"},
            id="bearer",
        ),
        pytest.param("command: echo Basic authentication", set(), id="word"),
        pytest.param("command: x redis://:hunter22@h/0", {"hunter22"}, id="address"),
        pytest.param("labels: {api_token: hunter22}", {"hunter22"}, id="label"),
        pytest.param(
            "deploy: {labels: {api_token: hunter22}}", {"hunter22"}, id="deploy-label"
        ),
        pytest.param(
            "post_start: [{command: x, environment: {DB_PASSWORD: hunter22}}]",
            {"hunter22"},
            id="hook",
        ),
        pytest.param("command: x --password $$PW", set(), id="variable"),
        pytest.param("command: x --password --force", set(), id="no-value"),
        pytest.param("environment: {DB_PASSWORD: abc}", set(), id="short"),
        pytest.param("environment: {DB_PASSWORD: Password}", set(), id="common"),
        pytest.param(
            "environment: {A_TOKEN: shops, NAME: shops}", set(), id="plain-too"
        ),
        pytest.param(
            "environment: {A_TOKEN: hunter22, B: hunter22}", {"hunter22"}, id="repeated"
        ),
        pytest.param("command: sh -c 'TOKEN=hunter22 x'", {"hunter22"}, id="assigned"),
        pytest.param(
            "healthcheck: {test: [CMD, x, --password, hunter22]}",
            {"hunter22"},
            id="check",
        ),
    ],
)
def test_secret_values(tmp_path: Path, service: str, expected: set[str]) -> None:
    assert found(tmp_path, service) == expected


def test_the_password_of_an_address(tmp_path: Path) -> None:
    url = "redis://me:hunter22@cache/0"
    assert found(tmp_path, f"environment: {{URL: '{url}'}}") == {url, "hunter22"}


def test_what_compose_fills_in(tmp_path: Path) -> None:
    variables = {"PASSWORD": "hunter22", "SIZE": "notsecret"}
    line = "command: 'a ${PASSWORD} ${SIZE} ${TOKEN:-opensesame}'"
    assert found(tmp_path, line, variables) == {"hunter22", "opensesame"}


def test_secrets_are_found_as_words() -> None:
    known = SecretValues(frozenset(("hunter22", "a:b c", "hunter22x")))
    assert known.within("u:hunter22@h, (a:b c)") == ["hunter22", "a:b c"]
    assert known.within("hunter222 xhunter22") == []
    assert known.within_file(b"\xff\nkey=hunter22x\n") == ["hunter22x"]


def test_what_the_projects_secrets_hold(tmp_path: Path) -> None:
    content = """
services: {web: {image: i, environment: {Q: "x hunter22"}, secrets: [s, t]}}
secrets: {s: {file: ./s.txt}, t: {environment: T}}
"""
    files = {"compose.yaml": content, "s.txt": "hunter22\n"}
    decoded = inputs(loaded(tmp_path, files, {"T": "opensesame"}))
    assert decoded.filled == {"hunter22", "opensesame"}
