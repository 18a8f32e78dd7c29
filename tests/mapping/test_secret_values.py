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
        pytest.param(
            "command: sh -c \"redis-server --requirepass 'hunter22'\"",
            {"hunter22"},
            id="quotes",
        ),
        pytest.param(
            "healthcheck: {test: [CMD, redis-cli, -a, 'a long one']}",
            {"a long one"},
            id="whole-word",
        ),
        pytest.param('command: redis-cli -a "" monitor', set(), id="empty-word"),
        pytest.param("command: mongosh -u a -p hunter22", {"hunter22"}, id="mongo"),
        pytest.param("command: wait-for -h mongo -p 27017", set(), id="port-of-mongo"),
        pytest.param("command: mysqladmin -P13306 -p ping", set(), id="port-of-mysql"),
        pytest.param(
            "command: [sh, -c, 'wait-for-it mysql:3306 -- rails s -p30000']",
            set(),
            id="host-of-mysql",
        ),
        pytest.param(
            "command: wait-for tcp://mysql:3306 -polling 5s", set(), id="url-of-mysql"
        ),
        pytest.param(
            "command: [sh, -c, 'wait-for mysql -- rails s -p30000']",
            set(),
            id="command-of-another",
        ),
        pytest.param(
            "command: /usr/bin/mysql-client -uroot -phunter22",
            {"hunter22"},
            id="path-of-mysql",
        ),
        *(
            pytest.param(f"command: x {option}hunter22 y", {"hunter22"}, id=option)
            for option in (
                "--access-key ",
                "--secret-key ",
                "--encryption-key=",
                "--jwt-signing-key ",
                "--db.auth-key=",
            )
        ),
        pytest.param(
            "command: [sh, -c, 'x --key a --access-key hunter22 y']",
            {"hunter22"},
            id="key-in-script",
        ),
        *(
            pytest.param(f"command: x {option} hunter22", set(), id=option)
            for option in (
                "--token-ttl",
                "--password-file",
                "--key-file",
                "--public-key",
                "--secret-name",
                "--private-ip",
                "--ssh-key",
                "--token-endpoint",
            )
        ),
        pytest.param("command: x --pass=hunter22", {"hunter22"}, id="pass"),
        pytest.param("command: x --bypass hunter22", set(), id="bypass"),
        pytest.param(
            "command: sqlcmd -U sa -P 'hunter 22'", {"hunter 22"}, id="sqlcmd"
        ),
        pytest.param(
            "command: sh -c 'REDISCLI_AUTH=hunter22 redis-cli'",
            {"hunter22"},
            id="redis-variable",
        ),
        pytest.param("command: sh -c 'TOKEN_TTL=36000 x'", set(), id="no-name"),
        pytest.param(
            'command: [env, "DB_PASSWORD=it\'s mine", x]', {"it's mine"}, id="env"
        ),
        pytest.param(
            "command: ['x', '{\"password\": \"hunter22\"}']", {"hunter22"}, id="json"
        ),
        pytest.param(
            "command: [mysql, -e, \"CREATE USER a IDENTIFIED BY 'hunter22'\"]",
            {"hunter22"},
            id="sql",
        ),
        pytest.param("command: curl -u 'me:hunter22' h", {"hunter22"}, id="curl"),
        pytest.param(
            'command: "x --password=\'$$PW\' --token \\"$${T}\\""',
            set(),
            id="quoted-variable",
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
    known = SecretValues(frozenset(("hunter2", "a:b c", "hunter2x")))
    assert known.within("u:hunter2@h, (a:b c)") == ["hunter2", "a:b c"]
    assert known.within("hunter22 xhunter2") == []
    assert known.within_file(b"\xff\nkey=hunter2x\n") == ["hunter2x"]


@pytest.mark.parametrize(
    ("value", "text", "is_found"),
    [
        pytest.param("shell_tok_12345", "a-shell_tok_12345-b", True, id="inside"),
        pytest.param("shell_tok_12345", "shell_tok_12345.b", True, id="before"),
        pytest.param("hunter22", "x-hunter22_x", True, id="digits"),
        pytest.param("Big-Secret", "a-Big-Secret.b", True, id="marks"),
        pytest.param("secret-1", "Host(`my-secret-10.x`)", False, id="numbered"),
        pytest.param("secret-1", "mysecret-1", False, id="behind-letters"),
        pytest.param("a:b-c", "a:b-cd", False, id="several-words"),
        pytest.param("Big-Secret", "x -pBig-Secret", True, id="option"),
        pytest.param("hunter2", "xhunter2x", False, id="short"),
        pytest.param("password", "passwords", False, id="word"),
        pytest.param("my-project", "my-projects", False, id="words"),
        pytest.param("20240101", "1202401011", False, id="number"),
    ],
)
def test_what_is_no_word_is_found_inside_of_others(
    value: str, text: str, *, is_found: bool
) -> None:
    assert SecretValues(frozenset([value])).within(text) == [value] * is_found


def test_what_the_projects_secrets_hold(tmp_path: Path) -> None:
    content = """
services: {web: {image: i, environment: {Q: "x hunter22"}, secrets: [s, t]}}
secrets: {s: {file: ./s.txt}, t: {environment: T}}
"""
    files = {"compose.yaml": content, "s.txt": "hunter22\n"}
    decoded = inputs(loaded(tmp_path, files, {"T": "opensesame"}))
    assert decoded.filled == {"hunter22", "opensesame"}
