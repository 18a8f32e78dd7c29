"""Secrets leave commands, and a real shell fills the same texts in again."""

import os
import subprocess

import pytest

from kompyle.mapping.expansion import (
    Filled,
    Secrets,
    filled_by_kubernetes,
    filled_by_shell,
)


def anywhere(**values: str) -> Secrets:
    """Return secrets by their variables, wherever they stand."""
    names = {value: name for name, value in values.items()}
    return Secrets(names, frozenset(names))


PLAIN = anywhere(PW="hunter22")


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
        "printf '%s|' a\\ hunter22 hunter22.hunter22",
        'printf \'%s|\' "\\"hunter22\\""',
        "echo $PATH > /dev/null; printf '%s|' hunter22",
        "printf '%s|' \"$(printf '%s' 'a hunter22 b')\" hunter22",
        "printf '%s|' `printf '%s' hunter22` 'hunter22'",
        "# it's a comment\nprintf '%s|' 'hunter22'",
    ],
)
def test_a_script_says_the_same(script: str) -> None:
    written = filled_by_shell(["sh", "-c", script], PLAIN).words
    assert "hunter22" not in written[2]
    assert run(written, "hunter22") == run(["sh", "-c", script], "hunter22")


@pytest.mark.parametrize(
    "value", ["hunter22", "it's", 'say "hi"', "a b\tc", "$HOME`ls`\\"]
)
def test_words_stay_what_they_are(value: str) -> None:
    words = ["printf", "%s|", value, f"-p{value}-end", "", "$PW 'x' *"]
    written = filled_by_shell(words, anywhere(PW=value), has_shell=True).words
    assert value not in " ".join(written)
    assert run(written, value) == run(words, value)


def test_what_a_shell_would_read_otherwise_stays() -> None:
    script = ["sh", "-c", "echo a;b"]
    assert filled_by_shell(script, anywhere(PW="a;b")) == Filled(script, left=("PW",))


@pytest.mark.parametrize("value", ["a;b", "x $HOME", 'say "hi"', "`ls`\\"])
def test_in_single_quotes_all_is_what_it_is(value: str) -> None:
    script = ["sh", "-c", f"printf '%s|' 'a {value} b' end"]
    written = filled_by_shell(script, anywhere(PW=value))
    assert written.hidden == ("PW",)
    assert run(written.words, value) == run(script, value)


@pytest.mark.parametrize(
    "script",
    ['echo "a$b"', "echo a$b", "cat <<EOF\nhunter22 a$b\nEOF", "echo \\a$b"],
)
def test_what_a_shell_fills_in_is_told_of(script: str) -> None:
    written = filled_by_shell(["sh", "-c", script], anywhere(PW="a$b"))
    assert written == Filled(["sh", "-c", script], left=("PW",))


def test_a_document_in_a_script_stays() -> None:
    script = ["sh", "-c", "cat <<EOF\nit's 'hunter22'\nEOF"]
    assert filled_by_shell(script, PLAIN) == Filled(script, left=("PW",))


def test_a_common_word_is_secret_where_an_option_takes_it() -> None:
    words = ["mysqladmin", "ping", "-uroot", "-proot"]
    written = filled_by_shell(words, Secrets({"root": "PW"}))
    assert written.words[2] == 'exec mysqladmin ping -uroot -p"${PW}"'


def test_a_secret_like_its_variable_is_not_told_as_open() -> None:
    written = filled_by_shell(["redis-cli", "-a", "REDIS"], anywhere(REDIS_PW="REDIS"))
    assert written.hidden == ("REDIS_PW",)
    assert not written.left


def test_images_without_a_known_shell_keep_their_words() -> None:
    words = ["/app/check", "hunter22"]
    assert filled_by_shell(words, PLAIN) == Filled(words, left=("PW",))


def test_dollars_around_a_secret_are_doubled() -> None:
    filled = filled_by_kubernetes(["$A-hunter22-$(B)", "hunter22"], PLAIN)
    assert filled.words == ["$$A-$(PW)-$$(B)", "$(PW)"]


def test_the_longer_secret_is_taken_whole() -> None:
    secrets = anywhere(LONG="hunter22x", PW="hunter22")
    filled = filled_by_kubernetes(["hunter22x"], secrets)
    assert filled.words == ["$(LONG)"]
