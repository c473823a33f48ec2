"""Read a file and all that it includes."""

import os
from collections.abc import Mapping
from pathlib import Path

from rompy_core.config_files.expand import expand_text
from rompy_core.config_files.expression import ExpressionError
from rompy_core.config_files.keys import Key, dotted
from rompy_core.config_files.nodes import Node, Source
from rompy_core.config_files.text_file import MAX_BYTES, file_format, read_text
from rompy_core.config_files.unreadable import UnreadableError
from rompy_hooks.errors import Fault

#: Files that include each other in a row, and files of one config.
MAX_CHAIN = 16
MAX_FILES = 1000


class FileReader:
    """Reads one config; collects the faults of all its files.

    Attributes:
        faults: What is wrong so far.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.faults: list[Fault] = []
        self._environ = environ
        self._left = MAX_BYTES
        self._files = 0

    def read(self, path: Path, chain: tuple[Path, ...] = (), key: Key = ()) -> Node | None:
        """The tree of one file.

        Args:
            path: The file.
            chain: The files that led to it by including each other.
            key: Where in the whole config it stands.

        Raises:
            UnreadableError: The file as a whole cannot be used.
        """
        text = read_text(path, self._left)
        self._left -= len(text)
        self._files += 1
        if self._files > MAX_FILES:
            raise UnreadableError(f"more than {MAX_FILES:,} files are included")
        return self.parse(text, file_format(path), Source(path, path.parent), (*chain, path), key)

    def parse(self, text: str, form: str, source: Source, chain: tuple[Path, ...] = (), key: Key = ()) -> Node | None:
        """The tree of a text.

        Args:
            text: The file's text, or a variable's.
            form: ``yaml``, ``toml`` or ``json``.
            source: What its nodes are from.
            chain: The files that led to it, itself included.
            key: Where in the whole config it stands.

        Raises:
            UnreadableError: The text cannot be read to its end.
        """
        if form == "json":
            from rompy_core.config_files.json_nodes import parse_json

            return parse_json(text, source, key, self.faults.append)
        if form == "toml":
            from rompy_core.config_files.toml_nodes import parse_toml

            return parse_toml(text, source, key, self.faults.append)
        from rompy_core.config_files.yaml_nodes import parse_yaml

        def include(written: str, line: int, at: Key) -> Node:
            return self._include(written, line, at, source, chain)

        return parse_yaml(text, source, key, self.faults.append, include)

    def _include(self, written: str, line: int, key: Key, source: Source, chain: tuple[Path, ...]) -> Node:
        """What ``!include`` stands for; an empty mapping, which fits in most places, and a fault when it fails."""

        def fault(message: str) -> None:
            self.faults.append(Fault(message, source.path, line, dotted(key)))

        path = None
        try:
            path = (source.folder or Path()) / expand_text(written, self._environ)
            _refuse_cycle(path, chain)
            node = self._read_included(path, chain, key)
        except ExpressionError as error:
            fault(str(error))
        except UnreadableError as error:
            if error.line is None:
                fault(f"cannot include '{written}': {error.message}")
            else:
                self.faults.append(Fault(error.message, path, error.line, dotted(key)))
        else:
            return node
        return Node({}, line, source)

    def _read_included(self, path: Path, chain: tuple[Path, ...], key: Key) -> Node:
        node = self.read(path, chain, key)
        if node is None or node.value is None:
            raise UnreadableError("the file is empty")
        return node


def _refuse_cycle(path: Path, chain: tuple[Path, ...]) -> None:
    if len(chain) > MAX_CHAIN:
        raise UnreadableError(f"more than {MAX_CHAIN} files include each other in a row")
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        return  # reading it will say what is wrong
    if any(os.path.realpath(earlier) == real for earlier in chain):
        raise UnreadableError(f"it includes itself: {' -> '.join(map(str, (*chain, path)))}")
