"""The source tree of YAML files: anchors, merge keys, tags, limits, positions."""

import pytest

from kompyle.compose import composer
from kompyle.compose.source import find, plain
from kompyle.diagnostics import Report


def values(text: str) -> list[object]:
    report = Report()
    found = composer.documents(text, "f.yaml", report)
    assert list(report) == []
    return [plain(each.root) for each in found]


def complaint(text: str) -> str:
    report = Report()
    composer.documents(text, "f.yaml", report)
    (found,) = report
    return str(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a: &x 1\na2: &x 2\nb: *x\n", {"a": 1, "a2": 2, "b": 2}, id="twice"
        ),
        pytest.param(
            "a: &m {k: 1}\nb: {k: 2, <<: *m}\n",
            {"a": {"k": 1}, "b": {"k": 2}},
            id="own",
        ),
        pytest.param(
            "b: {<<: [{k: 1}, {k: 2, l: 3}]}\n",
            {"b": {"k": 1, "l": 3}},
            id="first-wins",
        ),
        pytest.param("b: {'<<': 1}\n", {"b": {"<<": 1}}, id="quoted-merge-key"),
        pytest.param("on: 1\n22:22: 2\n", {"on": 1, "22:22": 2}, id="text-keys"),
        pytest.param("a:\tb\t# c\n", {"a": "b"}, id="tabs"),
        pytest.param("a: !foo 1\n", {"a": "1"}, id="unknown-tag"),
        pytest.param("a: !Reset 1\n", {"a": "1"}, id="tag-in-capitals"),
        pytest.param("a: !!set {b, c}\n", {"a": {"b": None, "c": None}}, id="set"),
        pytest.param('a: "\\x7f\x85"\n', {"a": "\x7f "}, id="controls"),
        pytest.param("a: 'b\x7fc'\n", {"a": "b\x7fc"}, id="delete-character"),
        pytest.param(
            f"{'k' * 1025}: 1\n{'k' * 1025}l: 2\n",
            {"k" * 1025: 1, "k" * 1025 + "l": 2},
            id="long-keys",
        ),
        pytest.param("\r\na: 1\r\n", {"a": 1}, id="crlf"),
        pytest.param("%YAML 1.1\n---\na: on\n", {"a": "on"}, id="directive"),
    ],
)
def test_value(text: str, expected: object) -> None:
    assert values(text) == [expected]


def test_anchors_outlive_their_document() -> None:
    assert values("a: &x 1\n---\nb: *x\n") == [{"a": 1}, {"b": 1}]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("a: 1\n'a': 2\n", "f.yaml:2:1", id="key-twice"),
        pytest.param("a: {<<: {}, <<: {}}\n", "f.yaml:1:13", id="merge-twice"),
        pytest.param("a: {<<: 1}\n", "f.yaml:1:5", id="merge-of-a-scalar"),
        pytest.param("1: a\n", "f.yaml:1:1", id="number-as-key"),
        pytest.param("a: {2024-01-01: b}\n", "f.yaml:1:5", id="date-as-key"),
        pytest.param("~: a\n", "f.yaml:1:1", id="null-as-key"),
        pytest.param("[a]: b\n", "f.yaml:1:1", id="list-as-key"),
        pytest.param('a: "\\/"\n', "f.yaml:1:1", id="escaped-slash"),
        pytest.param("a: .inf\n", "f.yaml:1:1", id="infinity"),
        pytest.param("a: !!bool yes\n", "f.yaml:1:1", id="tag"),
        pytest.param("%YAML 1.2\n---\na: 1\n", "f.yaml:1:1", id="yaml-1.2"),
        pytest.param("a: &x {b: *x}\n", "f.yaml:1:11", id="alias-within"),
    ],
)
def test_refusal(text: str, place: str) -> None:
    assert complaint(text).startswith(f"{place}: error[")


def test_reset_and_override_tell_what_they_clear() -> None:
    text = "a: !reset b\nc: {d: !override [e]}\nf: [!reset g, h]\n"
    (found,) = composer.documents(text, "f.yaml", Report())
    assert plain(found.root) == {"c": {"d": ["e"]}, "f": ["h"]}
    assert found.cleared == (("a",), ("c", "d"), ("f", 0))


def test_an_alias_clears_what_its_anchor_does() -> None:
    text = "a: &x {b: !reset c}\nd: *x\n"
    (found,) = composer.documents(text, "f.yaml", Report())
    assert found.cleared == (("a", "b"), ("d", "b"))


def test_an_entry_stands_where_its_key_does_and_an_item_where_it_begins() -> None:
    text = "a:\n  b: c\n  d:\n    - e\n"
    (found,) = composer.documents(text, "f.yaml", Report())
    places = {path: find(found.root, path) for path in (("a", "b"), ("a", "d", 0))}
    assert [node.position[1:] for node in places.values() if node] == [(2, 3), (4, 7)]


def test_respelt_scalars_are_listed() -> None:
    text = "a: 010\nb: 10\nc: '010'\nd: True\ne: true\nf: 1.0\ng: text\nh: ~\n"
    (found,) = composer.documents(text, "f.yaml", Report())
    assert sorted(place.line for place in found.respelt) == [1, 4, 6]
