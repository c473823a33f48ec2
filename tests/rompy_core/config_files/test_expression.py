"""The grammar of ``${...}`` and the expansion of the values of a config."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_core.config_files import Document, EnvironmentText
from rompy_core.config_files.expand import expand_text
from rompy_core.config_files.expression import ExpressionError
from rompy_core.config_files.texts import as_written

ENVIRON = {"A": "1", "EMPTY": "", "CYCLE": "2024010106", "TRAP": "${A} $${A} x|y}", "KEY": "sesame"}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("${A}", "1"), ("a${A}b${A}c", "a1b1c"), ("${TRAP}", "${A} $${A} x|y}"), ("${EMPTY}", ""),
        ("${B:-x y}", "x y"), ("${EMPTY:-x}", "x"), ("${A:-x}", "1"), ("${B:-}", ""),
        ("${B:-${A}}", "1"), ("${B:-a${C:-${A}-}b}", "a1-b"), ("${B:-$${A}}", "${A}"), ("${A:-${NOT_SET}}", "1"),
        ('${B:-{"a": {}}}', '{"a": {}}'), ("${B:-\\}}", "}"), ("${B:-\\|\\{}", "|{"), ("${B:-\\d:-x\\\\}", "\\d:-x\\"),
        ("${CYCLE|as_datetime}", "2024-01-01T06:00:00"),
        ("${CYCLE|as_datetime|shift:-3h|strftime:%Y%m%dT%H}", "20240101T03"),
        ("${CYCLE|as_datetime:%Y%m%d%H|strftime:%H:%M}", "06:00"),
        ("${CYCLE|strftime:%Y}", "2024"), ("${CYCLE| shift: +1D | strftime: %d }", "02"),
        ("${B:-2024-01-01|as_datetime|shift:-1d|strftime:%Y%m%d}", "20231231"),
        ("${EMPTY:-${CYCLE}|strftime:%m\\|%d\\}}", "01|01}"),
        ("${CYCLE|shift:-${A}h|strftime:%H}", "05"),
    ],
)  # fmt: skip
def test_expand_text_expands_expressions(text: str, expanded: str) -> None:
    """Defaults, nesting and filters; the value of a variable is never expanded again."""
    result = expand_text(text, ENVIRON)
    assert result == expanded
    assert type(result) is EnvironmentText


@pytest.mark.parametrize(
    ("text", "expanded"),
    [("", ""), ("$A $", "$A $"), ("$${A}", "${A}"), ("$$${A", "$${A"), ("a $${B:-$${C", "a ${B:-${C"), ("}|{", "}|{")],
)
def test_expand_text_leaves_plain_text_and_escapes_plain(text: str, expanded: str) -> None:
    """Without an expression it is text of the file, and stays plain ``str``."""
    result = expand_text(text, {})
    assert result == expanded
    assert type(result) is str


_FORMS = "is not ${NAME}, ${NAME:-default} or ${NAME|filter}; write '$${' for a plain '${'"
_UNCLOSED = "has no closing '}'; write '$${' for a plain '${'"
_KNOWN = "Known: as_datetime, shift, strftime"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${CYCEL}", "the variable CYCEL is not set. Did you mean 'CYCLE'? Set it, or write ${CYCEL:-default}"),
        ("${B:-${NOT_SET}}", "the variable NOT_SET is not set. Set it, or write ${NOT_SET:-default}"),
        ("x ${A", f"'${{A' {_UNCLOSED}"),
        ("${A:-b", f"'${{A:-b' {_UNCLOSED}"),
        ("${B:-{}", f"'${{B:-{{}}' {_FORMS}"),
        ("${}", f"'${{}}' {_FORMS}"),
        ("${1a}", f"'${{1a}}' {_FORMS}"),
        ("${a.b} c}", f"'${{a.b}}' {_FORMS}"),
        ("${A-b}", f"'${{A-b}}' {_FORMS}"),
        ("${A:b}", f"'${{A:b}}' {_FORMS}"),
        ("${ A }", f"'${{ A }}' {_FORMS}"),
        ("${#A}", f"'${{#A}}' {_FORMS}"),
        ("${CYCLE|}", f"${{CYCLE}} has no filter ''. {_KNOWN}"),
        ("${CYCLE|as_datetme}", f"${{CYCLE}} has no filter 'as_datetme'. Did you mean 'as_datetime'? {_KNOWN}"),
        ("${B:-x|y}", f"${{B}} has no filter 'y'. {_KNOWN}"),
        ("${CYCLE|shift:3}",
         "${CYCLE|shift}: shift needs a duration such as -3h, +1d or 1d12h (units w, d, h, m, s), got '3'"),
        ("${KEY|as_datetime:%Y}", f"${{KEY|as_datetime}}: {ENVIRON['KEY']!r} is no date in the format '%Y'"),
        ("${LONG|as_datetime:%Y}", f"${{LONG|as_datetime}}: '{'x' * 40}'... is no date in the format '%Y'"),
        ("${B:-12|shift:1d|as_datetime}",
         ("${B|shift}: '12' is no date in ISO 8601 (2024-01-01T06:00) or digits (2024010106); "
          "as_datetime:FORMAT reads other formats")),
        ("${API_TOKEN|as_datetime:%Y}", "${API_TOKEN|as_datetime}: the value is no date in the format '%Y'"),
        ("${B:-${API_TOKEN}|as_datetime:%Y}", "${B|as_datetime}: the value is no date in the format '%Y'"),
        ("${URL|as_datetime:%Y}", "${URL|as_datetime}: the value is no date in the format '%Y'"),
        ("${CYCLE|shift:${API_TOKEN}}",
         ("${CYCLE|shift}: cannot be applied; its argument is not shown, since the name of a variable in it looks "
          "secret")),
        ("${B:-" * 21 + "}" * 21, "'${' is nested deeper than 20 levels"),
    ],
)  # fmt: skip
def test_expand_text_says_what_is_wrong_and_what_would_do(text: str, message: str) -> None:
    """Nearest names, the default, the escape, the value; never one that may be a secret."""
    more = {"LONG": "x" * 41, "API_TOKEN": "sesame", "URL": "http://me:sesame@host"}
    with pytest.raises(ExpressionError) as caught:
        expand_text(text, {**ENVIRON, **more})
    assert str(caught.value) == message


@settings(deadline=None)
@given(st.text())
def test_as_written_is_undone_by_expansion(text: str) -> None:
    """Any text can be written so that it means itself."""
    assert expand_text(as_written(text), {}) == text


@settings(deadline=None)
@given(st.text(), st.text(min_size=1))
def test_variables_are_expanded_to_exactly_their_value(before: str, value: str) -> None:
    """Whatever the value holds, braces, dollars and bars included."""
    assert expand_text(as_written(before) + " ${X}", {"X": value}) == f"{before} {value}"


@settings(deadline=None)
@given(st.text().filter(lambda text: "${" not in text))
def test_defaults_can_be_any_text(default: str) -> None:
    """With ``|``, ``{``, ``}`` and the backslash escaped."""
    escaped = "".join(f"\\{character}" if character in "|{}\\" else character for character in default)
    assert expand_text(f"${{X:-{escaped}}}", {}) == default


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["${", "$${", "}", "|", ":-", "A", "B", ":", "\\", "shift", "strftime:", "{", "-1d", " "]))
)
def test_expand_text_gives_text_or_its_own_error(pieces: list[str]) -> None:
    """Any sequence of what the grammar is made of."""
    try:
        assert isinstance(expand_text("".join(pieces), ENVIRON), str)
    except ExpressionError as error:
        assert "sesame" not in str(error)  # noqa: PT017 - both ends are right


def test_values_are_expanded_and_keys_are_not(read: Callable[..., Document]) -> None:
    """``written`` keeps what stands in the file; numbers of the file stay numbers, expanded text is marked."""
    document = read("${A}: ${A}\nb: [x, '${A}.nc', '$${A}']\nc: 3", environ={"A": "20230101"})
    assert document.data == {"${A}": "20230101", "b": ["x", "20230101.nc", "${A}"], "c": 3}
    assert document.written == {"${A}": "${A}", "b": ["x", "${A}.nc", "$${A}"], "c": 3}
    kinds = [type(value) for value in (document.data["${A}"], *document.data["b"])]
    assert kinds == [EnvironmentText, str, EnvironmentText, str]


def test_faults_of_expansion_are_told_together_with_line_and_key(faults: Callable[..., list[str]]) -> None:
    """In the order of the file, with those of other kinds between them."""
    text = "a:\n  - b: ${X}\n    c: |\n      x\n      ${Y\na: 1\nd: ${CYCLE|shfit:1h}"
    assert faults(text, environ={"CYCLE": "2024-01-01"}) == [
        "run.yml:2: a[0].b: the variable X is not set. Set it, or write ${X:-default}",
        f"run.yml:3: a[0].c: '${{Y\n' {_UNCLOSED}",
        "run.yml:6: a: is given twice, first in line 1; keep one of them",
        f"run.yml:7: d: ${{CYCLE}} has no filter 'shfit'. Did you mean 'shift'? {_KNOWN}",
    ]


def test_alias_of_a_wrong_text_is_told_once_a_place(faults: Callable[..., list[str]]) -> None:
    """Merged keys stand in one line of the file however often they are used."""
    text = "base: &base\n  x: ${X}\na: {<<: *base}\nb: {<<: *base}"
    assert faults(text) == ["run.yml:2: base.x: the variable X is not set. Set it, or write ${X:-default}"]
