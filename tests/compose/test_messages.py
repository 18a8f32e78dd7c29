"""What users read about the commonest mistakes: the place, the fact, the way out."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from kompyle.diagnostics import Severity
from tests.compose.loading import Content, loaded, said, told

WEB = "services:\n  web:\n    image: i\n"
DB = "  db:\n    image: d\n"


def fault(
    number: str, content: Mapping[str, Content] | str, place: str, *phrases: str
) -> object:
    """Name the row of the table of mistakes, its position and code, what is said."""
    return pytest.param(content, place, phrases, id=number)


def web(line: str) -> str:
    return f"{WEB}    {line}\n"


@pytest.mark.parametrize(
    ("content", "place", "phrases"),
    [
        fault(
            "1-unknown-key",
            web("enviroment: {A: b}"),
            "4:5 invalid-compose",
            "services.web.enviroment",
            "`environment`",
        ),
        fault(
            "2-unknown-top-level-key",
            "service:\n  web: {image: i}\n",
            "1:1 invalid-compose",
            "`services`",
        ),
        fault(
            "2-version-1",
            "web:\n  image: i\n",
            "1:1 invalid-compose",
            "below `services:`",
            "version 1",
        ),
        fault(
            "2-service-beside-services",
            WEB + "db:\n  image: d\n",
            "4:1 invalid-compose",
            "below `services:`; indent",
        ),
        fault(
            "3-unknown-nested-key",
            web("healthcheck: {tset: x}"),
            "4:19 invalid-compose",
            "`test`",
        ),
        fault(
            "4-number-for-text",
            "services:\n  web:\n    image: 3\n",
            "3:5 invalid-compose",
            "a text, not 3",
            "in quotes",
        ),
        fault(
            "5-text-for-list",
            web("ports: '80:80'"),
            "4:5 invalid-compose",
            "a list, not '80:80'",
            "`- '80:80'`",
        ),
        fault(
            "6-text-for-map",
            web("environment: foo"),
            "4:5 invalid-compose",
            "a map or a list",
            "`- NAME=value`",
        ),
        fault(
            "7-map-in-list",
            web("environment: [A: 1]"),
            "4:19 wrong-type",
            "not a map",
            "`- A=…`",
        ),
        fault(
            "8-colon-in-list",
            web("environment: ['A: 1']"),
            "4:19 odd-name",
            "no = behind 'A'",
            "`- A=…`",
        ),
        fault(
            "9-bad-port",
            web("ports: ['80:abc']"),
            "4:13 wrong-form",
            "services.web.ports[0]",
            '"abc"',
        ),
        fault(
            "10-address-without-port",
            web("ports: ['127.0.0.1:80']"),
            "4:13 wrong-form",
            '"127.0.0.1::80" or "127.0.0.1:80:80"',
        ),
        fault(
            "11-required-variable",
            web("hostname: ${TAG:?set TAG}"),
            "4:5 missing-variable",
            "TAG is required",
            "set TAG",
            ".env",
            "--env-file",
        ),
        fault(
            "12-unset-variable",
            {"compose.yaml": web("hostname: $TAG"), ".env": "TAGG=1"},
            "4:5 unset-variable",
            "TAG is not set",
            "`TAGG`",
        ),
        fault(
            "13-open-variable",
            web("hostname: 'i:${TAG'"),
            "4:5 bad-template",
            "character 3",
            "${NAME}",
            "$$",
        ),
        fault(
            "14-undefined-network",
            web("networks: [front]") + "networks: {frontend: {}}\n",
            "4:16 undefined-reference",
            "'front' is not declared",
            "`frontend`",
        ),
        fault(
            "14-undefined-network-unlike-any",
            web("networks: [front]"),
            "4:16 undefined-reference",
            "`networks: {front: {}}`",
        ),
        fault(
            "14-negative-mode",
            web("configs: [{source: a, mode: -1}]") + "configs: {a: {content: x}}\n",
            "4:27 wrong-type",
            "-1 is not a file mode",
            '"0440"',
        ),
        fault(
            "15-undefined-volume",
            web("volumes: ['data:/d']"),
            "4:15 undefined-reference",
            "`volumes: {data: {}}`",
            "`./data`",
        ),
        fault(
            "15-path-without-dot",
            web("volumes: ['da/ta:/d']"),
            "4:15 undefined-reference",
            "`./da/ta`",
        ),
        fault(
            "16-undefined-secret",
            web("secrets: [tok]"),
            "4:15 undefined-reference",
            "secret 'tok'",
            "`secrets: {tok: {file: …}}`",
        ),
        fault(
            "16-undefined-config",
            web("configs: [cfg]"),
            "4:15 undefined-reference",
            "config 'cfg'",
        ),
        fault(
            "17-undefined-dependency",
            web("depends_on: [bd]") + DB,
            "4:18 undefined-reference",
            "no service 'bd'",
            "services are db",
        ),
        fault(
            "17-disabled-dependency",
            web("depends_on: [db]") + DB + "    profiles: [p]\n",
            "4:18 undefined-reference",
            "disabled",
            "--profile p",
        ),
        fault(
            "18-cycle",
            web("depends_on: [db]") + DB + "    links: [web]\n",
            "7:13 dependency-cycle",
            "db -> web -> db",
            "links, compose.yaml:7:13",
            "depends_on, compose.yaml:4:18",
        ),
        fault("19-duplicate-key", web("image: j"), "4:5 duplicate-key", "on line 3"),
        fault(
            "20-duplicate-container-name",
            web("container_name: same") + DB + "    container_name: same\n",
            "7:5 conflict",
            "'web'",
            "compose.yaml:4:5",
        ),
        fault(
            "21-indented-too-little",
            WEB + "   command: x\n",
            "4:4 yaml-syntax",
            "Line 4 is indented by 3; expected 2 or 4",
        ),
        fault(
            "21-indented-too-much",
            WEB + "      command: x\n",
            "4:14 yaml-syntax",
            "Line 4 is indented by 6, the one above it by 4",
        ),
        fault(
            "21-text-behind-quotes",
            web('hostname: "a" b'),
            "4:19 yaml-syntax",
            "the whole value in quotes",
        ),
        fault("22-tab", "services:\n\tweb:\n", "2:1 yaml-syntax", "a tab", "spaces"),
        fault(
            "23-unquoted-colon",
            web("command: echo a: b"),
            "4:20 yaml-syntax",
            "a colon",
            "in quotes",
        ),
        fault(
            "24-missing-env-file",
            web("env_file: .env.prod"),
            "4:5 bad-env-file",
            "services.web.env_file[0]",
            ".env.prod does not exist",
            "required: false",
        ),
        fault(
            "25-nothing-to-run",
            "services:\n  web:\n    command: x\n",
            "2:3 missing-key",
            "neither `image` nor `build`",
            "`build: .`",
        ),
        fault(
            "26-duration",
            web("stop_grace_period: 10sec"),
            "4:5 bad-duration",
            '"sec"',
            'write "10s"',
        ),
        fault(
            "27-size-of-kubernetes",
            web("mem_limit: 512Mi"),
            "4:5 bad-size",
            'write "512MiB"',
        ),
        fault(
            "28-cpu-of-kubernetes",
            web("deploy: {resources: {limits: {cpus: 500m}}}"),
            "4:35 wrong-type",
            "'500m' is not a number",
            "Write 0.5",
        ),
        fault("28-cpus", web("cpus: 250m"), "4:5 wrong-type", "Write 0.25"),
        fault(
            "29-condition",
            web("depends_on: {db: {condition: service_ready}}") + DB,
            "4:23 invalid-compose",
            "service_started, service_healthy",
            "Did you mean `service_healthy`?",
        ),
        fault(
            "30-no-condition",
            web("depends_on: {db: {restart: true}}") + DB,
            "4:18 invalid-compose",
            "'condition' is missing",
            "`condition: service_started`",
        ),
        fault(
            "31-boolean",
            web("tty: maybe"),
            "4:5 wrong-type",
            "'maybe'",
            "true or false",
        ),
        fault(
            "32-test-without-cmd",
            web("healthcheck: {test: [curl, x]}"),
            "4:19 wrong-form",
            "services.web.healthcheck.test",
            "begin the list with CMD",
        ),
        fault(
            "33-two-kinds-of-network",
            web("network_mode: host\n    networks: [a]") + "networks: {a: {}}\n",
            "5:5 conflict",
            "compose.yaml:4:5",
            "Delete one",
        ),
        fault(
            "34-half-a-limit",
            web("ulimits: {nofile: {soft: 1}}"),
            "4:15 invalid-compose",
            "'hard' is missing",
            "one number for both",
        ),
        fault(
            "35-one-name-for-two",
            web("scale: 2\n    container_name: ab"),
            "5:5 conflict",
            "2 containers",
            "Delete container_name",
        ),
        fault(
            "36-replicas",
            web("deploy: {replicas: two}"),
            "4:14 wrong-type",
            "'two' is not a whole number",
        ),
        fault(
            "37-external-with-driver",
            WEB + "volumes:\n  d: {external: true, driver: x}\n",
            "5:23 conflict",
            "'driver'",
            "Delete `external` or `driver`",
        ),
        fault(
            "38-secret-without-source",
            WEB + "secrets:\n  s: {}\n",
            "5:3 missing-key",
            "file or environment",
            "`external: true`",
        ),
        fault(
            "39-number-as-name",
            "services:\n  1: {image: i}\n",
            "2:3 yaml-syntax",
            "the key 1 is not a string",
            "Quote it",
        ),
        fault(
            "40-unknown-alias",
            "x-a: &bas {}\nservices:\n  web: *base\n",
            "3:8 yaml-syntax",
            "no &base above",
            "`bas`",
        ),
        fault(
            "41-extends-unknown",
            "services:\n  a: {extends: bse}\n  base: {image: i}\n",
            "2:7 undefined-reference",
            "no service 'bse' in compose.yaml",
            "`base`",
        ),
        fault(
            "42-include-cycle",
            {
                "compose.yaml": "include: [g.yaml]\n",
                "g.yaml": "include: [compose.yaml]",
            },
            "g.yaml:1:11 include-cycle",
            "compose.yaml -> g.yaml -> compose.yaml",
        ),
        fault(
            "43-service-name",
            "services:\n  my web: {image: i}\n",
            "2:3 invalid-compose",
            "'my web'",
            "letters, digits, `.`, `_` and `-`",
        ),
        fault("46-empty", "", "1:1 invalid-compose", "is empty"),
        fault("46-list", "- a\n", "1:1 invalid-compose", "a map of `services:`"),
        fault(
            "46-no-services", "services:\n", "1:1 invalid-compose", "a map, not nothing"
        ),
    ],
)
def test_mistake(
    content: Mapping[str, Content] | str,
    place: str,
    phrases: tuple[str, ...],
    tmp_path: Path,
) -> None:
    project = loaded(tmp_path, content)
    assert told(project) == [place if ".yaml:" in place else f"compose.yaml:{place}"]
    assert [phrase for phrase in phrases if phrase not in said(project)] == []


def test_44_project_name_is_proposed(tmp_path: Path) -> None:
    project = loaded(tmp_path, WEB, {"COMPOSE_PROJECT_NAME": "My_Project"})
    assert told(project) == ["- bad-project-name"]
    assert "`my_project`" in said(project)


def test_45_names_looked_for_are_listed(tmp_path: Path) -> None:
    project = loaded(tmp_path, {})
    assert told(project) == ["- no-compose-file"]
    assert str(tmp_path) in said(project)
    assert "compose.yaml, compose.yml, docker-compose.yml" in said(project)


@pytest.mark.parametrize(
    ("content", "place", "phrases"),
    [
        fault(
            "misspelt-volume-option",
            web("volumes: ['./a:/a:or']"),
            "4:15 ignored-value",
            "'or'",
        ),
        fault(
            "volume-of-one-letter",
            web("volumes: ['a:/a']"),
            "4:15 odd-name",
            "two letters",
        ),
        fault(
            "decimal-mode",
            web("secrets: [{source: s, mode: 440}]") + "secrets: {s: {file: f}}\n",
            "4:27 decimal-mode",
            "0670",
            '"0440"',
        ),
        fault(
            "one-port-for-two",
            web("ports: ['80:1']") + DB + "    ports: ['127.0.0.1:80:2']\n",
            "7:13 shared-port",
            "'web' publishes port 80",
        ),
        fault(
            "key-below-extends",
            WEB + "  b: {extends: {service: web, fiel: a}}\n",
            "4:31 ignored-key",
            "`file`",
        ),
        fault(
            "key-below-include",
            {"compose.yaml": "include: [{path: b.yaml, env: a}]", "b.yaml": WEB},
            "1:26 ignored-key",
            "include[0].env",
        ),
        fault(
            "key-below-gpus",
            web("gpus: [{cuont: 1}]"),
            "4:13 ignored-key",
            "`count`",
        ),
        fault(
            "version-as-number",
            web("environment: {V: 1.10}"),
            "4:19 respelt-value",
            "as a number",
            "quotes",
        ),
        fault(
            "octal-label",
            web("labels: {mode: 0644}"),
            "4:14 respelt-value",
            "spelt differently",
        ),
        fault(
            "date-argument",
            web("build: {args: {DAY: 2024-01-01}}"),
            "4:20 respelt-value",
            "as a time",
        ),
        fault(
            "python-boolean",
            web("environment: {DEBUG: True}"),
            "4:19 respelt-value",
            "as a boolean",
        ),
        fault(
            "respelt-through-an-alias",
            "x-a: &a 010\n" + web("environment: {A: *a}"),
            "5:19 respelt-value",
            "quotes",
        ),
        fault(
            "command-for-a-shell", web("command: a && b"), "4:5 cut-command", "[sh, -c"
        ),
        fault("yes", web("tty: yes"), "4:5 old-boolean", "Write true"),
        fault(
            "restart", web("restart: onfailure"), "4:5 unknown-value", "`on-failure`"
        ),
        fault(
            "deploy-mode",
            web("deploy: {mode: globle}"),
            "4:14 unknown-value",
            "`global`",
        ),
        fault(
            "fraction-of-a-byte", web("mem_limit: 1.5"), "4:5 ignored-value", "`1.5g`"
        ),
    ],
)
def test_suspicion_is_no_error(
    content: Mapping[str, Content] | str,
    place: str,
    phrases: tuple[str, ...],
    tmp_path: Path,
) -> None:
    test_mistake(content, place, phrases, tmp_path)
    assert not loaded(tmp_path, content).report.has_errors


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(web("volumes: ['./a:/a:ro,z', '/b']"), id="known-options"),
        pytest.param(web("volumes: ['C:\\a:C:\\b']"), id="drive"),
        pytest.param(
            web("secrets: [{source: s, mode: 0644}]") + "secrets: {s: {file: f}}\n",
            id="octal-mode",
        ),
        pytest.param(
            "x-m: &m 0644\n"
            + web("secrets: [{source: s, mode: *m}]")
            + "secrets: {s: {file: f}}\n",
            id="octal-mode-by-alias",
        ),
        pytest.param(
            web("ports: ['80:1/tcp']") + DB + "    ports: ['80:1/udp']\n",
            id="other-protocol",
        ),
        pytest.param(
            web("ports: ['127.0.0.1:80:1']") + DB + "    ports: ['127.0.0.2:80:1']\n",
            id="other-address",
        ),
        pytest.param(web("environment: ['A=b: c']"), id="colon-in-value"),
        pytest.param(web("restart: on-failure:3"), id="counted-restarts"),
        pytest.param(web("restart: 'no'"), id="no-restart"),
        pytest.param(web("environment: {A: 12, B: true, C: '010'}"), id="plain"),
        pytest.param(WEB + "x-a: {version: 1.10}\n", id="numbers-elsewhere"),
    ],
)
def test_what_is_right_raises_no_suspicion(content: str, tmp_path: Path) -> None:
    assert told(loaded(tmp_path, content)) == []


def test_unknown_profile(tmp_path: Path) -> None:
    project = loaded(
        tmp_path, web("profiles: [debug]"), {"COMPOSE_PROFILES": "debgu,*"}
    )
    assert told(project) == ["- unknown-profile"]
    assert "`debug`" in said(project)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        pytest.param("mem_limit: ${DB_PASSWORD}", "hunter22", id="by-name"),
        pytest.param("mem_limit: a${DB_PASSWORD}b", "hunter22", id="inside"),
        pytest.param("mem_limit: ${X}", "postgres://u:hunter22@db", id="by-value"),
        pytest.param("mem_limit: ${TOKEN:-hunter22}", "", id="default"),
        pytest.param("pull_policy: ${TOKEN}", "hunter22" * 20, id="cut"),
        pytest.param("pull_policy: ${TOKEN}", "hunter22's\\", id="quoted"),
    ],
)
def test_secrets_of_variables_are_in_no_message(
    line: str, value: str, tmp_path: Path
) -> None:
    variables = dict.fromkeys(("DB_PASSWORD", "TOKEN", "X"), value)
    known = {name: text for name, text in variables.items() if text}
    project = loaded(tmp_path, web(line), known)
    assert "***" in said(project)
    assert "hunter" not in said(project)


def test_every_odd_host_is_told(tmp_path: Path) -> None:
    project = loaded(tmp_path, web("extra_hosts: [a, '=1.2.3.4', 'b=1.2.3.4']"))
    assert told(project) == [
        "compose.yaml:4:19 wrong-form",
        "compose.yaml:4:22 wrong-form",
    ]


def test_names_that_are_secrets_are_in_no_path(tmp_path: Path) -> None:
    project = loaded(tmp_path, web("networks: ['${TOKEN}']"), {"TOKEN": "hunter22"})
    assert "services.web.networks.***" in said(project)
    assert "hunter" not in said(project)


def test_every_circle_is_told(tmp_path: Path) -> None:
    content = (
        "services:\n  d: {image: x, depends_on: [d]}\n"
        "  e: {image: x, depends_on: [f]}\n  f: {image: x, depends_on: [e]}\n"
    )
    assert told(loaded(tmp_path, content)) == [
        "compose.yaml:2:30 dependency-cycle",
        "compose.yaml:3:30 dependency-cycle",
    ]


def test_every_required_variable_of_a_text_is_told(tmp_path: Path) -> None:
    project = loaded(tmp_path, web("command: '${A?} ${B:-x} ${C:?why}'"))
    assert "the variables A and C are required and have no value" in said(project)


def test_every_fault_of_an_include_is_told(tmp_path: Path) -> None:
    content = "include: [{path: [b.yaml, nope.yaml], env_file: nope.env}]\n"
    files = {"compose.yaml": content + WEB, "b.yaml": "services: ["}
    project = loaded(tmp_path, files)
    assert told(project) == [
        "compose.yaml:1:11 bad-env-file",
        "compose.yaml:1:27 unreadable-file",
        "b.yaml:2:1 yaml-syntax",
    ]


def test_a_fault_that_services_share_is_told_once(tmp_path: Path) -> None:
    content = (
        "services:\n  a: {image: i, extends: {service: s}}\n  s: {image: i, tty: [1]}\n"
    )
    assert told(loaded(tmp_path, content)) == ["compose.yaml:3:17 invalid-compose"]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        pytest.param("name: ___\n" + WEB, "compose.yaml:1:1", id="written"),
        pytest.param("name: ${X}\n" + WEB, "compose.yaml:1:1", id="filled-in"),
    ],
)
def test_a_name_of_which_nothing_is_left(
    content: str, place: str, tmp_path: Path
) -> None:
    project = loaded(tmp_path, content)
    (error,) = (found for found in project.report if found.code == "bad-project-name")
    assert str(error.position) == place
    assert "nothing of `name:`" in error.message
    assert len(project.report) == len(set(told(project)))


@pytest.mark.parametrize(
    ("line", "way_out"),
    [
        ("cpu_count: 1.5", "Write a whole number."),
        ("read_only: 0", "Write true or false."),
        ("image: 5", "Put it in quotes."),
    ],
)
def test_a_number_of_the_wrong_kind(line: str, way_out: str, tmp_path: Path) -> None:
    content = f"services:\n  web:\n    image: i\n    {line}\n"
    if line.startswith("image"):
        content = content.replace("    image: i\n", "")
    assert way_out in said(loaded(tmp_path, content))


def test_a_faulty_service_is_not_missing(tmp_path: Path) -> None:
    project = loaded(tmp_path, web("depends_on: [cache]") + "  cache:\n")
    assert "there is no service" not in said(project)
    assert project.report.has_errors


def test_services_of_a_file_that_cannot_be_read_are_not_missing(tmp_path: Path) -> None:
    project = loaded(tmp_path, "services: [", services=("web",))
    assert told(project) == ["compose.yaml:2:1 yaml-syntax"]


def test_other_variables_are_told(tmp_path: Path) -> None:
    project = loaded(tmp_path, web("mem_limit: ${SIZE}"), {"SIZE": "hunter22"})
    assert "hunter22" in said(project)


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        pytest.param(web("profiles: [b, a]"), "the profiles are a, b", id="inactive"),
        pytest.param("services: {}\n", "has no services", id="none"),
    ],
)
def test_a_project_in_which_nothing_runs(
    content: str, phrase: str, tmp_path: Path
) -> None:
    project = loaded(tmp_path, content)
    assert told(project) == ["compose.yaml:1:1 no-services"]
    assert phrase in said(project)


def test_mac_options_are_but_a_note(tmp_path: Path) -> None:
    project = loaded(tmp_path, web("volumes: ['./a:/a:cached']"))
    assert [found.severity for found in project.report] == [Severity.NOTE]


def test_all_mistakes_are_told_at_once_by_line(tmp_path: Path) -> None:
    content = """\
