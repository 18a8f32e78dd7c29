"""Our schema of Compose and the official one accept and refuse the same documents."""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("KOMPYLE_SHARED") or ROOT.parent / "shared")
if not SHARED.is_dir():
    pytest.skip(f"the shared folder {SHARED} is missing", allow_module_level=True)

Schema = dict[str, Any]
OURS: Schema = json.loads((ROOT / "schemas/compose.json").read_text())
THEIRS: Schema = json.loads((SHARED / "reference/compose-spec.json").read_text())

# The value of every string and the name of every entry: fits all patterns but `^x-`.
TEXT = "always"
SCALARS = {"string": TEXT, "integer": 1, "number": 1.5, "boolean": True, "null": None}
# A map that takes any scalar (environment, labels) holds values, not keys.
ANY_SCALAR = ["string", "number", "boolean", "null"]

# What people, templates and other tools write where something else belongs.
HOSTILE: tuple[object, ...] = (
    *(None, True, False, "", "text", "all", "x-text", "0", "true"),
    *(0, 1, 1.0, 1.5, -0.5, -1, 2**40, -1000, -1001, 1000, 1001, 100, 101, 100.5),
    *([], [None], [1], [1.5], [True], ["text"], [[]], [["text"]], [{}], [{"x-a": 1}]),
    *(["twin", "twin"], [1, 1.0], [1, True], [{}, {}], ["text", 1]),
    *({}, {"x-a": 1}, {"text": 1}, {"text": "text"}, {"text": None}, {"text": True}),
    *({"text": []}, {"text": ["text"]}, {"text": ["twin", "twin"]}, {"text": {}}),
    *({"": "text"}, {"sp ace": "text"}, {"text": [[]]}, {"text": {"text": "text"}}),
)

Place = tuple[str | int, ...]
Change = Callable[[object], object]
Judge = Callable[[object], bool]

is_ours: Judge = validator_for(OURS).is_valid
is_theirs: Judge = validator_for(THEIRS).is_valid


class CoreLoader(yaml.SafeLoader):
    """Reads plain scalars as YAML 1.2 does: `on`, `22:22` and dates are text."""


PLAIN = {
    "tag:yaml.org,2002:bool": r"^(?:true|True|TRUE|false|False|FALSE)$",
    "tag:yaml.org,2002:int": r"^[-+]?[0-9]+$",
    "tag:yaml.org,2002:float": r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$",
    "tag:yaml.org,2002:null": r"^(?:~|null|Null|NULL|)$",
    "tag:yaml.org,2002:merge": r"^<<$",
}
CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern in PLAIN.items():
    CoreLoader.add_implicit_resolver(tag, re.compile(pattern), None)


def test_every_key_is_described() -> None:
    jsonschema.Draft202012Validator.check_schema(OURS)
    assert all(key.get("description") for _, key in keys(OURS, OURS))


def test_both_know_and_deprecate_the_same_keys() -> None:
    assert key_paths(OURS) == key_paths(THEIRS)
    assert len(key_paths(OURS)) == 374
    assert key_paths(OURS, "deprecated") == key_paths(THEIRS, "deprecated") != set()


def test_samples_hold_every_key_and_are_valid() -> None:
    used = {generic(place) for sample in samples() for place in places(sample)}

    assert key_paths(THEIRS) <= used
    assert verdicts(samples()) == {True}


def test_key_type_matrix_gets_the_same_verdict() -> None:
    lines = (SHARED / "conformance/02-key-type-matrix.jsonl").read_text().splitlines()
    inputs = [json.loads(line)["input"]["files"]["compose.yaml"] for line in lines]

    assert verdicts([json.loads(text) for text in inputs]) == {True, False}


def test_corpus_gets_the_same_verdict() -> None:
    assert len(corpus()) > 142
    assert verdicts(corpus())


def test_every_change_of_a_sample_gets_the_same_verdict() -> None:
    assert verdicts(changes(samples())) == {True, False}


@settings(derandomize=True, database=None, deadline=None, max_examples=4000)
@given(st.data())
def test_mutations_get_the_same_verdict(data: st.DataObject) -> None:
    assert verdicts([data.draw(mutants(samples(), corpus()))])


def test_jsonschema_judges_as_jsonschema_rs_does() -> None:
    subset = [*islice(changes(samples()), 0, None, 149), *corpus()[::10]]
    assert len(subset) > 1000
    assert disagreements(jsonschema.Draft202012Validator(OURS).is_valid, subset) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("service/additionalProperties", True),
        ("deviceRate/patternProperties", {"^x-": True}),
        ("mount/required", []),
        ("initHook/required", ["command"]),
        ("rollout/properties/order/enum", ["stop-first"]),
        ("gpus/then", True),
        ("flag/type", ["boolean"]),
        ("stringOrList/uniqueItems", False),
        ("strings/uniqueItems", True),
        ("service/properties/cpu_percent/maximum", 101),
        ("service/properties/container_name/pattern", "."),
    ],
)
def test_a_flaw_would_be_found(place: str, value: object) -> None:
    *parents, keyword = place.split("/")
    flaw = partial(with_entry, keyword, value)
    judge = validator_for(altered(OURS, ("$defs", *parents), flaw)).is_valid
    assert disagreements(judge, changes(samples()))


def verdicts(documents: Iterable[object]) -> set[bool]:
    """Return what is said of *documents*, having made sure both say the same."""
    documents = list(documents)
    assert disagreements(is_ours, documents) == []
    return set(map(is_theirs, documents))


