"""Commands are split into words without a shell."""

import shlex
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import shellwords


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param(" \t\r\n", [], id="blank"),
        pytest.param("echo a\tb\nc", ["echo", "a", "b", "c"], id="blanks"),
        pytest.param("echo 'a \"b\\n'", ["echo", 'a "b\\n'], id="single"),
        pytest.param("echo \"a 'b'\"", ["echo", "a 'b'"], id="double"),
        pytest.param(r'"a\"b\\" c\ d \e', ['a"b\\', "c d", "e"], id="escapes"),
        pytest.param("a'b'\"c\"d", ["abcd"], id="joined"),
        pytest.param("'' x \"\"", ["", "x", ""], id="empty-words"),
        pytest.param("a # c", ["a", "#", "c"], id="no-comments"),
        pytest.param(
            "$HOME ~/x {a,b} *", ["$HOME", "~/x", "{a,b}", "*"], id="no-expansion"
        ),
        pytest.param("echo `a b` c", ["echo", "`a b`", "c"], id="backquotes"),
        pytest.param("`a; 'b (' \"c\"`", ["`a; b ( c`"], id="quotes-in-backquotes"),
        pytest.param("echo $(a 'b' ; c) d", ["echo", "$(a 'b' ; c)", "d"], id="dollar"),
        pytest.param("'(' \"(\" \\(", ["(", "(", "("], id="quoted-parentheses"),
        pytest.param("a ) b) c", ["a", ") b)", "c"], id="closing-parentheses"),
        pytest.param("é\u00a0ü", ["é\u00a0ü"], id="unicode-blank"),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert shellwords.split(text) == expected
    assert shellwords.cut(text) is None


@pytest.mark.parametrize(
    ("text", "expected", "dropped"),
    [
        pytest.param("a && b\n", ["a"], "&& b", id="and"),
        pytest.param("a|b", ["a"], "|b", id="pipe"),
        pytest.param("a; b 'c", ["a"], "; b 'c", id="not-read-further"),
        pytest.param("a 'x;y' <f", ["a", "x;y"], "<f", id="input"),
        pytest.param("a 2>f", ["a"], "2>f", id="channel"),
        pytest.param("2>&1 x", [], "2>&1 x", id="channel-first"),
        pytest.param("a 2 >f", ["a", "2"], ">f", id="number"),
        pytest.param("a 2<f", ["a", "2"], "<f", id="only-output-has-channels"),
        pytest.param("a b>f", ["a", "b"], ">f", id="word"),
        pytest.param("> f", [], "> f", id="first"),
    ],
)
def test_words_end_at_an_operator(
    text: str,
    expected: list[str],
    dropped: str,
) -> None:
    assert shellwords.split(text) == expected
    assert shellwords.cut(text) == dropped


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("a 'b", "the quote ' does not end", id="single"),
        pytest.param('a "b\\"', 'the quote " does not end', id="double"),
        pytest.param("a `b", "the quote ` does not end", id="backquote"),
        pytest.param("a\\", "it ends with a backslash", id="backslash"),
        pytest.param("a (b)", "a parenthesis is not quoted", id="parenthesis"),
        pytest.param("$(a (b))", "a parenthesis is not quoted", id="nested"),
        pytest.param("a )", "a parenthesis is not quoted", id="closing"),
    ],
)
def test_refusal_tells_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        shellwords.split(text)


@given(st.lists(st.text(st.characters(exclude_characters="\0"))))
def test_quoted_words_come_back(words: list[str]) -> None:
    assert shellwords.split(shlex.join(words)) == words


@given(st.text(st.sampled_from("ab2$ \t\n'\"\\`();&|<>")))
def test_any_text_is_split_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert (shellwords.cut(text) or "") in text
        assert isinstance(shellwords.split(text), list)
