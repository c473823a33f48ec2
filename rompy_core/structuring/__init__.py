"""Plain data into config classes and back: strict, and with every fault of the data in one report."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rompy_core.structuring.checking import check_config_class
    from rompy_core.structuring.converter import structure, structure_collecting
    from rompy_core.structuring.describing import FIELD_TYPES
    from rompy_core.structuring.origin import Key, Origin, PythonOrigin, fault_at
    from rompy_core.structuring.schema import json_schema
    from rompy_core.structuring.unstructuring import unstructure

_HOMES = {
    "FIELD_TYPES": "describing",
    "Key": "origin",
    "Origin": "origin",
    "PythonOrigin": "origin",
    "check_config_class": "checking",
    "fault_at": "origin",
    "json_schema": "schema",
    "structure": "converter",
    "structure_collecting": "converter",
    "unstructure": "unstructuring",
}

__all__ = [
    "FIELD_TYPES",
    "Key",
    "Origin",
    "PythonOrigin",
    "check_config_class",
    "fault_at",
    "json_schema",
    "structure",
    "structure_collecting",
    "unstructure",
]


def __getattr__(name: str) -> Any:
    """A public name, its module imported when it is first used: a period needs none of the rest."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found
