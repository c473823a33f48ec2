"""YAML 1.2's core schema: what a plain scalar means. ``yes``, ``on``, dates and ``12_000`` are text."""

import math
import re

from rompy_core.config_files.unreadable import UnreadableError

Scalar = None | bool | int | float | str

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
    ".nan": math.nan, ".NaN": math.nan, ".NAN": math.nan,
    ".inf": math.inf, ".Inf": math.inf, ".INF": math.inf,
    "+.inf": math.inf, "+.Inf": math.inf, "+.INF": math.inf,
    "-.inf": -math.inf, "-.Inf": -math.inf, "-.INF": -math.inf,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<octal>0o[0-7]+)|(?P<hex>0x[0-9a-fA-F]+)|(?P<int>[-+]?[0-9]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
)
#: Longer numbers are no numbers of a config, and Python refuses to convert some of them.
_MAX_DIGITS = 4000


def resolve(text: str) -> Scalar:
    """The value of a plain scalar.

    Raises:
        UnreadableError: A number that no computer holds.

    >>> [resolve(text) for text in ("0x1F", "1e3", "yes", "2024-01-01", "~", "007")]
    [31, 1000.0, 'yes', '2024-01-01', None, 7]
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    match = _NUMBER.fullmatch(text)
    return text if match is None else _number(text, match.lastgroup or "")


def _number(text: str, kind: str) -> int | float:
    if len(text) > _MAX_DIGITS:
        raise UnreadableError(f"a number of {len(text)} characters is too long; write it in quotes if it is text")
    if kind == "float":
        return finite(text)
    return int(text[2:], 8 if kind == "octal" else 16) if kind in {"octal", "hex"} else int(text)


def finite(text: str) -> float:
    """A float as written, refused when it is too large to be one.

    Raises:
        UnreadableError: It would become infinite.
    """
    number = float(text)
    if math.isinf(number):
        raise UnreadableError(f"the number {text[:40]} is too large; write .inf (YAML) or inf (TOML) for infinity")
    return number
