"""Secrets leave commands, and a real shell fills the same texts in again."""

import os
import subprocess

import pytest

from kompyle.mapping.expansion import filled_by_kubernetes, filled_by_shell

PLAIN = {"hunter22": "PW"}


def run(words: list[str], value: str) -> str:
    return subprocess.run(
        words,
        env={"PATH": os.environ["PATH"], "PW": value},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize(
    "script",
    [
        "printf '%s|' hunter22",
        "printf '%s|' -phunter22 end",
        "printf '%s|' 'a hunter22 b' end",
        "printf '%s|' \"a hunter22 b\" end",
        "printf '%s|' 'it'\\''s hunter22' 'x'",
        "printf '%s|' \"it's hunter22\" 'and hunter22'",
        "printf '%s|' a\\ hunter22 hunter22hunter22",
        'printf \'%s|\' "\\"hunter22\\""',
        "echo $PATH > /dev/null; printf '%s|' hunter22",
    ],
)
def test_a_script_says_the_same(script: str) -> None:
    written = filled_by_shell(["sh", "-c", script], PLAIN)
    assert "hunter22" not in written[2]
    assert run(written, "hunter22") == run(["sh", "-c", script], "hunter22")


@pytest.mark.parametrize(
    "value", ["hunter22", "it's", 'say "hi"', "a b\tc", "$HOME`ls`\\"]
)
def test_words_stay_what_they_are(value: str) -> None:
    words = ["printf", "%s|", value, f"-p{value}end", "", "$PW 'x' *"]
    written = filled_by_shell(words, {value: "PW"}, has_shell=True)
    assert value not in " ".join(written)
    assert run(written, value) == run(words, value)


def test_what_a_shell_would_read_otherwise_stays() -> None:
    script = ["sh", "-c", "echo a;b"]
    assert filled_by_shell(script, {"a;b": "PW"}) == script


def test_images_without_a_known_shell_keep_their_words() -> None:
    words = ["/app/check", "hunter22"]
    assert filled_by_shell(words, PLAIN) == words


def test_dollars_around_a_secret_are_doubled() -> None:
    words = filled_by_kubernetes(["$A-hunter22-$(B)", "hunter22"], PLAIN)
    assert words == ["$$A-$(PW)-$$(B)", "$(PW)"]


def test_the_longer_secret_is_taken_whole() -> None:
    words = filled_by_kubernetes(["hunter22x"], {"hunter22x": "LONG", "hunter22": "PW"})
    assert words == ["$(LONG)"]
