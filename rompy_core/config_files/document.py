"""A config that was read: its data, and where each part of it was written."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from rompy_core.config_files.keys import Key
from rompy_core.config_files.nodes import Node, find


@attrs.frozen(eq=False)
class Document:
    """Plain data with positions."""

    #: The file that was read; ``None`` for data from Python or the environment.
    path: Path | None
    #: The data as written, includes resolved and ``${...}`` not expanded: expanding it again gives ``data``, so texts
    #: that are not to be expanded (overrides, data from Python) have ``$${`` here.
    written: Any
    #: The data with ``${...}`` expanded.
    data: Any
    _root: Node = attrs.field(repr=False, alias="root")

    def position(self, key: Sequence[str | int]) -> tuple[Path | str | None, int | None]:
        """File and line of a key, or of its nearest ancestor that was written.

        For an override or a variable the first is a text that names it (``-o backend.cpu=x``) and the line ``None``.

        Args:
            key: Names of mappings and indexes of lists, from the root.
        """
        node = find(self._root, tuple(key))
        return node.source.path, node.line

    def directory(self, key: Key) -> Path:
        """The folder that a relative path at this key is relative to, absolute: that of the file that wrote it.

        Args:
            key: Names of mappings and indexes of lists, from the root.
        """
        return (find(self._root, tuple(key)).source.folder or Path()).absolute()
