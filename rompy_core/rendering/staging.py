"""Write what a template was rendered to: new files whole, or not at all."""

# Descriptors and texts instead of paths, as in the rest of the hot path.
# ruff: noqa: PTH102, PTH103, PTH105, PTH108, PTH112, PTH114, PTH123, PTH211
import mmap
import os
from collections.abc import Iterable
from typing import NamedTuple

from rompy_core.rendering.source_tree import SourceEntry
from rompy_hooks import StageError, TemplateError

_READ_WHOLE = 1 << 20
_CHUNK = 1 << 20
_MARKS = (b"{{", b"{%", b"{#")


class Staged(NamedTuple):
    """One thing to write into the workspace."""

    #: Relative to the workspace.
    path: str
    entry: SourceEntry
    #: The bytes of a file; ``None`` copies the template's.
    content: bytes | None


def read_whole(entry: SourceEntry) -> bytes | None:
    """The bytes of a template, or ``None`` for a large file without a mark of a template: it is not held in memory."""
    try:
        descriptor = os.open(entry.place, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if entry.size > _READ_WHOLE and not _has_marks(descriptor):
                return None
            parts = []
            while part := os.read(descriptor, max(entry.size + 1, 1)):
                parts.append(part)
            return parts[0] if len(parts) == 1 else b"".join(parts)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise TemplateError(f"{entry.place}: cannot be read: {error.strerror}") from error


def _has_marks(descriptor: int) -> bool:
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as view:
        return any(view.find(mark) >= 0 for mark in _MARKS)


def stage(items: Iterable[Staged], target: str) -> None:
    """Write files, folders and links below a directory, which is made where it is not there.

    Raises:
        StageError: The system refused; what was written of that file is removed.
    """
    made: set[str] = set()
    path = target
    try:
        _make_target(target)
        for item in items:
            path = f"{target}/{item.path}"
            folder = item.path if item.entry.kind == "folder" else item.path.rpartition("/")[0]
            if folder and folder not in made:
                _make_folders(target, folder, made)
            if item.entry.kind == "link":
                _replace_by_link(item.entry.link, path)
            elif item.entry.kind == "file":
                _write(item, path)
    except OSError as error:
        raise StageError(f"{path}: cannot be written: {error.strerror}") from error


def _make_target(target: str) -> None:
    try:
        os.mkdir(target)
    except FileExistsError:
        pass  # a file in its place is told by the first write
    except FileNotFoundError:
        os.makedirs(target, exist_ok=True)


def _make_folders(target: str, folder: str, made: set[str]) -> None:
    """Make a folder and those above it; a link in their place could lead out of the workspace, so it is refused."""
    path = ""
    for part in folder.split("/"):
        path = f"{path}/{part}" if path else part
        if path in made:
            continue
        place = f"{target}/{path}"
        try:
            os.mkdir(place)
        except FileExistsError:
            if os.path.islink(place) or not os.path.isdir(place):
                raise StageError(f"{place}: a folder is needed here, but there is a file or link; remove it") from None
        made.add(path)


def _replace_by_link(text: str, path: str) -> None:
    try:
        os.symlink(text, path)
    except FileExistsError:
        os.symlink(text, path + _NEW)
        os.replace(path + _NEW, path)


_NEW = ".rompy-new"


def _write(item: Staged, path: str) -> None:
    """Write a file; one that is there already gets replaced, never changed: it may be a link, or linked elsewhere."""
    mode = item.entry.mode | 0o600
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        descriptor, place = os.open(path, flags, mode), path
    except FileExistsError:
        place = path + _NEW
        descriptor = os.open(place, flags & ~os.O_EXCL | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        try:
            _fill(descriptor, item)
        finally:
            os.close(descriptor)
        if place != path:
            os.replace(place, path)
    except BaseException:
        os.unlink(place)
        raise


def _fill(descriptor: int, item: Staged) -> None:
    if item.content is None:
        _copy(item.entry.place, descriptor)
        return
    rest = memoryview(item.content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _copy(source: str, descriptor: int) -> None:
    with open(source, "rb", buffering=0) as file:
        while part := file.read(_CHUNK):
            rest = memoryview(part)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
