"""Globs as pathlib understands them, matched against paths of a workspace: nothing outside can match."""

import functools
import re
from collections.abc import Iterable

_ANYWHERE = r"(?:[^/]+/)*"


def matching(pattern: str, paths: Iterable[str]) -> list[str]:
    """The relative paths that a glob matches, sorted.

    ``*``, ``?`` and ``[...]`` match within a name, hidden names too; ``**`` stands for any number of folders, at the
    end for everything below. Case counts.

    >>> matching("OUTPUT/**/*.nc", ["OUTPUT/a.nc", "OUTPUT/run/b.nc", "c.nc"])
    ['OUTPUT/a.nc', 'OUTPUT/run/b.nc']
    """
    expression = _compile(pattern)
    return sorted(path for path in paths if expression.fullmatch(path) is not None)


@functools.lru_cache(maxsize=256)
def _compile(pattern: str) -> re.Pattern[str]:
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    text = ""
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if part == "**":
            text += f"{_ANYWHERE}[^/]+" if last else _ANYWHERE
        else:
            text += _name(part) + ("" if last else "/")
    return re.compile(text, re.DOTALL)


def _name(part: str) -> str:
    """A regular expression for one name."""
    text, place = "", 0
    while place < len(part):
        letter = part[place]
        end = _end_of_set(part, place) if letter == "[" else -1
        if end > 0:
            text += _set(part[place + 1 : end])
            place = end
        else:
            text += {"*": "[^/]*", "?": "[^/]"}.get(letter, re.escape(letter))
        place += 1
    return text


def _end_of_set(part: str, start: int) -> int:
    """Where the set that begins at ``start`` ends; -1 for a bracket that stands for itself."""
    first = start + 2 if part[start + 1 : start + 2] == "!" else start + 1
    return part.find("]", first + 1)


def _set(inner: str) -> str:
    negated = inner.startswith("!")
    members = _members(inner[1:] if negated else inner)
    if not members:
        return "[^/]" if negated else "(?!)"  # only ranges that hold nothing, such as [z-a]
    return f"[^/{members}]" if negated else f"(?!/)[{members}]"


def _members(inner: str) -> str:
    """The letters and ranges of a set, escaped."""
    members, place = "", 0
    while place < len(inner):
        if inner[place + 1 : place + 2] == "-" and place + 2 < len(inner):
            low, high = inner[place], inner[place + 2]
            members += f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""
            place += 3
        else:
            members += re.escape(inner[place])
            place += 1
    return members
