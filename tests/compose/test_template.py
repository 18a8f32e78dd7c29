"""Variables in text are replaced by the rules of Compose."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import template
from kompyle.compose.template import Variable

ENVIRONMENT = {"FOO": "foo", "EMPTY": "", "_U": "u", "A1": "x", "REF": "${FOO}"}

NOTHING: dict[str, str] = {}

PIECES = st.sampled_from(
    [
        "$",
        "$$",
        "{",
        "}",
        "${",
        "FOO",
        "EMPTY",
        "UNSET",
        ":-",
        "-",
        "+",
        "?",
        "x",
        "\n",
    ],
)
TEMPLATES = st.lists(PIECES, max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", "plain", id="plain"),
        pytest.param("$FOO", "foo", id="named"),
        pytest.param("${FOO}", "foo", id="braced"),
        pytest.param("${FOO}bar", "foobar", id="braced-and-text"),
        pytest.param("$FOO-bar $A1.", "foo-bar x.", id="name-ends"),
        pytest.param("$_U", "u", id="underscore"),
        pytest.param("$REF", "${FOO}", id="value-is-final"),
        pytest.param("$$FOO", "$FOO", id="escaped"),
        pytest.param("$$$FOO", "$foo", id="escaped-then-named"),
        pytest.param("$${FOO}", "${FOO}", id="escaped-brace"),
        pytest.param("$1 $- $(cmd) $À $", "$1 $- $(cmd) $À $", id="literal"),
        pytest.param("${UNSET:-d}${EMPTY:-d}${FOO:-d}", "ddfoo", id="colon-minus"),
        pytest.param("${UNSET-d}${EMPTY-d}${FOO-d}", "dfoo", id="minus"),
        pytest.param("${UNSET:+r}${EMPTY:+r}${FOO:+r}", "r", id="colon-plus"),
        pytest.param("${UNSET+r}${EMPTY+r}${FOO+r}", "rr", id="plus"),
        pytest.param("${FOO:?no}${EMPTY?no}", "foo", id="required"),
        pytest.param("${UNSET:-}", "", id="empty-default"),
        pytest.param("${UNSET-a:-b}", "a:-b", id="first-operator-counts"),
        pytest.param("${A-B}", "B", id="minus-is-no-part-of-a-name"),
        pytest.param("${UNSET:--}", "-", id="operator-as-word"),
        pytest.param("${UNSET:-${FOO} ${EMPTY:-e}} $FOO", "foo e foo", id="nested"),
        pytest.param("${FOO:-${X:?no}}", "foo", id="unused-word"),
        pytest.param("${FOO:-${1}}", "foo", id="unused-fault"),
        pytest.param("${UNSET:-a}b}", "ab}", id="extra-brace"),
        pytest.param("${UNSET:-{}}", "{}", id="empty-braces"),
        pytest.param('${UNSET:-{"a":1}} $FOO', '{"a":1} foo', id="braces"),
        pytest.param("${UNSET:-$${x}}", "${x}", id="escaped-in-word"),
        pytest.param("${UNSET:-a$} b", "a$ b", id="dollar-ends-word"),
        pytest.param("${UNSET:-a}\n${FOO}\n", "a\nfoo\n", id="lines"),
        pytest.param("a\n$\nFOO", "a\n$\nFOO", id="name-on-next-line"),
    ],
)
def test_text_after_substitution(text: str, expected: str) -> None:
    assert template.substitute(text, ENVIRONMENT.get) == expected


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        pytest.param("${", 0, id="nothing"),
        pytest.param("a ${}", 2, id="empty"),
        pytest.param("${ }", 0, id="blank"),
        pytest.param("${1}", 0, id="digit"),
        pytest.param("${FOO }", 0, id="blank-after"),
        pytest.param("${ FOO}", 0, id="blank-before"),
        pytest.param("$FOO ${FOO", 5, id="open"),
        pytest.param("${FOO:-d", 0, id="open-default"),
        pytest.param("${FOO:a}", 0, id="colon"),
        pytest.param("${FOO:=d}", 0, id="assignment"),
        pytest.param("${FOO%x}", 0, id="suffix"),
        pytest.param("${FOO^^}", 0, id="upper"),
        pytest.param("${!FOO}", 0, id="indirect"),
        pytest.param("${#FOO}", 0, id="length"),
        pytest.param("${A.B}", 0, id="dot"),
        pytest.param("${ÀB}", 0, id="not-ascii"),
        pytest.param("${UNSET:-{}} ${FOO}", 13, id="braces-count-as-open"),
        pytest.param("${UNSET:-a\nb}", 0, id="lines"),
        pytest.param("a\n${UNSET:-${}}", 11, id="nested"),
    ],
)
def test_fault_is_located(text: str, offset: int) -> None:
    with pytest.raises(template.TemplateError) as caught:
        template.substitute(text, ENVIRONMENT.get)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        pytest.param("${UNSET:?set it}", "UNSET", "set it", id="unset"),
        pytest.param("a ${EMPTY:?}", "EMPTY", "", id="empty"),
        pytest.param("${UNSET?need $FOO} $1", "UNSET", "need foo", id="substituted"),
        pytest.param("${A?${B?b}}", "B", "b", id="nested"),
        pytest.param("${UNSET:-${X:?x}} ${Y?y}", "X", "x", id="first"),
    ],
)
def test_missing_variable_is_named(text: str, name: str, message: str) -> None:
    with pytest.raises(template.MissingVariable) as caught:
        template.substitute(text, ENVIRONMENT.get)
    assert (caught.value.name, caught.value.message) == (name, message)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("$A ${B} $A", ["A", "B", "A"], id="each-place"),
        pytest.param("${A:-x}${B-x}${C:+x}${D+x}", [], id="operators-are-silent"),
        pytest.param("${A:-$B}", ["B"], id="within-a-default"),
        pytest.param("$EMPTY $$A", [], id="empty-is-set"),
    ],
)
def test_blank_variables_are_told(text: str, expected: list[str]) -> None:
    unset: list[str] = []
    template.substitute(text, ENVIRONMENT.get, unset.append)
    assert unset == expected


def test_variables_are_listed_with_what_the_text_says_of_them() -> None:
    text = "$A ${B:-b${C-}} $$X $\n${D:?d} ${E:+e}"
    assert template.variables(text) == [
        Variable("A"),
        Variable("B", default="b${C-}"),
        Variable("C", default=""),
        Variable("D", required=True),
        Variable("E", alternate="e"),
    ]


def test_no_variables() -> None:
    assert template.variables("plain") == []


def test_deep_defaults_are_no_problem() -> None:
    text = "${A:-" * 5000 + "x" + "}" * 5000
    assert template.substitute(text, NOTHING.get) == "x"
    assert template.variables(text)[0].name == "A"


def test_deep_messages_are_no_problem() -> None:
    text = "${A:?" * 5000 + "x" + "}" * 5000
    with pytest.raises(template.MissingVariable, match=r"value: x$"):
        template.substitute(text, NOTHING.get)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("${" * 100_000, id="open"),
        pytest.param("${A:-" * 100_000, id="open-defaults"),
        pytest.param("${A:-{}" * 20_000 + "}" * 9, id="uneven"),
        pytest.param("${A:-}" * 50_000 + "y" * 500_000, id="long-tail"),
        pytest.param("$" * 100_001, id="dollars"),
    ],
)
def test_hostile_text_ends_soon(text: str) -> None:
    with suppress(template.TemplateError):
        assert len(template.substitute(text, NOTHING.get)) <= len(text)


@given(TEMPLATES)
def test_any_text_is_replaced_or_refused(text: str) -> None:
    with suppress(template.TemplateError, template.MissingVariable):
        template.substitute(text, ENVIRONMENT.get)
    with suppress(template.TemplateError):
        assert all(each.name in text for each in template.variables(text))


@given(st.text())
def test_doubled_dollars_give_the_text_back(text: str) -> None:
    assert template.substitute(text.replace("$", "$$"), NOTHING.get) == text
