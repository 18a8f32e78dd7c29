"""Sizes are binary multiples, whatever their unit is called."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import bytesize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1024", 1024, id="bytes"),
        pytest.param("-1", -1, id="no-limit"),
        pytest.param("+1", 1, id="plus"),
        pytest.param("1b", 1, id="b"),
        pytest.param("1k", 1024, id="k"),
        pytest.param("1kb", 1024, id="kb"),
        pytest.param("1KiB", 1024, id="kib"),
        pytest.param("512m", 512 * 1024**2, id="m"),
        pytest.param("512MB", 512 * 1024**2, id="mb"),
        pytest.param("1.5g", 3 * 1024**3 // 2, id="fraction"),
        pytest.param(".5g", 1024**3 // 2, id="no-whole"),
        pytest.param("1. g", 1024**3, id="no-fraction"),
        pytest.param("1 g", 1024**3, id="one-blank"),
        pytest.param("1t", 1024**4, id="t"),
        pytest.param("1p", 1024**5, id="p"),
        pytest.param("1.9", 1, id="truncated"),
        pytest.param("1.0001k", 1024, id="truncated-multiple"),
        pytest.param("1e3k", 1024000, id="exponent"),
    ],
)
def test_size(text: str, expected: int) -> None:
    assert bytesize.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "512Mi", 'unknown unit "Mi" in .* write "512MiB"', id="kubernetes"
        ),
        pytest.param("1,5g", '"1,5g" is not a size; write "1.5g"', id="comma"),
        pytest.param("1g ", '"1g " is not a size; write "1g"', id="blank-after"),
        pytest.param("1  g", '"1  g" is not a size; write "1g"', id="blanks"),
        pytest.param("1e", 'unknown unit "e" in .* write a number and', id="exa"),
        pytest.param("1gg", 'unknown unit "gg" in .* write a number', id="twice"),
        pytest.param("1gbb", 'unknown unit "gbb" in .* write a number', id="bb"),
        pytest.param("10GiBs", 'unknown unit "GiBs" in .* write a number', id="plural"),
        pytest.param("-1g", '"-1g" is negative; write a number', id="negative"),
        pytest.param("", '"" is not a size; write a number', id="empty"),
        pytest.param("abc", '"abc" is not a size; write a number', id="word"),
        pytest.param("0x10", '"0x10" is not a size; write a number', id="hexadecimal"),
        pytest.param("9999999p", "does not fit into 64 bits", id="too-large"),
        pytest.param("9" * 20, "does not fit into 64 bits", id="too-large-integer"),
    ],
)
def test_refusal_tells_a_way_out(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bytesize.parse(text)


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_number_is_bytes(number: int) -> None:
    assert bytesize.parse(str(number)) == number


@given(st.text() | st.from_regex(r"[-+]?[0-9]*[.e,]?[0-9]* ?[kmgtpbi]*"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(bytesize.parse(text), int)
