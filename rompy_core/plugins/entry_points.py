"""The entry points of installed distributions, found by reading their ``entry_points.txt``.

``importlib.metadata`` would do the same, but importing it costs two bare interpreters, and ``rompy --help`` waits for
this. So this module imports next to nothing, and opens only what it must.
"""

import os
import sys
from collections.abc import Collection, Iterator, Sequence

_SUFFIXES = (".dist-info", ".egg-info")
# Every group of ours begins so; a file without it needs no parsing.
_MARK = b"[rompy"


class EntryPoint:
    """One line of an ``entry_points.txt``: a name, and the object it stands for, not imported yet.

    Attributes:
        group: Such as ``rompy.run``.
        name: Such as ``custom``.
        value: ``module``, ``module:object`` or ``module:object.attribute``.
        distribution: The name of the distribution that installed it.
        version: The distribution's version; empty where it doesn't tell.
    """

    __slots__ = ("distribution", "group", "name", "value", "version")

    def __init__(self, group: str, name: str, value: str, distribution: str, version: str) -> None:
        self.group = group
        self.name = name
        self.value = value
        self.distribution = distribution
        self.version = version

    def _key(self) -> tuple[str, str, str, str, str]:
        return self.group, self.name, self.value, self.distribution, self.version

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EntryPoint) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"EntryPoint({', '.join(map(repr, self._key()))})"

    def load(self) -> object:
        """Import the module and return what the entry point stands for.

        Raises:
            AttributeError: The module has no such object.
            BaseException: Whatever the module raises when it is imported.
        """
        from importlib import import_module

        module, _, path = self.value.partition("[")[0].partition(":")
        found: object = import_module(module.strip())
        for attribute in filter(None, path.strip().split(".")):
            found = getattr(found, attribute)
        return found


def entry_points(groups: Collection[str], search_path: Sequence[str] | None = None) -> tuple[EntryPoint, ...]:
    """The entry points of some groups, in the order of the path, distributions of one folder by name.

    A distribution that is there twice counts once: the first on the path is the one that Python imports, too.

    Args:
        groups: Names of groups; only those that begin with ``rompy`` are found.
        search_path: Folders to look in; :data:`sys.path` unless given.
    """
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for folder in dict.fromkeys(sys.path if search_path is None else search_path):
        for info, data in _files(folder or "."):
            name, version = _name_and_version(info)
            key = _normalised(name)
            if key not in seen:
                seen.add(key)
                lines = data.decode("utf-8", "replace").splitlines()
                found.extend(EntryPoint(*line, name, version) for line in _parse(lines) if line[0] in groups)
    return tuple(found)


def _files(folder: str) -> list[tuple[str, bytes]]:
    """Each metadata folder in ``folder`` whose entry points name one of our groups, with that file's bytes."""
    try:
        # scandir's entries would cost an object each: only the names are wanted.
        names = os.listdir(folder)  # noqa: PTH208 - see above
    except OSError:  # a zip file, a folder that is gone or that may not be read: nothing to find there
        return []
    infos = (f"{folder}/{name}" for name in names if name.endswith(_SUFFIXES))
    files = ((info, _read(f"{info}/entry_points.txt")) for info in infos)
    return sorted((info, data) for info, data in files if _MARK in data)


def _read(path: str) -> bytes:
    """A small file's bytes; none where it cannot be read. Bare descriptors: a file object costs twice as much."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        size = os.fstat(descriptor).st_size
        return os.read(descriptor, size)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _name_and_version(info: str) -> tuple[str, str]:
    """A distribution's name and version, from its own words or else from the name of its metadata folder."""
    stem = info.rpartition("/")[2].rpartition(".")[0]
    name, _, version = stem.partition("-")
    file = "METADATA" if info.endswith(".dist-info") else "PKG-INFO"
    told = {}
    for line in _read(f"{info}/{file}").decode("utf-8", "replace").splitlines():
        if not line:  # the description follows
            break
        key, _, value = line.partition(":")
        told[key.lower()] = value.strip()
    return told.get("name") or name.replace("_", "-"), told.get("version") or version


def _normalised(name: str) -> str:
    """A distribution's name as it is compared: ``Rompy_PBS`` and ``rompy-pbs`` are one."""
    return "-".join(filter(None, name.lower().replace("_", "-").replace(".", "-").split("-")))


def _parse(lines: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Group, name and value of each line that has them."""
    group = ""
    for raw in lines:
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
        elif line and line[0] not in "#;" and "=" in line:
            name, _, value = line.partition("=")
            yield group, name.strip(), value.strip()
