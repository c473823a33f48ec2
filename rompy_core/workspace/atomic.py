"""Files that appear whole or not at all."""

import contextlib
import os
import threading
from pathlib import Path

#: Part of the names of files that are being written; a crash may leave one behind, readers pass over it.
TEMPORARY = ".rompy-tmp-"


def temporary_name(name: str) -> str:
    """A name beside ``name`` that no other thread or process uses.

    >>> temporary_name("record.json").startswith("record.json.rompy-tmp-")
    True
    """
    return f"{name}{TEMPORARY}{os.getpid()}-{threading.get_ident()}"


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte: ``write`` may take fewer than it was given.

    Raises:
        OSError: The disk is full, or failed.
    """
    done = os.write(descriptor, data)
    while done < len(data):
        done += os.write(descriptor, data[done:])


def write_whole(path: Path | str, data: bytes, *, mode: int = 0o666, sync: bool = False) -> None:
    """Give a file new content in one move: readers see the old content or the new one.

    Args:
        path: The file; its folder exists.
        data: The content.
        mode: Permissions, less the umask.
        sync: Whether it must survive a loss of power (costs a flush of the disk).

    Raises:
        OSError: It cannot be written; the old content is still there and nothing half is left.
    """
    # Texts instead of paths, here and below: this is part of what every run costs.
    target = str(path)
    temporary = temporary_name(target)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        try:
            write_all(descriptor, data)
            if sync:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(temporary, target)  # noqa: PTH104
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
    if sync:
        sync_folder(Path(path).parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
