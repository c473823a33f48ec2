"""What is wrong with a YAML file, in the words of those who write one."""

import re
from typing import TYPE_CHECKING, Any

from rompy_core.config_files.unreadable import UnreadableError

if TYPE_CHECKING:
    import yaml

_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: A part of the parser's message, what to say instead, and whether the construct's first line is the place to look at.
_WORDS: tuple[tuple[str, str, bool], ...] = (
    ("mapping values are not allowed", "a ': ' where no key can be; check indents, quotes and the line above", False),
    ("could not find expected ':'", "a line that is neither 'key: value' nor a list item; is a ':' missing?", True),
    ("found unexpected end of stream", "the closing quote is missing of the text that begins here", True),
    ("found unexpected document", "the closing quote is missing of the text that begins here", True),
    ("',' or ']'", "a ',' or ']' is missing in the list that begins here with '['", True),
    ("',' or '}'", "a ',' or '}' is missing in the mapping that begins here with '{'", True),
    ("'-' indicator", "does not line up with the list items above it; check the indentation", False),
    ("expected key", "does not line up with the keys above it, or follows a value; check indentation", False),
    ("expected <block end>", "does not line up with the keys above it, or follows a value; check indentation", False),
    ("<document start>", "does not line up with the lines above it; check the indentation", False),
    ("undefined tag handle", "is an unknown tag; known are !include and YAML's own, such as !!str", False),
    ("unknown escape character", "an unknown '\\' escape in double quotes; use single quotes, or write '\\\\'", False),
    ("invalid Unicode character escape", "a '\\' escape in double quotes that is no character", False),
    ("hexdecimal", "a '\\x', '\\u' or '\\U' escape in double quotes that is no hexadecimal number", False),
    ("hexadecimal", "a '\\x', '\\u' or '\\U' escape in double quotes that is no hexadecimal number", False),
    ("incompatible YAML document", "another version of YAML; remove the %YAML line", False),
    ("block scalar", "after '|' or '>' only + or -, a digit and a comment can stand", False),
    ("node content", "a value or a closing bracket is missing", False),
    ("alphabetic or numeric", "a name follows '&', '*' and '!'; write the text in quotes", False),
    ("directive", "a line that begins with '%'; remove it, or write the text in quotes", False),
    ("tab character", "a tab in the indentation; use spaces", False),
)  # fmt: skip


def refuse_control_characters(text: str) -> None:
    """End the reading at a character that YAML does not allow.

    Raises:
        UnreadableError: There is one.
    """
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise UnreadableError(f"has the control character U+{ord(match[0]):04X}; remove it", line)


def unreadable(error: "yaml.YAMLError", text: str) -> UnreadableError:
    """The parser's error in plain words, with the line to look at."""
    problem = str(getattr(error, "problem", None) or "")
    context = str(getattr(error, "context", None) or "")
    problem_mark, context_mark = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if "cannot start any token" in problem:
        return _forbidden_start(problem_mark, text)
    words, first = next(
        ((words, first) for part, words, first in _WORDS if part in problem or part in context),
        (f"is not YAML: {problem or 'it cannot be parsed'}", False),
    )
    mark = context_mark if first and context_mark is not None else problem_mark
    if first and "begins here with" in words and "${" in _between(mark, problem_mark, text):
        words += "; between brackets, write '${...}' in quotes"
    return UnreadableError(words, _line(mark, text))


def _forbidden_start(mark: Any, text: str) -> UnreadableError:
    line = _line(mark, text)
    lines = text.splitlines()
    row = lines[mark.line] if mark.line < len(lines) else ""
    character = row[mark.column : mark.column + 1]
    if character == "\t":
        return UnreadableError("a tab in the indentation; use spaces", line)
    return UnreadableError(f"a value cannot begin with '{character}'; write it in quotes", line)


def _between(first: Any, last: Any, text: str) -> str:
    return "" if first is None or last is None else "".join(text.splitlines()[first.line : last.line + 1])


def _line(mark: Any, text: str) -> int | None:
    # Things that are never closed are noticed behind the last line.
    return None if mark is None else min(int(mark.line), max(len(text.splitlines()) - 1, 0)) + 1
