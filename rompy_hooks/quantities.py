"""Durations, sizes and places as people write them: ``15M``, ``2H30m``, ``PT6H``, ``1.5g``, ``input/grid.nc``."""

import re
from pathlib import Path
from typing import NewType

#: A duration in seconds; in files a positive number of seconds or a text such as ``90s``, ``15M``, ``2H30m``, ``PT6H``.
Seconds = NewType("Seconds", float)

#: A size in bytes; in files a whole number of bytes or a text such as ``512m``, ``1.5g``, ``4GiB``.
ByteSize = NewType("ByteSize", int)

#: A path relative to the workspace, which it cannot leave; a plain ``Path`` is relative to the file that names it.
WorkspacePath = NewType("WorkspacePath", Path)

# Case does not matter: rompy's users write 15M and mean minutes; months have no fixed length and are refused.
_SECONDS = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "MIN": 60, "S": 1}
_SHORT = re.compile(r"(?:\d+(?:\.\d+)?\s*(?:MIN|[WDHMS])\s*)+")
_ISO = re.compile(r"P(?:(?P<W>\d+(?:\.\d+)?)W)?(?:(?P<D>\d+(?:\.\d+)?)D)?(?:T(?P<time>(?:\d+(?:\.\d+)?[HMS])+))?")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(MIN|[WDHMS])")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGTP]?)(?:I?B)?")
# More digits than any size has; float() and int() have limits of their own beyond.
_LONGEST_NUMBER = 30
_LONGEST_TEXT = 100
_DURATION_FORMS = "a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, 1D or PT6H"


def parse_duration(text: str) -> float:
    """Seconds of a duration in the short form (``15M``, ``1H``, ``2D``, ``2H30m``), in ISO 8601 or as a number.

    Units are W, D, H, M (minutes) and S in either case, as in rompy 0.6's files. Years and months have no fixed length.

    Raises:
        ValueError: The text is none of these.

    >>> parse_duration("15M"), parse_duration("2H30m"), parse_duration("P1DT6H"), parse_duration("0.5")
    (900.0, 9000.0, 108000.0, 0.5)
    """
    upper = text.strip().upper()
    if re.fullmatch(r"\d+(\.\d+)?", upper) and len(upper) <= _LONGEST_TEXT:
        return float(upper)
    iso = _ISO.fullmatch(upper) if len(upper) > 2 else None
    if (iso or _SHORT.fullmatch(upper)) and len(upper) <= _LONGEST_TEXT:
        return float(sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(upper)))
    raise ValueError(f"must be {_DURATION_FORMS}, got {text!r}")


def parse_byte_size(text: str) -> int:
    """Bytes of a size: a whole number, or a number with k, m, g, t or p (powers of 1024; ``b`` and ``ib`` may follow).

    Raises:
        ValueError: The text is none of these.

    >>> parse_byte_size("512m"), parse_byte_size("1.5g"), parse_byte_size("4GiB"), parse_byte_size("1000")
    (536870912, 1610612736, 4294967296, 1000)
    """
    match = _SIZE.fullmatch(text.strip().upper())
    if match is None or ("." in match[1] and not match[2]) or len(match[1]) > _LONGEST_NUMBER:
        raise ValueError(f"must be a number of bytes, or a text such as 512m, 1.5g or 4GiB, got {text!r}")
    factor = 1024 ** " KMGTP".index(match[2] or " ")
    return int(float(match[1]) * factor) if "." in match[1] else int(match[1]) * factor
