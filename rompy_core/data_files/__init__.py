"""Data files of a model config: declared, fetched, checked, and put in their places.

Names are imported when they are first used: structuring needs the type of a source, and not what brings one.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rompy_core.data_files.data_file import DataFile
    from rompy_core.data_files.places import check_places
    from rompy_core.data_files.shown import shown_source
    from rompy_core.data_files.source_location import SourceLocation, is_url
    from rompy_core.data_files.stager import StagedFile, stage_data

_HOMES = {
    "DataFile": "data_file",
    "SourceLocation": "source_location",
    "StagedFile": "stager",
    "check_places": "places",
    "is_url": "source_location",
    "shown_source": "shown",
    "stage_data": "stager",
}

__all__ = ["DataFile", "SourceLocation", "StagedFile", "check_places", "is_url", "shown_source", "stage_data"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
