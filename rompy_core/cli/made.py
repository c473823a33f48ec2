"""What processors made, as lines for people."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_PICTURES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".pdf", ".webp", ".tif", ".tiff")

#: Outputs of a processor that are listed; a manifest may have thousands.
_LISTED = 10


def made_lines(result: Mapping[str, Any], workspace: Path) -> list[str]:
    """Message, metrics and outputs of one processor or several; last a path that is there.

    Args:
        result: A processor's result, or one of several with ``processors`` in it.
        workspace: What outputs are relative to, and the last line where there are none.
    """
    results = _each(result)
    lines = [line for one in results for line in _told(one)]
    paths = [path for one in results for path in _paths(one, workspace) if _is_there(path)]
    if not paths:
        return [*lines, str(workspace)]
    main = next((path for path in paths if path.lower().endswith(_PICTURES)), paths[0])
    others = [path for path in paths if path != main]
    more = [f"... and {len(others) - _LISTED} more"] if len(others) > _LISTED else []
    return [*lines, *others[:_LISTED], *more, main]


def missing_outputs(result: Mapping[str, Any], workspace: Path) -> Iterator[str]:
    """Warnings about outputs that processors tell of and that are not there."""
    for one in _each(result):
        missing = [path for path in _paths(one, workspace) if not _is_there(path)]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            who = f"processor {one['processor']!r}" if one.get("processor") else "a processor"
            yield f"{who} tells of an output that is not there: {missing[0]}{more}"


def _each(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    several = result.get("processors")
    return [one for one in (several if isinstance(several, list) else [result]) if isinstance(one, Mapping)]


def _told(result: Mapping[str, Any]) -> Iterator[str]:
    if result.get("message"):
        yield str(result["message"])
    metrics = result.get("metrics")
    if isinstance(metrics, Mapping):
        for name, value in metrics.items():
            yield f"{name}: {value}"


def _paths(result: Mapping[str, Any], workspace: Path) -> Iterator[str]:
    outputs = result.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        path = output.get("path") if isinstance(output, Mapping) else output
        if isinstance(path, str) and path:
            yield path if "://" in path else str(workspace / path)


def _is_there(path: str) -> bool:
    # What lies elsewhere is believed.
    return "://" in path or Path(path).exists()
