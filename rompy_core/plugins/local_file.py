"""Importing a ``rompy_plugins.py`` by its path."""

import sys
import threading
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from zlib import crc32

# As Python's own import lock: two managers that are made at once must not see half a module.
_IMPORTING = threading.RLock()
_PREFIX = "_rompy_local_"


class _NoTraces(SourceFileLoader):
    """A loader that leaves no ``__pycache__`` in a modeller's folder."""

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Write nothing."""


def load_local_file(path: Path) -> ModuleType:
    """Import a file without touching ``sys.path``.

    The module's name is made of the path and the file's state: another process finds classes of an unchanged file
    under the same name, and a file that was edited is imported anew.

    Raises:
        OSError: The file cannot be read.
        BaseException: Whatever the file raises.
    """
    state = path.stat()
    mark = crc32(f"{path.resolve()}\0{state.st_mtime_ns}\0{state.st_size}".encode())
    name = f"{_PREFIX}{path.stem}_{mark:08x}"
    with _IMPORTING:
        if name not in sys.modules:
            sys.modules[name] = module = _module(name, path)
            try:
                assert module.__spec__ is not None  # noqa: S101 - module_from_spec set it
                assert module.__spec__.loader is not None  # noqa: S101
                module.__spec__.loader.exec_module(module)
            except BaseException:
                del sys.modules[name]
                raise
        return sys.modules[name]


def is_local(module: str) -> bool:
    """Whether a module's name was made for a local file: people don't know it."""
    return module.startswith(_PREFIX)


def _module(name: str, path: Path) -> ModuleType:
    spec = spec_from_file_location(name, path, loader=_NoTraces(name, str(path)))
    if spec is None:
        raise ImportError(f"{path} is no Python file")
    return module_from_spec(spec)
