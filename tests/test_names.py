"""Names and label values that Kubernetes takes, from any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.names import label_value, shortened, slug
from tests.legal_names import SERVICE, VALUE

LONG = "a" * 70


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web", "web"),
        ("My_DB", "my-db"),
        ("7zip", "x7zip"),
        ("a.b", "a-b"),
        ("a__b", "a-b"),
        ("_x_", "x"),
        ("-", f"x{slug('-')[1:]}"),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text())
def test_every_slug_is_a_name_of_a_service(name: str) -> None:
    assert SERVICE.fullmatch(slug(name))


@given(st.text())
def test_every_label_value_is_legal(text: str) -> None:
    assert VALUE.fullmatch(label_value(text))
    assert label_value(text)


@pytest.mark.parametrize("text", ["my_shop", "v1.2", "A", "a" * 63])
def test_legal_label_values_stay(text: str) -> None:
    assert label_value(text) == text


def test_long_names_stay_apart() -> None:
    first, second = shortened(f"{LONG}1"), shortened(f"{LONG}2")
    assert len(first) == len(second) == 63
    assert first != second
    assert shortened("a" * 63) == "a" * 63
