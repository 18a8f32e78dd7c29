"""Numbers and truth values read and print as in Go."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import gotext


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("as it is", "as it is", id="text"),
        pytest.param(None, "", id="null"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param(292, "292", id="integer"),
        pytest.param(2**64 - 1, "18446744073709551615", id="large-integer"),
        pytest.param(3.0, "3", id="whole-float"),
        pytest.param(1.10, "1.1", id="short-float"),
        pytest.param(-0.5, "-0.5", id="negative-float"),
        pytest.param(-0.0, "-0", id="negative-zero"),
        pytest.param(0.0, "0", id="zero"),
        pytest.param(0.0001, "0.0001", id="last-small-plain"),
        pytest.param(0.00001, "1e-05", id="first-small-exponent"),
        pytest.param(0.000123, "0.000123", id="small-digits"),
        pytest.param(999999.5, "999999.5", id="last-large-plain"),
        pytest.param(1000000.5, "1.0000005e+06", id="first-large-exponent"),
        pytest.param(123456.0, "123456", id="six-digits"),
        pytest.param(100000.0, "100000", id="trailing-zeros"),
        pytest.param(123456789.123, "1.23456789123e+08", id="many-digits"),
        pytest.param(1e20, "1e+20", id="two-digit-exponent"),
        pytest.param(1e-320, "1e-320", id="three-digit-exponent"),
        pytest.param(1.8446744073709552e19, "1.8446744073709552e+19", id="beyond-64"),
        pytest.param(math.inf, "+Inf", id="infinity"),
        pytest.param(-math.inf, "-Inf", id="negative-infinity"),
        pytest.param(math.nan, "NaN", id="not-a-number"),
    ],
)
def test_value_prints_as_in_go(value: object, expected: str) -> None:
    assert gotext.text(value) == expected


@given(st.floats(allow_nan=False))
def test_printed_float_reads_back(number: float) -> None:
    assert float(gotext.go_float(number)) == number


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(0.333333333, 0.33333334, id="rounded"),
        pytest.param(0.5, 0.5, id="exact"),
        pytest.param(0.1, 0.1, id="shortest"),
        pytest.param(16777217.0, 16777216.0, id="whole"),
        pytest.param(-1.25, -1.25, id="negative"),
        pytest.param(3.4028234663852886e38, 3.4028235e38, id="largest"),
        pytest.param(math.inf, math.inf, id="infinity"),
    ],
)
def test_float32_is_the_shortest_decimal(number: float, expected: float) -> None:
    assert gotext.to_float32(number) == expected


def test_float32_refuses_what_is_too_large() -> None:
    with pytest.raises(ValueError, match="does not fit into 32 bits"):
        gotext.to_float32(1e39)


@given(st.floats(width=32, allow_nan=False))
def test_float32_does_not_change_again(number: float) -> None:
    once = gotext.to_float32(number)
    assert gotext.to_float32(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("3", 3, id="digit"),
        pytest.param("-3", -3, id="minus"),
        pytest.param("+3", 3, id="plus"),
        pytest.param("0010", 10, id="leading-zeros"),
        pytest.param("0" * 5000 + "1", 1, id="many-zeros"),
        pytest.param("9223372036854775807", 2**63 - 1, id="largest"),
        pytest.param("-9223372036854775808", -(2**63), id="smallest"),
    ],
)
def test_whole_number(text: str, expected: int) -> None:
    assert gotext.atoi(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "two", "1.0", "1e3", "0x10", "1_000", "--1", "+", "\u0661", "1\n"],
)
def test_not_a_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a whole number; write digits only"):
        gotext.atoi(text)


@pytest.mark.parametrize(
    "text", ["9223372036854775808", "-9223372036854775809", "9" * 99]
)
def test_number_that_does_not_fit(text: str) -> None:
    with pytest.raises(ValueError, match="does not fit into 64 bits"):
        gotext.atoi(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0.5", 0.5, id="decimal"),
        pytest.param(".5", 0.5, id="no-whole"),
        pytest.param("5.", 5.0, id="no-fraction"),
        pytest.param("1e-1", 0.1, id="exponent"),
        pytest.param("+1.5E+2", 150.0, id="signs"),
        pytest.param("1_0.5_0", 10.5, id="underscores"),
        pytest.param("0x1.8p1", 3.0, id="hexadecimal"),
        pytest.param("0X_1p-1", 0.5, id="hexadecimal-underscore"),
        pytest.param("inf", math.inf, id="inf"),
        pytest.param("-Infinity", -math.inf, id="infinity"),
    ],
)
def test_number(text: str, expected: float) -> None:
    assert gotext.parse_float(text) == expected


def test_nan_is_a_number_to_go() -> None:
    assert math.isnan(gotext.parse_float("NaN"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "e1",
        "500m",
        " 1",
        "1 ",
        "1,5",
        "0x10",
        "1__0",
        "_1",
        "1_",
        "+nan",
        "\u0661",
    ],
)
def test_not_a_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a number; write it as in 0\.5"):
        gotext.parse_float(text)


@pytest.mark.parametrize("text", ["1e400", "-1e400", "0x1p9999"])
def test_float_that_does_not_fit(text: str) -> None:
    with pytest.raises(ValueError, match="does not fit into 64 bits"):
        gotext.parse_float(text)


@pytest.mark.parametrize("text", ["true", "TRUE", "True", "y", "Yes", "ON"])
def test_word_for_true(text: str) -> None:
    assert gotext.parse_bool(text) is True


@pytest.mark.parametrize("text", ["false", "FALSE", "n", "No", "off"])
def test_word_for_false(text: str) -> None:
    assert gotext.parse_bool(text) is False


@pytest.mark.parametrize("text", ["", "1", "0", "t", "f", "maybe", "true "])
def test_not_a_boolean(text: str) -> None:
    with pytest.raises(ValueError, match=r"invalid boolean .* write true or false"):
        gotext.parse_bool(text)


def test_only_words_of_old_yaml_deserve_a_hint() -> None:
    words = ["y", "Yes", "on", "n", "NO", "off", "true", "False", "", "1"]
    assert [word for word in words if gotext.is_yaml11_bool(word)] == words[:6]


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (gotext.atoi, gotext.parse_float, gotext.parse_bool):
        with suppress(ValueError):
            read(text)
