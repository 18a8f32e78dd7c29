"""Durations read and print as in Go, with days and weeks."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0", "0s", id="zero"),
        pytest.param("0s", "0s", id="zero-seconds"),
        pytest.param("1m30s", "1m30s", id="minutes"),
        pytest.param("90s", "1m30s", id="carried"),
        pytest.param("1.5h", "1h30m0s", id="fraction"),
        pytest.param(".5s", "500ms", id="no-whole"),
        pytest.param("5.s", "5s", id="no-fraction"),
        pytest.param("1d", "24h0m0s", id="day"),
        pytest.param("1w2d", "216h0m0s", id="week"),
        pytest.param("-1s", "-1s", id="minus"),
        pytest.param("+1s", "1s", id="plus"),
        pytest.param("1us", "1µs", id="microsecond"),
        pytest.param("1\u00b5s1\u03bcs", "2µs", id="micro-signs"),
        pytest.param("1500ns", "1.5µs", id="nanoseconds"),
        pytest.param("100ms", "100ms", id="milliseconds"),
        pytest.param("1.001s", "1.001s", id="fraction-of-seconds"),
        pytest.param("1s1m", "1m1s", id="any-order"),
        pytest.param("0.3333333333333333333h", "20m0s", id="many-digits"),
        pytest.param(
            "2562047h47m16.854775807s", "2562047h47m16.854775807s", id="longest"
        ),
    ],
)
def test_duration_prints_as_in_go(text: str, expected: str) -> None:
    assert duration.render(duration.parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "10", '"10" has a number without a unit; write "10s"', id="number"
        ),
        pytest.param("10sec", 'unknown unit "sec" in .* write "10s"', id="sec"),
        pytest.param("1min", 'unknown unit "min" in .* write "1m"', id="min"),
        pytest.param("2 hours", 'unknown unit " hours" in .* write "2h"', id="hours"),
        pytest.param("1S", 'unknown unit "S" in .* write "1s"', id="upper"),
        pytest.param("1m 30s", 'unknown unit "m " in .* write "1m30s"', id="blank"),
        pytest.param(" 1s", 'is not a duration; write "1s"', id="blank-before"),
        pytest.param("1,5h", 'unknown unit "," in .* write "1.5h"', id="comma"),
        pytest.param(
            "1e3s", 'unknown unit "e" in .* write a number and', id="exponent"
        ),
        pytest.param(
            "1_000s", 'unknown unit "_" in .* write a number', id="underscore"
        ),
        pytest.param("1h1", "a number without a unit; write a number", id="last-unit"),
        pytest.param("", '"" is not a duration; write a number and', id="empty"),
        pytest.param("-", '"-" is not a duration; write a number and', id="sign"),
        pytest.param(".s", '".s" is not a duration; write a number', id="dot"),
        pytest.param("abc", '"abc" is not a duration; write a number', id="word"),
        pytest.param(
            "99999999h", "longer than 292 years; write a number", id="too-long"
        ),
        pytest.param("9" * 5000 + "s", "longer than 292 years", id="huge"),
    ],
)
def test_refusal_tells_a_way_out(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.compile(message)):
        duration.parse(text)


@given(st.integers(-(2**63), 2**63 - 1))
def test_printed_duration_reads_back(nanoseconds: int) -> None:
    assert duration.parse(duration.render(nanoseconds)) == nanoseconds


@given(st.text() | st.from_regex(r"[-+]?([0-9]*\.?[0-9]*(h|m|s|d| |x)){1,4}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(duration.parse(text), int)
