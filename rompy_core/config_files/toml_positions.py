"""In which line of a TOML text each key stands: a light scan of a text that is known to be TOML."""

import re
from collections.abc import Iterator

from rompy_core.config_files.keys import Key

_TOKEN = re.compile(
    r'''"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})|\'\'\'[\s\S]*?\'\'\'(?:'{0,2})'''
    r"""|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*|\n|[\[\]{}=.,]|[^\s\[\]{}=.,"'\#]+""",
)


def key_lines(text: str) -> dict[Key, int]:
    r"""The line of each table header and each key outside of inline tables.

    >>> key_lines('run_id = "a"\n[backend]\nenv_vars.X = "1"\n[[steps]]\nname = "b"')[("steps", 0, "name")]
    5
    """
    lines: dict[Key, int] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    for line, pieces in _statements(text):
        if pieces[0] == "[":
            is_array = pieces[1:2] == ["["]
            table = _resolve(_names(pieces), counts)
            if is_array:
                counts[table] = counts.get(table, -1) + 1
                lines.setdefault(table, line)
                table = (*table, counts[table])
            _note(lines, table, 0, line)
        else:
            _note(lines, (*table, *_names(pieces[: pieces.index("=")])), len(table), line)
    return lines


def _note(lines: dict[Key, int], key: Key, known: int, line: int) -> None:
    for length in range(known + 1, len(key) + 1):
        lines.setdefault(key[:length], line)


def _resolve(names: list[str], counts: dict[Key, int]) -> Key:
    """The key of a header: what stands in an array of tables belongs to its last one."""
    key: Key = ()
    for position, name in enumerate(names):
        key = (*key, name)
        if key in counts and position < len(names) - 1:
            key = (*key, counts[key])
    return key


def _names(pieces: list[str]) -> list[str]:
    return [_unquoted(piece) for piece in pieces if piece not in {"[", "]", "."}]


def _unquoted(piece: str) -> str:
    if piece[0] == "'":
        return piece[1:-1]
    if piece[0] == '"':
        import tomllib

        name = tomllib.loads(f"k = {piece}")["k"]
        return str(name)
    return piece


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """The pieces of each ``[header]`` or ``key = value``, with its first line; values over several lines stay whole."""
    line, start, depth, pieces = 1, 1, 0, list[str]()
    for piece in _TOKEN.findall(text + "\n"):
        if piece == "\n" and depth == 0 and pieces:
            yield start, pieces
            pieces = []
        elif piece != "\n" and piece[0] != "#":
            start = start if pieces else line
            pieces.append(piece)
            depth += (piece in "[{") - (piece in "]}")
        line += piece.count("\n")
