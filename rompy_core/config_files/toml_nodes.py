"""TOML text into a tree of nodes."""

import datetime
import re
import tomllib
from typing import Any

from rompy_core.config_files.core_schema import finite
from rompy_core.config_files.keys import Key
from rompy_core.config_files.nodes import MAX_DEPTH, Node, Source
from rompy_core.config_files.plain_nodes import PlainReader
from rompy_core.config_files.toml_positions import key_lines
from rompy_core.config_files.tree_builder import Report
from rompy_core.config_files.unreadable import UnreadableError

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_DECLARED = re.compile(r"Cannot (?:declare|mutate immutable namespace|mark immutable) \((.*?)\)")


def parse_toml(text: str, source: Source, prefix: Key, report: Report) -> Node | None:
    """The tree of a TOML text, dates and times as ISO text; ``None`` when there is nothing in it.

    Raises:
        UnreadableError: The text is no TOML, or too large.
    """
    data = _load(text)
    if not data:
        return None
    return PlainReader(source, prefix, report, key_lines(text), _scalar).node(data)


def _load(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=_float)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(str(error), text) from error
    except RecursionError as error:
        raise UnreadableError(f"mappings and lists are nested deeper than {MAX_DEPTH} levels") from error
    except ValueError as error:
        # Python's own refusal of an integer with thousands of digits.
        raise UnreadableError("is not TOML: a number is too long; write it in quotes if it is text") from error


def _unreadable(message: str, text: str) -> UnreadableError:
    place = _PLACE.search(message)
    words = message[: place.start()] if place else message
    words = "is not TOML: " + (_again(words) or f"{words[:1].lower()}{words[1:]}")
    hint = "; text needs quotes" if "invalid value" in words else ""
    if place and place[1]:
        return UnreadableError(f"{words} (column {place[2]}){hint}", int(place[1]))
    last = text.count("\n") + (not text.endswith("\n"))
    # "Cannot overwrite", "Cannot declare": the statement is whole, and only happens to be the last one.
    end = "" if "given twice" in words else " at the end of the file; is a bracket or quote not closed?"
    return UnreadableError(words + end, last)


def _again(words: str) -> str | None:
    """The parser's words for what was said before, as users would say it."""
    if words == "Cannot overwrite a value":
        return "a key is given twice; keep one of them"
    declared = _DECLARED.match(words)
    if declared is None:
        return None
    table = ".".join(re.findall(r"'([^']*)'", declared[1]))
    return f"the table [{table}] is given twice; keep its keys in one place"


def _float(text: str) -> float:
    return float(text) if "inf" in text or "nan" in text else finite(text)


def _scalar(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value
