"""Config files as plain data: YAML, TOML and JSON with includes, expansion, overrides and the position of every key."""

from rompy_core.config_files.document import Document
from rompy_core.config_files.environment import environment_document
from rompy_core.config_files.keys import Key, dotted
from rompy_core.config_files.read import document_from_mapping, read_document
from rompy_core.config_files.texts import EnvironmentText

__all__ = [
    "Document",
    "EnvironmentText",
    "Key",
    "document_from_mapping",
    "dotted",
    "environment_document",
    "read_document",
]
