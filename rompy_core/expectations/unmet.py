"""An expectation that was not met, and the sentence about it."""

from collections.abc import Sequence
from typing import NamedTuple

#: Letters of a line that a message quotes.
_QUOTED = 200


class Unmet(NamedTuple):
    """One expectation that was not met."""

    #: ``outputs``, ``error_files``, ``log_errors`` or ``log_success``: the key of ``expect``.
    kind: str
    #: The glob or pattern as it was written.
    pattern: str
    #: The words about it, to follow "swan.exe exited 0 but".
    message: str
    #: The file that tells, relative to the workspace (or the name of a log), where there is one.
    file: str | None = None
    #: Line in the file, from 1.
    line_number: int | None = None
    #: The line, as far as people can read it.
    line: str | None = None


def explain(unmet: Sequence[Unmet], program: str) -> str:
    """One sentence about all that was not met, the most telling first.

    >>> explain([Unmet("outputs", "*.nc", "expected output '*.nc' is missing")], "swan.exe")
    "swan.exe exited 0 but expected output '*.nc' is missing"
    """
    return f"{program} exited 0 but {'; '.join(each.message for each in unmet)}"


def readable(line: str) -> str:
    r"""A line as a message may quote it: one line, nothing that moves a terminal's cursor, not endless.

    >>> readable("  bad\x1b[31m\tdepth  ")
    'bad [31m depth'
    """
    text = "".join(letter if letter.isprintable() else " " for letter in line[: 4 * _QUOTED]).strip()
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."
