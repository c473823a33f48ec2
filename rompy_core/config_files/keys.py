"""Dotted keys: how a place in a config is written in messages and in overrides."""

import re

import attrs

#: The way from the root of a config to a value: names of mappings, indexes of lists.
Key = tuple[str | int, ...]

_PLAIN = re.compile(r"[^.\[\]\"'=\s]+")
_SEGMENT = re.compile(
    r"""(?P<dot>\.)?
        (?: \[(?P<index>\d{1,6})\]
          | "(?P<double>[^"]*)" | '(?P<single>[^']*)'
          | (?P<plain>[^.\[\]"'=]+) )""",
    re.VERBOSE,
)


def dotted(key: Key) -> str:
    """A key as people write it.

    >>> dotted(("steps", 0, "env_vars", "a.b"))
    'steps[0].env_vars."a.b"'
    """
    text = ""
    for segment in key:
        if isinstance(segment, int):
            text += f"[{segment}]"
        else:
            name = segment if _PLAIN.fullmatch(segment) else f"'{segment}'" if '"' in segment else f'"{segment}"'
            text += f".{name}" if text else name
    return text


@attrs.frozen
class Segment:
    """One step of a dotted key that somebody wrote; what digits mean depends on what they meet."""

    #: The name in a mapping.
    name: str
    #: The index in a list, when the segment can be one.
    index: int | None = None
    #: Written as ``[3]``: a list is meant.
    bracketed: bool = False


def parse_assignment(text: str) -> tuple[list[Segment], str] | None:
    """The segments and the value of ``a.b[0]."c.d"=value``; ``None`` when the text has another form.

    >>> parse_assignment("a.0=x=y")
    ([Segment(name='a', index=None, bracketed=False), Segment(name='0', index=0, bracketed=False)], 'x=y')
    """
    segments: list[Segment] = []
    position = 0
    while match := _SEGMENT.match(text, position):
        # A dot stands between names, never first and never before a bracket.
        if (match["dot"] is not None) != (bool(segments) and match["index"] is None):
            return None
        segments.append(_segment(match))
        position = match.end()
    if not segments or text[position : position + 1] != "=":
        return None
    return segments, text[position + 1 :]


def _segment(match: re.Match[str]) -> Segment:
    if match["index"] is not None:
        return Segment(str(int(match["index"])), int(match["index"]), bracketed=True)
    if match["plain"] is not None:
        return bare_segment(match["plain"])
    return Segment(match["double"] if match["double"] is not None else match["single"])


def bare_segment(name: str) -> Segment:
    """A segment without quotes or brackets: digits may be an index."""
    return Segment(name, int(name) if name.isascii() and name.isdigit() and len(name) <= 6 else None)
