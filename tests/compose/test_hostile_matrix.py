"""Whatever stands under whatever key: a diagnostic or a model, never an exception."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema_rs import validator_for

from kompyle.compose import schema
from kompyle.compose.discovery import Request
from kompyle.compose.files import Files
from kompyle.compose.output import canonical
from kompyle.compose.project import load
from kompyle.compose.source import leaves
from kompyle.datafiles import read
from kompyle.pipeline import convert

Schema = dict[str, Any]
Place = tuple[str | int, ...]

ROOT: Schema = json.loads(read("schemas", "compose.json"))
CWD = str(Path(__file__).parent)

# YAML as it would be written, in flow style.
SHAPES = (
    *("null", "true", "False", "0", "-1", "70000", "1.5", "-0.0", "1e400", "0o17"),
    *("9223372036854775808", "-99999999999999999999999", "1" * 5000, "2024-01-01"),
    *("''", "' '", "a", "'a b'", "=", "':'", "','", "'=a'", "'a='", "'a:b:c:d'"),
    *("'\\x00'", '"\\0"', '"\\x1b[31m"', '"a\\nb"', '"\\u2028"', "é", "'😀'"),
    *("'${'", "'$'", "'$$'", "${UNSET}", "'${A?}'", "'${A:-${B'", '"${A:-\\n}"'),
    *("'x'", "x-a", "inf", "'NaN'", "'0x1p3'", "'1_000'", "'-'", "'--'", "'.'", "'/'"),
    *("'~'", "'C:\\a'", "'[::1]:80:80'", "'::'", "'1-2-3'", "'99999999999h'"),
    *("'service:'", "'service:web'", "'container:'", "'https://'", "'oci://a'"),
    *("[]", "[null]", "[[]]", "[[[[a]]]]", "[1, a, null]", "['a', 'a']", "[{}]"),
    *("['']", "['=']", "[{a: 1}, {b: 2}]", "[1.5]", "['${']", "[true, false]"),
    *("{}", "{a: null}", "{'': 1}", "{a: {b: {c: 1}}}", "{a b: 1}", "{x-a: 1}"),
    *("{'a.b': [1]}", "{a: [1, {}]}", "{é: é}", "{soft: a}", "{name: {}}"),
    *("!reset null", "!override [a]", "!reset", "!foo a", "!!binary a", "!!int a"),
)
ENDLESS = ("'" + "a" * 100_000 + "'", "[" * 100 + "]" * 100)


def key_paths(node: Schema, depth: int = 0) -> Iterator[tuple[str, ...]]:
    """List every path of keys that the schema knows; `*` is a list's item."""
    node = resolved(node)
    yield ()
    if depth > 10:
        return
    for name, child in node.get("properties", {}).items():
        yield from ((name, *path) for path in key_paths(child, depth + 1))
    for child in node.get("patternProperties", {}).values():
        if child not in ({}, True):
            yield from (("web", *path) for path in key_paths(child, depth + 1))
    if isinstance(node.get("items"), dict):
        yield from (("*", *path) for path in key_paths(node["items"], depth + 1))
    for word in ("oneOf", "anyOf", "allOf"):
        for child in node.get(word, ()):
            yield from list(key_paths(child, depth))[1:]


def resolved(node: Schema) -> Schema:
    while "$ref" in node:
        target: Any = ROOT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


@cache
def paths() -> list[tuple[str, ...]]:
    return sorted({path for path in key_paths(ROOT) if path})


def document(path: tuple[str, ...], value: str) -> str:
    """Write one value at the end of a path, in flow style."""
    for step in reversed(path):
        value = f"[{value}]" if step == "*" else f"{{{step}: {value}}}"
    base = "services:\n  db:\n    image: d\n"
    if path[-1:] != ("image",):
        base += "  web:\n    image: w\n"
    # A second document, so that every value is merged with one of another kind too.
    return f"{value}\n---\n{base}"


def survive(text: str) -> None:
    """Load, print, walk and convert what *text* says; the report may say anything."""
    request = Request(CWD, ("-",), environment={"A": "a", "HOME": "/h"})
    project = load_text(request, text)
    for found in project.report.sorted():
        assert found.message
        assert str(found)
    canonical(project)
    canonical(project, normalize=False)
    assert all(node.position for _, node in leaves(project.written))
    if not project.report.has_errors:
        assert convert(project).report["keys"]


def load_text(request: Request, text: str) -> Any:  # noqa: ANN401
    original = Files.text

    def given_text(self: Files, path: str) -> str:
        return text if path == "-" else original(self, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Files, "text", given_text)
        return load(request)


