"""Project names are lower case letters, digits, hyphens and underscores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import project_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Bad.Name", "badname", id="dot"),
        pytest.param("My.App_1-x", "myapp_1-x", id="mixed"),
        pytest.param("-_foo", "foo", id="first-character"),
        pytest.param(".-foo-", "foo-", id="after-dropping"),
        pytest.param("42", "42", id="digits"),
        pytest.param("é---", "", id="nothing-left"),
    ],
)
def test_normalize(text: str, expected: str) -> None:
    assert project_name.normalize(text) == expected


def test_valid_names_are_their_own_normal_form() -> None:
    names = ["a", "1-b_c", "A", "-a", "a.b", "", "a b"]
    assert [name for name in names if project_name.is_valid(name)] == ["a", "1-b_c"]


@given(st.text())
def test_normal_form_is_valid_or_empty(text: str) -> None:
    name = project_name.normalize(text)
    assert name == "" or project_name.is_valid(name)
