"""The scan for lines of keys in TOML."""

import json
import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_core.config_files.toml_positions import key_lines

TEXT = '''
title = "x = 1 # no comment"   # y = 2
multi = """
[not.a.table]
z = "1"
""""
raw = \'\'\'
k = 1\'\'\'
quote = """a"""" # "b" [
[a . "b.c"]
'd e' = [ # comment with ]
  "]", { f = 1 },
]
g.h = 1
[[steps]]
name = "one"
[[steps.outputs]]
path = "x"
[[steps.outputs]]
path = "y"
[[steps]]
name = "two"
[last]
"\\u0041" = 1
'''


def test_key_lines_are_not_misled_by_texts_comments_and_arrays() -> None:
    """What looks like a key inside of a value is none."""
    tomllib.loads(TEXT)
    assert key_lines(TEXT) == {
        ("title",): 2, ("multi",): 3, ("raw",): 7, ("quote",): 9,
        ("a",): 10, ("a", "b.c"): 10, ("a", "b.c", "d e"): 11, ("a", "b.c", "g"): 14, ("a", "b.c", "g", "h"): 14,
        ("steps",): 15, ("steps", 0): 15, ("steps", 0, "name"): 16,
        ("steps", 0, "outputs"): 17, ("steps", 0, "outputs", 0): 17, ("steps", 0, "outputs", 0, "path"): 18,
        ("steps", 0, "outputs", 1): 19, ("steps", 0, "outputs", 1, "path"): 20,
        ("steps", 1): 21, ("steps", 1, "name"): 22, ("last",): 23, ("last", "A"): 24,
    }  # fmt: skip


#: What JSON and TOML write alike.
TEXTS = st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF, exclude_characters="\x7f"), max_size=20)


@settings(deadline=None)
@given(st.dictionaries(TEXTS, TEXTS, max_size=8))
def test_key_lines_finds_every_key_whatever_the_texts_hold(data: dict[str, str]) -> None:
    """Keys and values of any characters, written in quotes with escapes, one a line."""
    text = "".join(f"{json.dumps(key)} = {json.dumps(value)}\n" for key, value in data.items())
    assert tomllib.loads(text) == data
    assert key_lines(text) == {(key,): line for line, key in enumerate(data, 1)}