def test_the_matrix_is_large() -> None:
    assert len(paths()) > 300
    assert ("services", "web", "ports", "*", "target") in paths()


@pytest.mark.parametrize("top", sorted({path[:3] for path in paths()}), ids=".".join)
def test_any_shape_under_any_key(top: tuple[str, ...]) -> None:
    for path in paths():
        if path[:3] == top:
            for shape in SHAPES:
                survive(document(path, shape))


@pytest.mark.parametrize("value", ENDLESS, ids=["text", "list"])
def test_endless_values(value: str) -> None:
    for path in paths():
        survive(document(path, value))


GPUS = "{capabilities: [gpu], count: 2}, {capabilities: [gpu], device_ids: [a]}"
PAIRS = (
    "gpus: all, deploy: {resources: {reservations: {devices: [" + GPUS + "]}}}",
    "gpus: [{count: 1}, {count: 2}, {driver: amd}, {driver: x}]",
    "security_opt: ['apparmor:a', 'apparmor:b']",
    "security_opt: ['no-new-privileges:true', 'no-new-privileges:false']",
    "security_opt: ['label:user:a', 'label:user:b', 'label:type:c']",
    "tmpfs: ['/a:mode=1788', '/b:size=²', '/c:size=', '/d:mode=x,size=50%']",
    f"group_add: ['{'1' * 5000}', '²']",
    "configs: [{source: s, mode: -1}]",
    f"configs: [{{source: s, mode: '{'7' * 5000}'}}]",
)


@pytest.mark.parametrize("keys", PAIRS)
def test_items_that_do_not_go_together(keys: str) -> None:
    survive(
        f"services: {{web: {{image: i, {keys}}}}}\nconfigs: {{s: {{content: x}}}}\n"
    )


VALID = """\
name: shop
x-common: &common {restart: always, labels: [a=1]}
services:
  web:
    <<: *common
    build: {context: ., args: [A=1]}
    ports: ["8080:80", {target: 443, published: "8443"}]
    environment: {A: "${A:-b}", B: null}
    depends_on: {db: {condition: service_healthy}}
    volumes: ["data:/d:ro", ./a:/a]
    networks: [front]
    deploy: {replicas: 2, resources: {limits: {cpus: "0.5", memory: 1g}}}
  db:
    image: postgres:${A}
    healthcheck: {test: [CMD, x], interval: 10s}
    extends: {service: web}
    ulimits: {nofile: {soft: 1, hard: 2}}
    command: sh -c "a b"
volumes: {data: {driver: local}}
networks: {front: {ipam: {config: [{subnet: 10.0.0.0/8}]}}}
secrets: {s: {file: ./s}}
"""
PIECES = (
    *(
        "  ",
        "\n",
        "\t",
        ":",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "*common",
        "&a ",
        "!reset ",
    ),
    *("'", '"', "|", ">", "#", "---\n", "...\n", "<<: ", "null", "~", "${", "}", "$"),
    *(
        "\x00",
        "\x7f",
        "\ufeff",
        "\u2028",
        "\ud7ff",
        "😀",
        "0",
        "-1",
        "1e9",
        "%YAML 1.1\n",
    ),
)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """Cut, repeat and insert pieces of a valid file."""
    text = VALID
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        stop = draw(st.integers(start, min(len(text), start + 30)))
        piece = draw(st.sampled_from(PIECES) | st.just(text[start:stop] * 2))
        text = text[:start] + piece + text[stop:]
    return text


@settings(derandomize=True, database=None, deadline=None, max_examples=1500)
@given(mutations())
def test_any_change_of_a_file(text: str) -> None:
    survive(text)


@settings(derandomize=True, database=None, deadline=None, max_examples=500)
@given(st.text(alphabet=st.sampled_from("ab:-[]{}\n \t'\"|>#&*!%@`$,?.0~<=é\x00\x85")))
def test_any_text(text: str) -> None:
    survive(text)


def test_both_validators_judge_alike() -> None:
    judges = (
        validator_for(ROOT).is_valid,
        Draft202012Validator(ROOT).is_valid,
    )
    documents = [
        yaml.safe_load(document(path, shape).partition("\n---")[0])
        for path in paths()
        for shape in ("null", "1", "1.5", "a", "[]", "[a, a]", "{}", "{a: 1}")
    ]
    assert len(documents) > 2000
    verdicts = [{judge(each) for judge in judges} for each in documents]
    assert [
        each for each, said in zip(documents, verdicts, strict=True) if len(said) > 1
    ] == []
    assert {True, False} == set().union(*verdicts)


def test_the_schema_we_load_is_the_one_we_explain() -> None:
    assert schema._judge().is_valid({}) == schema._explainer().is_valid({})
