"""Faults at a place in data that was read."""

from typing import TYPE_CHECKING

from rompy_core.config_files.keys import Key, dotted
from rompy_hooks import Fault

if TYPE_CHECKING:
    from rompy_core.structuring import Origin


def fault_at(message: str, origin: "Origin | None", key: Key) -> Fault:
    """A fault with the file and line of a key; data from Python has neither."""
    file, line = (None, None) if origin is None else origin.position(key)
    return Fault(message, file, line, dotted(key))
