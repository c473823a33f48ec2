"""The one document that ``--json`` puts on stdout."""

import json
from collections.abc import Mapping
from typing import Any

from rompy_core.cli.output import write_line


def print_document(document: Mapping[str, Any] | list[Any]) -> None:
    """Print a document, indented for people; what JSON does not know becomes its text."""
    write_line(json.dumps(document, indent=2, default=str))
