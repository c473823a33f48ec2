"""File systems that are mounted inside a folder: what lies on them is not the folder's to delete."""

import os
import re
from pathlib import Path

_MOUNTINFO = Path("/proc/self/mountinfo")


def mounts_below(folder: Path) -> list[str]:
    """Places below a folder where something else is mounted, relative to it, sorted.

    Linux lists them all, bind mounts of the same file system included; elsewhere the device numbers of folders tell.

    Raises:
        OSError: The folder cannot be read.
    """
    base = os.path.realpath(folder)
    try:
        lines = _MOUNTINFO.read_bytes().splitlines()
    except FileNotFoundError:
        return _other_devices(base)
    places = (_unescape(line.split()[4]) for line in lines)
    inside = f"{base.rstrip('/')}/"
    return sorted({place[len(inside) :] for place in places if place.startswith(inside)} - {""})


def _unescape(place: bytes) -> str:
    r"""A path as the kernel writes it, with blanks as ``\040``.

    >>> _unescape(rb"/data/my\040disk")
    '/data/my disk'
    """
    return os.fsdecode(re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), place))


def _other_devices(base: str) -> list[str]:
    device = os.lstat(base).st_dev
    found = []
    for parent, folders, _ in os.walk(base):
        for name in list(folders):
            path = os.path.join(parent, name)  # noqa: PTH118 - os.walk gives texts
            if os.lstat(path).st_dev != device:
                folders.remove(name)
                found.append(os.path.relpath(path, base))
    return sorted(found)
