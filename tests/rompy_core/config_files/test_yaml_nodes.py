"""YAML: our own composing, with PyYAML's C parser and with the one in Python."""

from collections.abc import Callable

import pytest
import yaml

from rompy_core.config_files import Document

Faults = Callable[..., list[str]]
Read = Callable[..., Document]


@pytest.fixture(params=["C", "Python"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers; an installation without libyaml has the second only."""
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CBaseLoader")


pytestmark = pytest.mark.usefixtures("_parser")

_INDENTED = "does not line up with the lines above it; check the indentation"
_KEYS = "does not line up with the keys above it, or follows a value; check indentation"
_TAGS = "Known: !include, !!str, !!int, !!float, !!bool, !!null, !!map, !!seq"
_QUOTE = "between brackets, write '${...}' in quotes"
_LONG = "a number of 5000 characters is too long; write it in quotes if it is text"
_COLON = "a ': ' where no key can be; check indents, quotes and the line above"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a:\n\tb: 1", "run.yml:2: a tab in the indentation; use spaces"),
        ("a: b: c", f"run.yml:1: {_COLON}"),
        ("a\nb: 1", f"run.yml:2: {_COLON}"),
        ("a: 1\n  b: 2", f"run.yml:2: {_COLON}"),
        ("a: 1\nb\n", "run.yml:2: a line that is neither 'key: value' nor a list item; is a ':' missing?"),
        ("a: [x,\n ${B}]", f"run.yml:1: a ',' or ']' is missing in the list that begins here with '['; {_QUOTE}"),
        ("x: 1\na: [1,\nb: 2", "run.yml:2: a ',' or ']' is missing in the list that begins here with '['"),
        ("x: 1\na: {b: 1\nc: 2", "run.yml:2: a ',' or '}' is missing in the mapping that begins here with '{'"),
        ("a: 1\nb: 'x\n\n", "run.yml:2: the closing quote is missing of the text that begins here"),
        ('b: "x\n---\n', "run.yml:1: the closing quote is missing of the text that begins here"),
        ("a: @x", "run.yml:1: a value cannot begin with '@'; write it in quotes"),
        ("a: `x`", "run.yml:1: a value cannot begin with '`'; write it in quotes"),
        ("a: %x", "run.yml:1: a value cannot begin with '%'; write it in quotes"),
        ("  a: 1\n b: 2", f"run.yml:2: {_INDENTED}"),
        ("a: ]", "run.yml:1: a value or a closing bracket is missing"),
        ('a: "\\q"', "run.yml:1: an unknown '\\' escape in double quotes; use single quotes, or write '\\\\'"),
        ('a: "\\xZZ"', "run.yml:1: a '\\x', '\\u' or '\\U' escape in double quotes that is no hexadecimal number"),
        ("a: \x01", "run.yml:1: has the control character U+0001; remove it"),
        ("%YAML 3.0\n---\na: 1", "run.yml:1: another version of YAML; remove the %YAML line"),
        ("a: &\n", "run.yml:1: a name follows '&', '*' and '!'; write the text in quotes"),
        ("a: |x\n b", "run.yml:1: after '|' or '>' only + or -, a digit and a comment can stand"),
        ("a: 1\n---\nb: 1", "run.yml:2: more than one document in a file; remove the '---' and what follows it"),
        ("a: !x!y 1", "run.yml:1: is an unknown tag; known are !include and YAML's own, such as !!str"),
        ("[" * 20000, "run.yml:1: mappings and lists are nested deeper than 100 levels"),
        ('a: "x" y', f"run.yml:1: {_KEYS}"),
    ],
)
def test_syntax_errors_say_in_plain_words_where_and_what(faults: Faults, text: str, fault: str) -> None:
    """One message with file and line, no name of a class of the parser."""
    assert faults(text) == [fault]


def test_list_and_keys_mixed_is_a_fault_of_that_line(faults: Faults) -> None:
    """The two parsers see different things missing; both name the line."""
    (fault,) = faults("- a\nb: 1")
    assert fault in {
        "run.yml:2: does not line up with the list items above it; check the indentation",
        f"run.yml:2: {_KEYS}",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: true\nc: ~\nd: yes\ne: 2024-01-01", {"a": 1, "b": True, "c": None, "d": "yes", "e": "2024-01-01"}),
        ("a: '1'\nb: \"true\"\nc: ! 1\nd: |\n  1\n'2': ''", {"a": "1", "b": "true", "c": "1", "d": "1\n", "2": ""}),
        ("a: !!str 1\nb: !!float 1\nc: !!int '7'\nd: !!null ''\ne: !!bool 'true'\nf: !!map {}\ng: !!seq []",
         {"a": "1", "b": 1.0, "c": 7, "d": None, "e": True, "f": {}, "g": []}),
        ("a: &x [1, {b: 2}]\nc: *x", {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}),
        ("a: &x b\n*x : 1", {"a": "b", "b": 1}),
        ("&k a: 1\nb: *k", {"a": 1, "b": "a"}),
        ("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}", {"x": {"a": 1, "b": 2}, "y": {"a": 1, "b": 3}}),
        ("<<: [{a: 1}, {a: 2, b: 2}]\nc: 3", {"a": 1, "b": 2, "c": 3}),
        ("'<<': {a: 1}", {"<<": {"a": 1}}),
        ("? a\n: 1\n!!str 2: b", {"a": 1, "2": "b"}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("%YAML 1.2\n---\na: 1", {"a": 1}),
        ("a: {b: [[], {}]}", {"a": {"b": [[], {}]}}),
    ],
)  # fmt: skip
def test_values_are_those_of_the_core_schema(read: Read, text: str, expected: object) -> None:
    """Types, quotes, tags, anchors and merges give the data that YAML 1.2 says."""
    document = read(text)
    assert document.data == expected
    assert document.written == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: {c: 1,\n c: 2}\na: 2",
         ["run.yml:3: b.c: is given twice, first in line 2; keep one of them",
          "run.yml:4: a: is given twice, first in line 1; keep one of them"]),
        ("<<: {}\n<<: {}", ["run.yml:2: <<: is given twice, first in line 1; keep one of them"]),
        ("a: {1: x, true: y}\n~: z\n1.5: z",
         ["run.yml:1: a: the key 1 is a number here; write it in quotes: '1'",
          "run.yml:1: a: the key true is true or false here; write it in quotes: 'true'",
          "run.yml:2: the key ~ is empty (null) here; write it in quotes: '~'",
          "run.yml:3: the key 1.5 is a number here; write it in quotes: '1.5'"]),
        ("? [a, {b: c}]\n: x\n? {d: e}\n: f\ng: ${H}",
         ["run.yml:1: a key must be text, not a mapping or list; write it in quotes",
          "run.yml:3: a key must be text, not a mapping or list; write it in quotes",
          "run.yml:5: g: the variable H is not set. Set it, or write ${H:-default}"]),
        ("a: &x 1\n*x : b", ["run.yml:2: the key *x is a number; a key must be text"]),
        ("!include b.yml: 1", ["run.yml:1: !include cannot stand in a key"]),
        ("a: !inclde b.yml",
         [f"run.yml:1: a: !inclde is an unknown tag. Did you mean '!include'? {_TAGS}"]),
        ("a:\n  - !!python/name:os.system x\n  - !!set {}",
         ["run.yml:2: a[0]: !!python/name:os.system is an unknown tag. " + _TAGS,
          "run.yml:3: a[1]: !!set is an unknown tag. " + _TAGS]),
        ("a: !!int x\nb: !!bool 1", ["run.yml:1: a: !!int needs a whole number, got 'x'",
                                    "run.yml:2: b: !!bool needs true or false, got '1'"]),
        ("a: !include\nb: !include [c.yml]",
         ["run.yml:1: a: !include needs the path of a file, such as '!include grid.yml'",
          "run.yml:2: b: !include takes the path of one file"]),
        ("x: &a 1\na: &a [*a]\nb: &b\n  c: *b",
         ["run.yml:2: a[0]: *a stands inside of &a, so it would contain itself",
          "run.yml:4: b.c: *b stands inside of &b, so it would contain itself"]),
        ("base: &grid {}\na: *grod", ["run.yml:2: a: *grod has no &grod above it. Did you mean 'grid'?"]),
        ("<<: 3\nb: {<<: [{}, x]}", ["run.yml:1: << merges mappings, got a number",
                                    "run.yml:2: b: << merges mappings, got text"]),
        ('a: "\\0"', ["run.yml:1: a: holds a NUL character, which no path, command or variable can hold"]),
        ('"\\0": 1', ["run.yml:1: a key holds a NUL character, which no path, command or variable can hold"]),
        ("a: " + "9" * 5000, ["run.yml:1: a: " + _LONG]),
    ],
)  # fmt: skip
def test_faults_that_do_not_end_the_reading_are_told_together(faults: Faults, text: str, expected: list[str]) -> None:
    """Each with file, line and dotted key."""
    assert faults(text) == expected


def test_alias_bomb_is_refused_before_it_grows(faults: Faults) -> None:
    """Nine levels of nine aliases are 400 million values; they are counted, not made."""
    lines = ["a0: &a0 x"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert faults("\n".join(lines)) == [
        "run.yml:8: holds more than 1,000,000 values, its aliases and includes resolved"
    ]


def test_merges_of_merges_are_limited(faults: Faults) -> None:
    """Keys that are merged over and over cost time, though the result is small."""
    base = "base: &base {" + ", ".join(f"k{n}: 1" for n in range(1100)) + "}\n"
    text = base + "".join(f"m{n}: {{<<: *base}}\n" for n in range(1000))
    assert faults(text) == ["run.yml:911: merges more than 1,000,000 keys with <<"]


def test_aliases_do_not_nest_deeper_than_the_limit(faults: Faults) -> None:
    """Depth is that of the data, not of the text."""
    deep = "[" * 60 + "]" * 60
    text = f"a: &a {deep}\nb: &b {'[' * 60}*a{']' * 60}"
    assert faults(text) == ["run.yml:2: mappings and lists are nested deeper than 100 levels"]


def test_positions_are_those_of_keys_and_items(read: Read) -> None:
    """A value is found in the line of its key, an alias where it stands, what it holds at its anchor."""
    document = read("a: &a\n  b:\n    1\nc:\n  - x\n  - d: *a\ne:\n  <<: *a\n")
    lines = {key: document.position(key)[1] for key in [("a",), ("a", "b"), ("c", 0), ("c", 1, "d"), ("e", "b")]}
    assert lines == {("a",): 1, ("a", "b"): 2, ("c", 0): 5, ("c", 1, "d"): 6, ("e", "b"): 2}
    assert document.position(("c", 1, "d", "b"))[1] == 2


def test_escape_that_is_no_character_is_a_fault_with_both_parsers(faults: Faults) -> None:
    """The parser in Python meets it as an error of ``chr``."""
    (fault,) = faults('a: "\\UFFFFFFFF"')
    assert fault in {
        "run.yml:1: a '\\' escape in double quotes that is no character",
        "run.yml: is not YAML: Python int too large to convert to C int",
        "run.yml: is not YAML: chr() arg not in range(0x110000)",
    }
