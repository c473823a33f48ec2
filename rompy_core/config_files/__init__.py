"""Config files as plain data: YAML, TOML and JSON with includes, expansion, overrides and the position of every key."""

from typing import TYPE_CHECKING, Any

from rompy_core.config_files.keys import Key, dotted
from rompy_core.config_files.texts import EnvironmentText

if TYPE_CHECKING:
    from rompy_core.config_files.document import Document
    from rompy_core.config_files.environment import environment_document
    from rompy_core.config_files.read import document_from_mapping, read_document

__all__ = [
    "Document",
    "EnvironmentText",
    "Key",
    "document_from_mapping",
    "dotted",
    "environment_document",
    "read_document",
]

_HOMES = {
    "Document": "document",
    "document_from_mapping": "read",
    "environment_document": "environment",
    "read_document": "read",
}


def __getattr__(name: str) -> Any:
    # Structuring data from Python needs the keys and texts alone, not the readers.
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
