"""Searching logs for patterns: one pass over each file, until every pattern is found."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rompy_core.expectations.log_lines import numbered_lines


class Hit(NamedTuple):
    """The first line that a pattern matches."""

    #: Name of the log in messages.
    log: str
    line_number: int
    line: str


def search_logs(logs: Sequence[tuple[str, Path]], patterns: Sequence[str]) -> dict[str, Hit]:
    """The first hit of each pattern that has one.

    Args:
        logs: Names, as messages show them, and files, in the order of search; what cannot be read has no lines.
        patterns: Regular expressions, searched in each line.
    """
    wanted = {pattern: re.compile(pattern).search for pattern in patterns}
    found: dict[str, Hit] = {}
    for name, path in logs:
        if not wanted:
            break
        try:
            _search(name, path, wanted, found)
        except OSError:
            continue
    return found


def _search(name: str, path: Path, wanted: "dict[str, re._Search]", found: dict[str, Hit]) -> None:  # type: ignore[name-defined]
    searches = list(wanted.items())
    for number, line in numbered_lines(path):
        for pattern, search in searches:
            if search(line):
                found[pattern] = Hit(name, number, line)
                del wanted[pattern]
                searches = list(wanted.items())
        if not searches:
            return
