"""The ``#:`` comments above the fields of a class: what a field means stands in one place, its source."""

import re
from typing import Any

_COMMENT = re.compile(r"\s*#:\s?(.*)")
_FIELD = re.compile(r"\s*(\w+)\s*:")


def field_comments(cls: type[Any]) -> dict[str, str]:
    """The comment of each field that has one, inherited ones included; none where the source cannot be had."""
    comments: dict[str, str] = {}
    for base in reversed(cls.__mro__[:-1]):
        comments.update(_own_comments(base))
    return comments


def _own_comments(cls: type[Any]) -> dict[str, str]:
    import inspect  # reads files, and only schemas ask

    try:
        lines = inspect.getsource(cls).splitlines()
    except (OSError, TypeError):  # made at run time, or in a console
        return {}
    comments: dict[str, str] = {}
    pending: list[str] = []
    for line in lines:
        comment, field = _COMMENT.fullmatch(line), _FIELD.match(line)
        if comment:
            pending.append(comment[1].strip())
            continue
        if field and pending:
            comments[field[1]] = " ".join(pending)
        pending = []
    return comments