services:
  web:
    image: 3
    enviroment: {}
    ports: ["80:abc", 80.5]
    networks: [front]
    mem_limit: 5Mi
  db:
    hostname: ${X:?needed}
    depends_on: [web, gone]
"""
    assert told(loaded(tmp_path, content)) == [
        "compose.yaml:3:5 invalid-compose",
        "compose.yaml:4:5 invalid-compose",
        "compose.yaml:5:13 wrong-form",
        "compose.yaml:5:23 wrong-type",
        "compose.yaml:6:16 undefined-reference",
        "compose.yaml:7:5 bad-size",
        "compose.yaml:8:3 missing-key",
        "compose.yaml:9:5 missing-variable",
        "compose.yaml:10:23 undefined-reference",
    ]


def test_items_keep_their_numbers(tmp_path: Path) -> None:
    content = web(
        "pre_stop:\n      - {command: a, usr: b}\n      - {command: c, user: 1}"
    )
    project = loaded(tmp_path, content)
    assert "services.web.pre_stop[0].usr" in said(project)
    assert "services.web.pre_stop[1].user" in said(project)


SECRET = "hunter2"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(web(f"environment: {SECRET}"), id="text-for-map"),
        pytest.param(web(f"environment: [{{A: {SECRET}}}]"), id="map-in-list"),
        pytest.param(web(f"environment: ['A: {SECRET}']"), id="colon-in-list"),
        pytest.param(web(f"environment: {{A: '{SECRET}${{'}}"), id="template"),
        pytest.param(web(f"environment: ['A={SECRET}${{']"), id="template-in-list"),
        pytest.param(web(f"environment: {{A: [{SECRET}]}}"), id="list-as-value"),
        pytest.param(web(f"environment: {{A: *{SECRET}}}"), id="alias"),
        pytest.param(web(f"environment: {{A: !!int {SECRET}}}"), id="tag"),
        pytest.param(web(f"build: {{args: {SECRET}}}"), id="build-arguments"),
        pytest.param(web(f"build: {{args: ['A={SECRET}${{']}}"), id="build-template"),
        pytest.param(web(f"labels: {SECRET}"), id="labels"),
        pytest.param(web(f"command: 'a --password {SECRET}${{'"), id="command"),
        pytest.param(WEB + f"x-env: {{A: '{SECRET}${{'}}\n", id="extension"),
        pytest.param(
            WEB + f"configs: {{c: {{content: '{SECRET}${{'}}}}\n", id="content"
        ),
        pytest.param(
            WEB + f"configs: {{c: {{content: [{SECRET}]}}}}\n", id="content-as-list"
        ),
        pytest.param(SECRET, id="no-compose-file-at-all"),
        pytest.param({"compose.yaml": WEB, ".env": f"A B={SECRET}"}, id="dotenv"),
        pytest.param(
            {"compose.yaml": WEB, ".env": f"KEY=first\nnext {SECRET}"},
            id="second-line-of-a-value",
        ),
        pytest.param(
            {"compose.yaml": WEB, ".env": f"A='{SECRET}"}, id="open-quote-in-dotenv"
        ),
        pytest.param(
            {"compose.yaml": web("env_file: a.env"), "a.env": f"A={SECRET}${{"},
            id="template-in-env-file",
        ),
        pytest.param(
            {
                "compose.yaml": web("env_file: [{path: a.env, format: raw}]"),
                "a.env": f"A {SECRET}",
            },
            id="raw-env-file",
        ),
        pytest.param(
            {"compose.yaml": web("label_file: a.env"), "a.env": f"A B={SECRET}"},
            id="label-file",
        ),
    ],
)
def test_secrets_are_not_shown(
    content: Mapping[str, Content] | str, tmp_path: Path
) -> None:
    project = loaded(tmp_path, content)
    assert len(project.report) > 0
    assert SECRET not in said(project)


def test_numbers_may_be_secret_too(tmp_path: Path) -> None:
    project = loaded(tmp_path, web("environment: [472913]\n    labels: [472913]"))
    assert len(project.report) == 2
    assert "472913" not in said(project)


@pytest.mark.parametrize(
    "line", ["cpus: 'NaN'", "deploy: {resources: {limits: {cpus: inf}}}", "scale: 1e30"]
)
def test_numbers_are_finite(line: str, tmp_path: Path) -> None:
    (found,) = loaded(tmp_path, web(line)).report
    assert found.code == "wrong-type"
