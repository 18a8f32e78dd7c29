"""Files of environment variables are read line by line."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import dotenv

ENVIRONMENT = {"SHELL_A": "shell", "A": "outer", "BLANK": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("# only", {}, id="comment"),
        pytest.param("X=1\n\n  # c\nY=2", {"X": "1", "Y": "2"}, id="lines"),
        pytest.param("X=1\r\nY=2\r\nZ\r\n", {"X": "1", "Y": "2"}, id="crlf"),
        pytest.param("\ufeffX=1", {"X": "1"}, id="byte-order-mark"),
        pytest.param(" X = 1 ", {"X": "1"}, id="blanks"),
        pytest.param("X: yaml style", {"X": "yaml style"}, id="colon"),
        pytest.param("export X=1\nexport\tY=2", {"X": "1", "Y": "2"}, id="export"),
        pytest.param(
            "exportX=1\nexport.Y=2", {"exportX": "1", "export.Y": "2"}, id="not"
        ),
        pytest.param("1é_.-[0]=1", {"1é_.-[0]": "1"}, id="key-characters"),
        pytest.param('="v"', {"": "v"}, id="empty-key"),
        pytest.param("X=\nY", {"X": ""}, id="empty-value"),
        pytest.param("X==1\nY=a=b", {"X": "=1", "Y": "a=b"}, id="equals-in-value"),
        pytest.param("X=un quoted # c", {"X": "un quoted"}, id="comment-after-value"),
        pytest.param(
            "X=a#b\nY=#c\nZ= #d", {"X": "a#b", "Y": "#c", "Z": "#d"}, id="hash"
        ),
        pytest.param(r"X=a\nb\ c", {"X": r"a\nb\ c"}, id="backslash-unquoted"),
        pytest.param("X=a'b\"c", {"X": "a'b\"c"}, id="quotes-within"),
        pytest.param("X=`x` $(y)", {"X": "`x` $(y)"}, id="no-commands"),
        pytest.param('X="multi\n#line"', {"X": "multi\n#line"}, id="double-lines"),
        pytest.param("X='multi\nline'", {"X": "multi\nline"}, id="single-lines"),
        pytest.param(r'X="\n\t\"\\\$A\q"', {"X": '\n\t"\\$A\\q'}, id="escapes"),
        pytest.param(r'X="\0101\0351\01\0777"', {"X": r"Aé\01\0777"}, id="octal"),
        pytest.param(r"X='\n \' $A $$'", {"X": r"\n ' $A $$"}, id="single-is-literal"),
        pytest.param(r"X='a\\'", {"X": r"a\\"}, id="backslash-before-quote"),
        pytest.param('X="1" # c\nY=2', {"X": "1", "Y": "2"}, id="comment-after-quote"),
        pytest.param('X="1"SHELL_A', {"X": "1", "SHELL_A": "shell"}, id="after-quote"),
        pytest.param(
            "SHELL_A\nBLANK\nNOT", {"SHELL_A": "shell", "BLANK": ""}, id="bare"
        ),
        pytest.param("X=$SHELL_A", {"X": "shell"}, id="variable"),
        pytest.param('X=1\nY="$X${X}"', {"X": "1", "Y": "11"}, id="earlier-value"),
        pytest.param("A=inner\nX=$A", {"A": "inner", "X": "outer"}, id="lookup-first"),
        pytest.param("A=${A:-1}", {"A": "outer"}, id="itself"),
        pytest.param("X=$$A ${Y:-d}", {"X": "$A d"}, id="template"),
        pytest.param("X=1\nX=2", {"X": "2"}, id="later-wins"),
    ],
)
def test_values(text: str, expected: dict[str, str]) -> None:
    assert dotenv.parse(text, ENVIRONMENT.get) == expected


@pytest.mark.parametrize(
    ("text", "line", "fact"),
    [
        pytest.param("A B=1", 1, "the name has a blank", id="blank"),
        pytest.param("X=1\nA B", 2, "the name has a blank", id="blank-bare"),
        pytest.param("A+=1", 1, r"'\+' cannot be part of a name", id="character"),
        pytest.param('"A"=1', 1, "'\"' cannot be part of a name", id="quoted-key"),
        pytest.param("# c\nX='1\n\nY=2", 2, "begins with ' does not end", id="single"),
        pytest.param('X="1\\"', 1, 'begins with " does not end', id="double"),
        pytest.param('X="\n\n"\nY=${', 4, "is not a variable", id="template"),
        pytest.param("X=${Y:?why}", 1, "required variable Y .* why", id="required"),
    ],
)
def test_fault_is_located(text: str, line: int, fact: str) -> None:
    with pytest.raises(dotenv.DotenvError, match=fact) as caught:
        dotenv.parse(text, ENVIRONMENT.get)
    assert [found for found, _ in caught.value.problems] == [line]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("A B=1\nOK=1\nC D=2\nX=${", [1, 3, 4], id="each-line"),
        pytest.param("A B='1\n2\n'\nY+=1", [1, 3, 4], id="value-of-a-bad-name"),
        pytest.param("X=${\nA B=1\nY='1\nC D=2\n", [1, 2, 3], id="none-in-a-value"),
    ],
)
def test_all_faults_are_told(text: str, lines: list[int]) -> None:
    with pytest.raises(dotenv.DotenvError) as caught:
        dotenv.parse(text, ENVIRONMENT.get)
    assert [line for line, _ in caught.value.problems] == lines


def test_blank_variables_are_told() -> None:
    unset: list[str] = []
    dotenv.parse("X=$NOT", ENVIRONMENT.get, unset.append)
    assert unset == ["NOT"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('X="q $A" # c\n', {"X": '"q $A" # c'}, id="literal"),
        pytest.param("\ufeff X=1 \r\n\n#c\nY=", {"X": "1 ", "Y": ""}, id="lines"),
        pytest.param(
            "SHELL_A\nBLANK\nNOT", {"SHELL_A": "shell", "BLANK": ""}, id="bare"
        ),
        pytest.param("X=1\nX", {"X": "1"}, id="unknown-bare-keeps"),
        pytest.param("X:=1", {"X:": "1"}, id="colon"),
    ],
)
def test_raw_values(text: str, expected: dict[str, str]) -> None:
    assert dotenv.parse_raw(text, ENVIRONMENT.get) == expected


@pytest.mark.parametrize(
    ("text", "line", "fact"),
    [
        pytest.param("X=1\nX =1", 2, "the name has a blank", id="blank"),
        pytest.param("export X=1", 1, "the name has a blank", id="export"),
        pytest.param("=1", 1, "no name before the =", id="no-name"),
    ],
)
def test_raw_fault_is_located(text: str, line: int, fact: str) -> None:
    with pytest.raises(dotenv.DotenvError, match=fact) as caught:
        dotenv.parse_raw(text, ENVIRONMENT.get)
    assert [found for found, _ in caught.value.problems] == [line]


def test_all_raw_faults_are_told() -> None:
    with pytest.raises(dotenv.DotenvError) as caught:
        dotenv.parse_raw("A B=1\nOK=1\n=2", ENVIRONMENT.get)
    assert [line for line, _ in caught.value.problems] == [1, 3]


@pytest.mark.parametrize("parse", [dotenv.parse, dotenv.parse_raw])
@given(st.text(st.sampled_from("AX=:$\"'\\{}#0 \n\rexport")))
def test_any_text_is_read_or_refused(
    parse: Callable[..., dict[str, str]],
    text: str,
) -> None:
    with suppress(ValueError):
        assert isinstance(parse(text, ENVIRONMENT.get), dict)
