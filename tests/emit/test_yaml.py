"""The YAML that is written: read back by readers of YAML 1.1, it is the same."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kompyle.emit.yaml import document, stream

NASTY = [
    "on",
    "Off",
    "yes",
    "no",
    "y",
    "N",
    "true",
    "NULL",
    "null",
    "~",
    "",
    " ",
    "0o17",
    "017",
    "0x1f",
    "0b1",
    "1_000",
    "1__0",
    "22:22",
    "1:30:00",
    "190:20:30.15",
    "1e3",
    "1E+3",
    "6.02e23",
    ".5",
    "5.",
    "-1",
    "+1",
    ".inf",
    "-.INF",
    ".NaN",
    "2024-01-01",
    "2024-01-01T10:00:00Z",
    "<<",
    "=",
    "-",
    "--",
    "---",
    "...",
    "- item",
    "key: value",
    "key:",
    ": x",
    "a #comment",
    "#comment",
    "&anchor",
    "*alias",
    "!tag",
    "%directive",
    "@at",
    "`tick",
    "|",
    ">",
    "{a: b}",
    "[a]",
    "a,b",
    "'single'",
    '"double"',
    "back\\slash",
    "trailing ",
    "trailing:",
    " leading",
    "tab\t",
    "\ttab",
    "one\ntwo",
    "one\ntwo\n",
    "one\n\n\n",
    "\none",
    "\n",
    "  indented\nthen not",
    "blank \nline",
    "one\n \ntwo",
    "carriage\rreturn",
    "dos\r\nlines\r\n",
    "nul\x00",
    "escape\x1b[0m",
    "next\x85line",
    "separator\u2028here",
    "\ufeffmark",
    "emoji 🐳",
    "no\u00a0break",
    "x" * 200,
    "word " * 60,
]
PIECES = st.sampled_from([*NASTY, "\n", "\n\n", "  ", ": ", " #", "- ", "?", "'", '"'])
TEXTS = (
    st.lists(PIECES | st.text(max_size=5), max_size=6).map("".join)
    | st.text()
    | st.sampled_from(NASTY)
)
NUMBERS = st.integers(-(10**18), 10**18)  # Kubernetes objects have no others
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | NUMBERS | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=12,
)
READERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]

each_reader = pytest.mark.parametrize("reader", READERS)


@each_reader
@pytest.mark.parametrize("text", NASTY)
def test_a_text_stays_a_text(reader: Any, text: str) -> None:  # noqa: ANN401 - loaders
    value = {"key": text, text: "value", "list": [text, [text]], "inner": {text: text}}
    assert yaml.load(document(value), reader) == value  # noqa: S506 - they are safe


@each_reader
@given(value=VALUES)
def test_any_value_reads_back(reader: Any, value: Any) -> None:  # noqa: ANN401
    assert yaml.load(document(value), reader) == value  # noqa: S506


@given(values=st.lists(VALUES, max_size=3))
def test_a_stream_reads_back(values: list[Any]) -> None:
    assert list(yaml.safe_load_all(stream(values))) == values


@pytest.mark.parametrize(
    "text",
    ["on", "yes", "n", "y", "0o17", "1_000", "22:22", "1e3", "2024-01-01", "null", "~"],
)
def test_words_of_other_readers_are_quoted(text: str) -> None:
    assert document([text]) == f'- "{text}"\n'


@pytest.mark.parametrize(
    "text",
    ["nginx:1.27", "/etc/nginx", "512Mi", "250m", "--port=80", "http://a/b", "a,b:c d"],
)
def test_plain_texts_stay_bare(text: str) -> None:
    assert document([text]) == f"- {text}\n"


def test_lines_become_a_block() -> None:
    assert document({"a": {"b": "one\n  two\n"}}) == "a:\n  b: |\n    one\n      two\n"


def test_what_is_shared_is_written_twice() -> None:
    shared = {"app": "web"}
    assert document({"a": shared, "b": shared}) == "a:\n  app: web\nb:\n  app: web\n"


def test_kubectl_reads_the_same(tmp_path: Path) -> None:
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not installed")
    data = {f"k{index}": text for index, text in enumerate(NASTY)}
    manifest = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "x"},
        "data": data,
    }
    (tmp_path / "kustomization.yaml").write_text("resources: [x.yaml]\n")
    (tmp_path / "x.yaml").write_text(document(manifest), "utf-8")
    command = ["kubectl", "patch", "--local", "-f", "x.yaml", "-p", "{}", "-o", "json"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["data"] == data
