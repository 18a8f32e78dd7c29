"""What plain YAML scalars mean, and the text that Go makes of them."""

import pytest

from kompyle.compose import gotext
from kompyle.compose.scalars import resolve, tagged


@pytest.mark.parametrize(
    ("written", "value", "text"),
    [
        ("22:22", "22:22", "22:22"),
        ("yes", "yes", "yes"),
        ("tRUE", "tRUE", "tRUE"),
        ("TRUE", True, "true"),
        ("~", None, ""),
        ("0444", 292, "292"),
        ("0o444", 292, "292"),
        ("08", 8.0, "8"),
        ("0X1f", 31, "31"),
        ("-0b1010", -10, "-10"),
        ("1_000", 1000, "1000"),
        ("1e3", 1000.0, "1000"),
        (".1e2", 10.0, "10"),
        ("1e400", "1e400", "1e400"),
        ("-.5", -0.5, "-0.5"),
        ("1.10", 1.1, "1.1"),
        ("1000000.0", 1e6, "1e+06"),
        ("-0", -0.0, "-0"),
        ("18446744073709551615", 2**64 - 1, "18446744073709551615"),
        ("18446744073709551616", 2.0**64, "1.8446744073709552e+19"),
        ("1" * 5000, "1" * 5000, "1" * 5000),
        ("infinity", "infinity", "infinity"),
        ("2024-13-45", "2024-13-45", "2024-13-45"),
        (
            "2024-01-01",
            "2024-01-01 00:00:00 +0000 UTC",
            "2024-01-01 00:00:00 +0000 UTC",
        ),
        ("0001-2-3", "0001-02-03 00:00:00 +0000 UTC", "0001-02-03 00:00:00 +0000 UTC"),
        ("2024-01-01 10:00:00 +01:00",) * 3,
        ("2\N{ARABIC-INDIC DIGIT ZERO}24-01-01",) * 3,
        ("=", "=", "="),
    ],
)
def test_plain_scalar(written: str, value: object, text: str) -> None:
    found = resolve(written)
    assert found == value
    assert isinstance(found, type(value))
    assert gotext.text(found) == text


@pytest.mark.parametrize(
    ("written", "tag", "value"),
    [("1", "int", 1), ("1", "float", 1.0), ("aGVsbG8=", "binary", "hello")],
)
def test_tagged_scalar(written: str, tag: str, value: object) -> None:
    assert tagged(written, f"tag:yaml.org,2002:{tag}", is_plain=True) == value


@pytest.mark.parametrize(
    ("written", "tag"),
    [("yes", "bool"), ("x", "null"), ("1.5", "int"), ("a", "binary")],
)
def test_tag_that_cannot_be(written: str, tag: str) -> None:
    with pytest.raises(ValueError, match=r"type|base64"):
        tagged(written, f"tag:yaml.org,2002:{tag}", is_plain=True)
