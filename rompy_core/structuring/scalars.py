"""Strict readers of plain values: nothing is guessed, ``"false"`` is no bool and ``3.9`` no whole number.

Each takes a cursor and the type of the field, as cattrs hooks do, and returns the value or raises a ``Refusal``.
"""

from typing import Any

from rompy_core.config_files.texts import EnvironmentText
from rompy_core.structuring import environment
from rompy_core.structuring.cursor import Cursor
from rompy_hooks import Secret

BOOL = "true or false"
INT = "a whole number"
FLOAT = "a number"
STR = "a text"


def read_bool(cursor: Cursor, _type: Any) -> bool:
    """Only ``true`` and ``false``."""
    value = cursor.value
    if isinstance(value, EnvironmentText):
        value = environment.truth(value)
    if isinstance(value, bool):
        return value
    raise cursor.misfit(BOOL)


def read_int(cursor: Cursor, _type: Any) -> int:
    """Only whole numbers; no bool, no ``3.0``."""
    value = cursor.value
    if isinstance(value, EnvironmentText):
        value = environment.whole_number(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    raise cursor.misfit(INT)


def read_float(cursor: Cursor, _type: Any) -> float:
    """Numbers; a whole one serves."""
    value = cursor.value
    if isinstance(value, EnvironmentText):
        value = environment.number(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise cursor.misfit("a number that a computer holds") from None
    raise cursor.misfit(FLOAT)


def read_str(cursor: Cursor, _type: Any) -> str:
    """Only texts: whether ``1.10`` was meant as it stands only the person knows who wrote it."""
    value = cursor.value
    if isinstance(value, str):
        return value if type(value) is str else str.__str__(value)
    if isinstance(value, (int, float)):
        raise cursor.refusal(f"must be {STR}, got {cursor.quoted(value)}; put it in quotes")
    raise cursor.misfit(STR)


def read_secret(cursor: Cursor, _type: Any) -> Secret:
    """A text that is never shown."""
    value = cursor.value
    if isinstance(value, Secret):
        return value
    if isinstance(value, str):
        return Secret(str.__str__(value))
    hint = "; put it in quotes" if isinstance(value, (int, float)) else ""
    raise cursor.refusal(f"must be {STR}, got ***{hint}")


def key_text(cursor: Cursor, key: Any) -> str:
    """The key of a mapping.

    Raises:
        Refusal: It is no text.
    """
    if isinstance(key, str):
        return key if type(key) is str else str.__str__(key)
    raise cursor.refusal(f"keys must be texts, got {cursor.quoted(key)}; put it in quotes")
