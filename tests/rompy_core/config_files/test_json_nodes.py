"""JSON: strict, with lines."""

from collections.abc import Callable

import pytest

from rompy_core.config_files import Document

Faults = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,\n "a": {"b": 2,\n "b": 3}}',
         ["x.json:2: a: is given twice, first in line 1; keep one of them",
          "x.json:3: a.b: is given twice, first in line 2; keep one of them"]),
        ('{"a": 1,\n "b": [NaN]}', ["x.json:2: JSON has no NaN; write null, or use YAML or TOML"]),
        ('{"a": -Infinity}', ["x.json:1: JSON has no -Infinity; write null, or use YAML or TOML"]),
        ('{"a": 1,\n}', ["x.json:1: is not JSON: illegal trailing comma before end of object (column 8)",
                         "x.json:2: is not JSON: expecting property name enclosed in double quotes (column 1)"]),
        ('{"a": 1 // x\n}', ["x.json:1: is not JSON: expecting ',' delimiter (column 9); JSON has no comments"]),
        ("{'a': 1}", ["x.json:1: is not JSON: expecting property name enclosed in double quotes (column 2)"]),
        ('{"a": "\t"}', ["x.json:1: is not JSON: invalid control character (column 8)"]),
        ('{"a": 1}\n{}', ["x.json:2: is not JSON: extra data (column 1)"]),
        ('{"a": "\\ud800",\n"b": "\\u0000", "\\u0000": 1}',
         ["x.json:1: a: holds half of a surrogate pair, which is no character",
          "x.json:2: b: holds a NUL character, which no path, command or variable can hold",
          "x.json:2: a key holds a NUL character, which no path, command or variable can hold"]),
        ('{"a": 1e999,\n"b": ' + "9" * 5000 + "}",
         ["x.json:1: a: the number 1e999 is too large; write .inf (YAML) or inf (TOML) for infinity",
          "x.json:2: b: a number of 5000 characters is too long; write it in quotes if it is text"]),
        ("", ["x.json: the file is empty; a config is a mapping of keys, such as 'run_id: test'"]),
        ("[1]", ["x.json:1: the file is a list; a config is a mapping of keys, such as 'run_id: test'"]),
        ('{"a":' * 150 + "1" + "}" * 150, ["x.json:1: mappings and lists are nested deeper than 100 levels"]),
        ("[" * 100_000, ["x.json: mappings and lists are nested deeper than 100 levels"]),
    ],
)  # fmt: skip
def test_json_faults_name_line_and_key(faults: Faults, text: str, expected: list[str]) -> None:
    """Some words are those of Python's reader and depend on its version: any one of the given will do then."""
    told = faults(text, "x.json")
    assert told == expected or (len(told) == 1 and "is not JSON" in expected[0] and told[0] in expected)


def test_json_positions_are_those_of_keys_and_items(read: Callable[..., Document]) -> None:
    """Strings that look like structure do not mislead the scan."""
    document = read('{"a": "{[\\"",\n "b": [1,\n  {"c":\n 2.5}],\n "d\\n": "\\ud83d\\ude00"}', "x.json")
    assert document.data == {"a": '{["', "b": [1, {"c": 2.5}], "d\n": "\U0001f600"}
    keys = [("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "c"), ("d\n",)]
    assert [document.position(key)[1] for key in keys] == [1, 2, 2, 3, 3, 5]
