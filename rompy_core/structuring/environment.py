"""Text from the environment, parsed by the type of the field that it fills."""

import re
from typing import Any

from rompy_core.config_files.texts import EnvironmentText, OverrideText
from rompy_core.structuring.cursor import Cursor

_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
#: Python refuses to convert longer numbers, and no setting is one.
_MOST_DIGITS = 4000


def truth(text: str) -> bool | None:
    """``true`` or ``false``; ``None`` for another text."""
    return _TRUTH.get(text.strip())


def is_null(text: str) -> bool:
    """Whether a text stands for nothing, in a field that may hold nothing and no text."""
    return text.strip() in _NULL


def whole_number(text: str) -> int | None:
    """A whole number in decimal digits; ``None`` for another text."""
    text = text.strip()
    return int(text) if _WHOLE.fullmatch(text) and len(text) <= _MOST_DIGITS else None


def number(text: str) -> float | None:
    """A number in decimal digits; ``None`` for another text."""
    text = text.strip()
    return float(text) if _NUMBER.fullmatch(text) and len(text) <= _MOST_DIGITS else None


def container(cursor: Cursor, expected: str) -> Cursor:
    """The cursor of the list or mapping that a text such as ``[a, b]`` or ``{a: 1}`` stands for.

    What is inside comes from the environment too, so it stays text until the types of the items parse it: that is what
    YAML's base schema gives, and JSON is a part of it.

    Raises:
        Refusal: The text is no list or mapping.
    """
    if not isinstance(cursor.value, EnvironmentText):
        return cursor
    meaning = cursor.value.meaning if isinstance(cursor.value, OverrideText) else ""
    found = _parsed(cursor.value, meaning) if cursor.value.lstrip()[:1] in {"[", "{"} else None
    if found is None:
        raise cursor.misfit(expected)
    return cursor.again(found)


def _parsed(text: str, meaning: Any) -> Any:
    import yaml  # 25 ms, and most configs hold no such text

    try:
        return _as_environment(yaml.load(text, Loader=yaml.BaseLoader), meaning)  # noqa: S506 - it makes only texts
    except (yaml.YAMLError, RecursionError):
        return None


def _as_environment(value: Any, meaning: Any) -> Any:
    """The same with every text marked; YAML's base schema knows nothing else, and refuses what contains itself.

    Args:
        value: What the base schema gives.
        meaning: What the core schema gives for the same, where that counts; else a text.
    """
    if isinstance(value, dict):
        items = meaning if isinstance(meaning, dict) else {}
        return {key: _as_environment(item, items.get(key, "")) for key, item in value.items()}
    if isinstance(value, list):
        parts = meaning if isinstance(meaning, list) else [""] * len(value)
        return [_as_environment(item, part) for item, part in zip(value, parts, strict=True)]
    return EnvironmentText(value) if isinstance(meaning, str) else OverrideText(value, meaning)