def disagreements(judge: Judge, documents: Iterable[object]) -> list[object]:
    return [
        document for document in documents if judge(document) != is_theirs(document)
    ]


@cache
def samples() -> list[object]:
    """Return valid documents that together hold every key in every shape."""
    return list(examples(THEIRS, THEIRS))


@cache
def corpus() -> list[object]:
    """Return the documents of every Compose file; one that is not YAML is a fault."""
    texts = [
        (source.parent / name).read_text()
        for source in sorted(SHARED.glob("corpus/*/SOURCE.json"))
        for name in json.loads(source.read_text())["files"]
    ]
    return [document for text in texts for document in yaml.load_all(text, CoreLoader)]


def resolved(root: Schema, node: Schema) -> Schema:
    """Replace a reference by what it stands for; the keywords beside it win."""
    if "$ref" not in node:
        return node
    definition = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return resolved(root, definition) | {k: v for k, v in node.items() if k != "$ref"}


def keys(root: Schema, at: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Walk every key a document can have; a name the user chooses is `<name>`."""
    node = resolved(root, at)
    for shape in node.get("oneOf", ()):
        yield from keys(root, shape, path)
    for name, child in entries(node):
        below = f"{path}.{name}".removeprefix(".")
        yield below, resolved(root, child)
        yield from keys(root, child, below)
    if "items" in node:
        yield from keys(root, node["items"], f"{path}[]")


def entries(node: Schema) -> Iterator[tuple[str, Schema]]:
    yield from node.get("properties", {}).items()
    for pattern, child in node.get("patternProperties", {}).items():
        if pattern != "^x-" and child.get("type") != ANY_SCALAR:
            yield "<name>", child


def key_paths(root: Schema, having: str = "") -> set[str]:
    return {path for path, key in keys(root, root) if not having or having in key}


def examples(root: Schema, at: Schema) -> Iterator[object]:
    """Give a valid value of every shape and with every key, one key at a time."""
    node = resolved(root, at)
    kinds = node.get("type", () if "oneOf" in node else "null")
    for shape in node.get("oneOf", ()):
        yield from examples(root, shape)
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        yield from examples_of(kind, root, node)


def examples_of(kind: str, root: Schema, node: Schema) -> Iterator[object]:
    match kind:
        case "object":
            yield from example_maps(root, node)
        case "array":
            yield from ([], *([item] for item in examples(root, node["items"])))
        case _:
            yield from node.get("enum", [SCALARS[kind]])


def example_maps(root: Schema, node: Schema) -> Iterator[dict[str, object]]:
    children = node.get("properties", {}) | {
        "x-any" if pattern == "^x-" else TEXT: child
        for pattern, child in node.get("patternProperties", {}).items()
    }
    required = node.get("required", ())
    least = {name: next(examples(root, children[name])) for name in required}
    yield least
    for name, child in children.items():
        others = {key: value for key, value in least.items() if key != name}
        yield from (others | {name: value} for value in examples(root, child))


def places(node: object) -> Iterator[Place]:
    """List where *node* can be changed: itself, then all that it holds, in order."""
    yield ()
    for step, child in children_of(node):
        yield from ((step, *place) for place in places(child))


def children_of(node: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(node, dict):
        return node.items()
    return enumerate(node) if isinstance(node, list) else ()


def generic(place: Place) -> str:
    """Write the place in a sample as the key path it is an example of."""
    steps = ("[]" if isinstance(step, int) else f".{step}" for step in place)
    return "".join(steps).replace(f".{TEXT}", ".<name>").removeprefix(".")


def altered(node: Any, place: Place, change: Change) -> Any:  # noqa: ANN401 - JSON
    """Return a copy of *node* with *change* made at *place*."""
    if not place:
        return change(node)
    copy = node.copy()
    copy[place[0]] = altered(node[place[0]], place[1:], change)
    return copy


def with_entry(name: str, value: object, node: object) -> object:
    return node | {name: value} if isinstance(node, dict) else [node, value]


def without_entry(at: int, node: object) -> object:
    kept = [entry for n, entry in enumerate(children_of(node)) if n != at]
    return dict(kept) if isinstance(node, dict) else [child for _, child in kept]


def with_renamed_entry(name: str, node: object) -> object:
    if not isinstance(node, dict) or not node:
        return {name: node}
    *kept, last = node
    return {key: node[key] for key in kept} | {name: node[last]}


CHANGES: tuple[Change, ...] = (
    *(partial(lambda value, _: value, value) for value in HOSTILE),
    *(partial(with_entry, name, [None]) for name in ("stranger", "x-any", "a b", "")),
    *(partial(without_entry, at) for at in (0, 1, 2)),
    *(partial(with_renamed_entry, name) for name in ("stranger", "x-any", "name")),
    lambda node: node * 2 if isinstance(node, list) else [node, node],
)


def changes(samples: Iterable[object]) -> Iterator[object]:
    """Make every change at the last key of every sample, and at those around it."""
    for sample in samples:
        for place in list(places(sample))[-4:]:
            yield from (altered(sample, place, change) for change in CHANGES)


@st.composite
def mutants(draw: st.DrawFn, samples: list[object], corpus: list[object]) -> object:
    """Change a document in one to three places."""
    document = draw(st.sampled_from(samples) | st.sampled_from(corpus))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(list(places(document))))
        document = altered(document, place, draw(st.sampled_from(CHANGES)))
    return document
