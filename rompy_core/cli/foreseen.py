"""What would fail and can be seen beforehand: data that are not there, a place that cannot be written to."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rompy_core.model_run_file import model_run_section
from rompy_core.structuring import fault_at
from rompy_core.workspace import marker_of

if TYPE_CHECKING:
    from rompy_core.data_files import DataFile
    from rompy_core.model_run import ModelRun
    from rompy_core.pipeline_file import PipelineFile
    from rompy_hooks import Fault


def foreseen_faults(file: "PipelineFile", *, generates: bool = True) -> Iterator["Fault"]:
    """Faults of the file together with what lies on this machine; nothing is made.

    Args:
        file: What is asked for.
        generates: Whether inputs are made, and so data are brought.
    """
    section = model_run_section(file.document)
    for message in _place_faults(file.model_run):
        yield fault_at(message, file.document, (*section, "output_dir"))
    if generates:
        for number, entry in enumerate(data_files(file.model_run)):
            why = _source_fault(entry)
            if why:
                yield fault_at(why, file.document, (*section, "config", "data", number, "source"))


def data_files(model_run: "ModelRun") -> tuple["DataFile", ...]:
    """The data files that the model config names."""
    from rompy_core.data_files import DataFile

    entries = getattr(model_run.config, "data", None)
    listed = entries if isinstance(entries, (list, tuple)) else ()
    return tuple(entry for entry in listed if isinstance(entry, DataFile))


def _source_fault(entry: "DataFile") -> str | None:
    """Why a local source cannot be had; what is behind a URL is not asked for."""
    from rompy_core.data_files import is_url

    if is_url(entry.source):
        return None
    path = Path(entry.source)
    if not path.exists():
        from rompy_core.nearest_path import did_you_mean_path

        return f"there is no file {entry.source!r}.{did_you_mean_path(path)}".rstrip(".")
    if not path.is_file():
        return f"{entry.source!r} is no file"
    return None if os.access(path, os.R_OK) else f"the file {entry.source!r} may not be read"


def _place_faults(model_run: "ModelRun") -> Iterator[str]:
    workspace = model_run.staging_dir
    place = workspace
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not place.is_dir():
        yield f"{place} is no folder" + ("" if place == workspace else f", so {workspace} cannot be made")
    elif not os.access(place, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        yield f"{place} may not be written to" + ("" if place == workspace else f", so {workspace} cannot be made")
    elif marker_of(workspace) not in (None, model_run.run_id):
        yield f"{workspace} holds another run than {model_run.run_id!r}; give this one another output_dir or run_id"
