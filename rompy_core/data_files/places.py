"""Where data files go: each to a place of its own."""

from collections.abc import Iterable
from pathlib import Path

from rompy_core.data_files.data_file import DataFile
from rompy_core.data_files.shown import shown_source


def check_places(files: Iterable[DataFile]) -> None:
    """Refuse two files of one place, and a file where another needs a folder.

    Raises:
        ValueError: It names both sources.
    """
    taken: dict[Path, DataFile] = {}
    for file in files:
        other = taken.setdefault(file.place, file)
        if other is not file:
            raise ValueError(
                f"{shown_source(other.source)!r} and {shown_source(file.source)!r} have the same target "
                f"{str(file.place)!r}; give one of them another"
            )
    for place, file in taken.items():
        for folder in place.parents:
            if folder in taken:
                raise ValueError(
                    f"the target {str(folder)!r} of {shown_source(taken[folder].source)!r} is a file, but the target "
                    f"{str(place)!r} of {shown_source(file.source)!r} needs it as a folder"
                )
