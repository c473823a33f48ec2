"""Aligned columns of text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def columns(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Lines of a table: a heading, then one line a row, columns aligned and not cut.

    >>> list(columns(("kind", "name"), [{"kind": "run", "name": "local"}]))
    ['kind  name', 'run   local']
    """
    table = [list(names), *([_text(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[index]) for line in table) for index in range(len(names))]
    for line in table:
        yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return "-" if value is None or value == "" else " ".join(str(value).split())
