"""The download cache: folders and files that are made once and then found again."""

import contextlib
import fcntl
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path


def cache_folder() -> Path:
    """Where downloads are kept, for this release and architecture; ``ROMPY_ENGINE_CACHE`` names another folder."""
    given = os.environ.get("ROMPY_ENGINE_CACHE")
    base = (
        Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rompy-core/engine"
    )
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    system = f"{release.get('ID', 'linux')}-{release.get('VERSION_ID', 'rolling')}-{platform.machine()}"
    folder = base.absolute() / system
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Give a file or folder of the cache; when it is missing, make it beside its place and rename it.

    Args:
        name: Its name in the cache; what it depends on is part of it.
        make: Writes it at the path that it is given, inside a folder that is deleted afterwards.
    """
    place = cache_folder() / name
    if place.exists():
        return place
    with _lock(place.parent / f".{name}.lock"):
        if not place.exists():
            scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=place.parent))
            try:
                make(scratch / name)
                (scratch / name).rename(place)
            finally:
                shutil.rmtree(scratch)
    return place


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
