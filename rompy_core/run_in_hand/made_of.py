"""What inputs were made of, as a mark: a run makes them again when it has changed."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from rompy_core.workspace import take_snapshot
from rompy_hooks import RequestError

if TYPE_CHECKING:
    from rompy_core.model_run import ModelRun


def made_of(model_run: "ModelRun") -> str | None:
    """A mark of a model run, its template and local data, or ``None`` where nobody can tell whether they have changed.

    It is taken of what the keys mean, not of how they were written, because variables of the environment change; 32
    bits tell no secret.
    """
    data = _data_of(model_run)
    if data is None:
        return None
    config = model_run.config
    return f"{crc32(_sources_of(config), crc32(_template_of(config), crc32(data))):08x}"


def _data_of(model_run: "ModelRun") -> bytes | None:
    try:
        return json.dumps(model_run.to_dict(reveal=True), sort_keys=True, default=str).encode()
    except RequestError:
        pass  # an object of a class that no plugin offers under a name
    import pickle

    try:
        return pickle.dumps(model_run)
    except Exception:  # noqa: BLE001 - a stranger's object may raise anything; then it is made again
        return None


def _template_of(config: Any) -> bytes:
    """Inode, size and time of each file of a config's ``template``: who edits one wants it rendered anew."""
    template = getattr(config, "template", None)
    if not isinstance(template, Path):
        return b""
    try:
        facts: Any = sorted(take_snapshot(template).items()) if template.is_dir() else _stamp(template)
    except OSError:
        return b""  # rendering tells what is wrong
    return repr(facts).encode()


def _sources_of(config: Any) -> bytes:
    """Inode, size and time of each local file of a config's ``data``; what is behind a URL is not asked for."""
    entries = _entries(config)
    if not entries:
        return b""
    from rompy_core.data_files import is_url

    facts: list[tuple[str, tuple[int, int, int] | None]] = []
    for source in (str(entry.source) for entry in entries if not is_url(str(entry.source))):
        try:
            facts.append((source, _stamp(Path(source))))
        except OSError:
            facts.append((source, None))  # staging tells what is wrong
    return repr(facts).encode()


def _entries(config: Any) -> list[Any]:
    entries = getattr(config, "data", None)
    if not entries or not isinstance(entries, (list, tuple)):
        return []
    return [entry for entry in entries if hasattr(entry, "source")]


def _stamp(file: Path) -> tuple[int, int, int]:
    found = os.stat(file)  # noqa: PTH116  a hot path
    return found.st_ino, found.st_size, found.st_mtime_ns
