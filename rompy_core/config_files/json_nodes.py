"""JSON text into a tree of nodes."""

import json
import re
from typing import Any, NoReturn

from rompy_core.config_files.core_schema import finite
from rompy_core.config_files.keys import Key
from rompy_core.config_files.nodes import MAX_DEPTH, Node, Source
from rompy_core.config_files.tree_builder import Report, TreeBuilder
from rompy_core.config_files.unreadable import UnreadableError

#: Enough for a text that is known to be JSON; commas and colons say nothing more then.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|\n|[^\s{}\[\],:"]+')


def parse_json(text: str, source: Source, prefix: Key, report: Report) -> Node | None:
    """The tree of a JSON text; ``None`` when there is nothing in it.

    Raises:
        UnreadableError: The text is no JSON, or too large.
    """
    if not text.strip():
        return None
    _check(text)
    builder = TreeBuilder(source, prefix, report)
    line = 1
    for piece in _TOKEN.findall(text):
        if piece == "\n":
            line += 1
        else:
            _take(builder, piece, line)
    return builder.root


def _take(builder: TreeBuilder, piece: str, line: int) -> None:
    if piece in "{[":
        builder.open({} if piece == "{" else [], line)
    elif piece in "}]":
        builder.close()
    elif builder.awaits_key:
        builder.key(json.loads(piece), line)
    else:
        builder.add(builder.scalar(_scalar(builder, piece, line), line))


def _scalar(builder: TreeBuilder, piece: str, line: int) -> Any:
    try:
        return json.loads(piece, parse_float=finite)
    except UnreadableError as error:
        builder.fault(error.message, line)
    except ValueError:
        builder.fault(f"a number of {len(piece)} characters is too long; write it in quotes if it is text", line)
    return None


def _check(text: str) -> None:
    try:
        json.loads(text, parse_constant=_refuse_constant, parse_int=len, parse_float=len)
    except json.JSONDecodeError as error:
        raise UnreadableError(_words(error), error.lineno) from error
    except _ConstantError as error:
        line = _constant_line(text, str(error))
        raise UnreadableError(f"JSON has no {error}; write null, or use YAML or TOML", line) from error
    except RecursionError as error:
        raise UnreadableError(f"mappings and lists are nested deeper than {MAX_DEPTH} levels") from error


class _ConstantError(Exception):
    """``NaN``, ``Infinity`` or ``-Infinity``, which Python reads although JSON does not have them."""


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


def _constant_line(text: str, name: str) -> int:
    # The text need not be JSON behind the constant, but is so up to it.
    pieces = _TOKEN.findall(text)
    return int(pieces[: pieces.index(name)].count("\n")) + 1


def _words(error: json.JSONDecodeError) -> str:
    message = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
    hint = "; JSON has no comments" if error.doc[error.pos : error.pos + 1] in {"#", "/"} else ""
    return f"is not JSON: {message} (column {error.colno}){hint}"
