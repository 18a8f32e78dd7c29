"""Variables and arguments arrive as they stand in the Compose file."""

import json
from typing import Any

from tests.e2e.stack import Stack, until

VARIABLES = {
    "PLAIN": "plain",
    "EMPTY": "",
    "SPACES": "  two  words ",
    "QUOTES": "a \"b\" 'c' `d`",
    "DOLLAR": "$HOME $$ $(PLAIN) ${PLAIN}",
    "REFERENCE": "$(PLAIN)",
    "LINES": "one\ntwo\n",
    "UNICODE": "žluťoučký 🐎",
    "YES": "yes",
    "NUMBER": "15",
    "BOTH": "environment",
    "FROM_SHELL": "default",
    "API_PASSWORD": "pa$$word $(PLAIN) = #",
    "DATABASE_URL": "postgres://me:s3$cr3t@db/x?y=$(PLAIN)",
    "dotted.name-x": "dotted",
    "FROM_FILE": 'quoted "inside"',
    "RAW": "single $HOME",
    "SECRET_KEY": "multi\nline",
}
ARGUMENTS = [
    "$HOME",
    "$(PLAIN) $$ ${PLAIN}",
    "two words",
    "",
    "quotes \" and '' and \\ and ü",
    "two\nlines",
]


def told(stack: Stack) -> Any:  # noqa: ANN401 - what the service prints
    stack.wait("app")
    until(lambda: bool(stack.logs("app")), wanted=True)
    return json.loads(stack.logs("app"))


def test_variables_have_their_values(stack: Stack) -> None:
    found = told(stack)[0]
    assert {name: found.get(name) for name in VARIABLES} == VARIABLES
    assert "UNSET" not in found


def test_no_variables_of_other_services_are_there(stack: Stack) -> None:
    """Kubernetes sets some of its own for its API, whatever a Pod says."""
    names = {name for name in told(stack)[0] if "_SERVICE_" in name}
    assert {name for name in names if not name.startswith("KUBERNETES_")} == set()


def test_arguments_are_literal(stack: Stack) -> None:
    assert told(stack)[1] == ARGUMENTS


def test_a_text_is_split_as_a_shell_would(stack: Stack) -> None:
    stack.wait("shell")
    expected = str(["say", "two words", "$HOME", "single $x"])
    until(lambda: stack.logs("shell").strip(), expected)


def test_the_folder_is_that_of_the_file(stack: Stack) -> None:
    assert told(stack)[2] == "/srv"
