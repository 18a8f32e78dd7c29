"""Every key path of the Compose Specification has one owner, and a fixture."""

import importlib
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from kompyle.compose.source import plain
from kompyle.keypath import KeyPath
from kompyle.mapping import loading, unsupported
from kompyle.mapping.keys import Fate
from kompyle.mapping.registry import CONCERNS, EXTENSION, KEYS, UNKNOWN, owner, root
from tests.cases import fixture
from tests.conftest import CASES
from tests.removal import compose_files, paths

MODULES = (*CONCERNS, loading, unsupported)
KEY_PATHS: list[str] = importlib.import_module("docs.generate").key_paths()
MAPPED = [key for key in KEYS if KEYS[key].fate in (Fate.KEPT, Fate.ADAPTED)]


def test_specification_is_whole(shared: Path) -> None:
    text = (shared / "reference" / "compose-keys.json").read_text("utf-8")
    listed = [row["path"].replace("[]", ".[]") for row in json.loads(text)]
    expected = {path.replace("<name>", "*") for path in listed}
    assert set(KEY_PATHS) == expected


def test_keys_have_one_owner() -> None:
    counts = Counter(key for module in MODULES for key in module.KEYS)
    assert not [key for key, number in counts.items() if number > 1]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_owners_have_keys(module: ModuleType) -> None:
    assert module.KEYS


def test_every_key_path_is_owned() -> None:
    owners = {path: owner(_place(path))[1] for path in KEY_PATHS}
    assert not [path for path, key in owners.items() if key in (UNKNOWN, EXTENSION)]


def test_no_entry_is_dead() -> None:
    inner = {steps for path in KEY_PATHS for steps in _beginnings(path)}
    assert not KEYS.keys() - set(KEY_PATHS) - inner


def test_no_entry_is_hidden() -> None:
    """What answers for everything beneath it has no keys there."""
    whole = {key for key in KEYS if KEYS[key].whole}
    inner = {key: set(_beginnings(key)[:-1]) & whole for key in KEYS}
    assert not {key: found for key, found in inner.items() if found}


def test_every_mapped_key_has_a_fixture() -> None:
    assert not [key for key in MAPPED if key not in shown()]


@cache
def shown() -> set[str]:
    """Collect the entries of the registry that a fixture reaches and converts."""
    found: set[str] = set()
    for folder in CASES:
        case = fixture(folder)
        if case.accepted:
            models = [plain(case.project.written), *compose_files(folder).values()]
            for model in models:
                found.update(entry for path in paths(model) for entry in entries(path))
    return found


def entries(path: KeyPath) -> Iterator[str]:
    """Yield the registered keys on the way to a place of a model."""
    node, steps = root(), []
    for step in path:
        below = node.child(step)
        if below is None:
            return
        name = "[]" if isinstance(step, int) else str(step)
        steps.append(name if name in node.below else "*")
        node = below
        if node.key:
            yield ".".join(steps)


def _place(key: str) -> KeyPath:
    return tuple(0 if step == "[]" else step for step in key.split("."))


def _beginnings(key: str) -> list[str]:
    steps = key.split(".")
    return [".".join(steps[:end]) for end in range(1, len(steps) + 1)]
