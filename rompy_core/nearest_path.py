"""The nearest of the paths that exist, for messages about one that does not."""

from pathlib import Path

from rompy_core.nearest import nearest


def did_you_mean_path(path: Path) -> str:
    """A sentence that names the path most like one that is missing, with a space before it, or nothing.

    The first part of the path that is missing is the one that is compared: of ``/data/grids/x.nc`` that is ``grids``
    where there is no such folder.
    """
    missing = path.absolute()
    while not missing.parent.is_dir():
        missing = missing.parent
    try:
        found = nearest(missing.name, [entry.name for entry in missing.parent.iterdir()])
    except OSError:
        return ""
    return f" Did you mean {str(missing.with_name(found))!r}?" if found else ""
