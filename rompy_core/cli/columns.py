"""Aligned columns of text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_GAP = 2
#: A block's lines are indented by this.
_INDENT = "    "


def columns(names: Sequence[str], rows: Sequence[Mapping[str, Any]], width: int | None = None) -> Iterator[str]:
    """Lines of a table: a heading, then one line a row, columns aligned and not cut.

    What is wider than ``width`` is folded between words, and where these are too long a row becomes a block of lines.

    Args:
        names: The columns' keys and headings.
        rows: What stands in them.
        width: Columns of the terminal; without it, as for a pipe, nothing is folded.

    >>> list(columns(("kind", "name"), [{"kind": "run", "name": "local"}]))
    ['kind  name', 'run   local']
    """
    table = [list(names), *([_text(row.get(name)) for name in names] for row in rows)]
    wanted = [max(len(line[index]) for line in table) for index in range(len(names))]
    widths = wanted if width is None else _fitted(table, wanted, width - _GAP * (len(names) - 1))
    if widths is None:
        return _blocks(names, table[1:], width or 0)
    return (part for line in table for part in _folded(line, widths))


def terminal_width() -> int | None:
    """How wide stdout is, or ``None`` where it is no terminal."""
    import shutil
    import sys

    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if on_terminal else None


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return "-" if value is None or value == "" else " ".join(str(value).split())


def _fitted(table: Sequence[Sequence[str]], wanted: Sequence[int], room: int) -> list[int] | None:
    """Widths that fit into the room, the widest columns narrowed first; ``None`` where words would be cut."""
    widths = list(wanted)
    least = [max(len(word) for line in table for word in line[index].split()) for index in range(len(widths))]
    while sum(widths) > room:
        spare = [index for index in range(len(widths)) if widths[index] > least[index]]
        if not spare:
            return None
        widths[max(spare, key=lambda index: widths[index])] -= 1
    return widths


def _folded(line: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    from itertools import zip_longest
    from textwrap import wrap

    cells = [
        wrap(text, width, break_long_words=False, break_on_hyphens=False)
        for text, width in zip(line, widths, strict=True)
    ]
    for parts in zip_longest(*cells, fillvalue=""):
        yield (" " * _GAP).join(text.ljust(width) for text, width in zip(parts, widths, strict=True)).rstrip()


def _blocks(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    from textwrap import wrap

    for first, *rest in rows:
        yield first
        for name, text in zip(names[1:], rest, strict=True):
            if text != "-":
                yield from wrap(
                    f"{name}: {text}", width, initial_indent=_INDENT, subsequent_indent=_INDENT * 2,
                    break_long_words=False, break_on_hyphens=False,
                )  # fmt: skip
