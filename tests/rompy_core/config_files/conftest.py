"""A folder to write config files into, and the faults of what stands in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rompy_core.config_files import Document, read_document
from rompy_hooks.errors import ConfigError

Write = Callable[..., Path]
Faults = Callable[..., list[str]]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file into the working directory of the test; returns its relative path."""
    monkeypatch.chdir(tmp_path)

    def write(text: str | bytes, name: str = "run.yml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.fixture
def read(write: Write) -> Callable[..., Document]:
    """Write a file and read it with no variables set but those that are given."""

    def read(text: str | bytes, name: str = "run.yml", **options: Any) -> Document:
        options.setdefault("environ", {})
        return read_document(write(text, name), **options)

    return read


@pytest.fixture
def faults(read: Callable[..., Document]) -> Faults:
    """The lines of the report on a file, which must have faults."""

    def faults(*args: Any, **options: Any) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            read(*args, **options)
        return [str(fault) for fault in caught.value.faults]

    return faults
