"""What a template consists of: its files, folders and links, read from the disk once."""

# Texts instead of paths: rendering one small template takes less time than a few Path objects.
# ruff: noqa: PTH115, PTH116, PTH118, PTH119, PTH120
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from rompy_core.nearest_path import did_you_mean_path
from rompy_hooks import TemplateError


class SourceEntry(NamedTuple):
    """One thing in a template tree."""

    #: Relative to the tree, parts separated by slashes.
    path: str
    #: Where it is on the disk.
    place: str
    kind: Literal["file", "folder", "link"]
    #: Permission bits.
    mode: int
    #: Bytes.
    size: int
    #: Where a link points to.
    link: str = ""


def source_entries(template: str) -> list[SourceEntry]:
    """Everything in a template, folders before what is in them, sorted.

    Args:
        template: A directory, or a single file.

    Raises:
        TemplateError: It is not there, cannot be read, or holds what cannot be staged: a device, a link that leaves it.
    """
    try:
        return sorted(_walk(template, "", template))
    except NotADirectoryError:
        return [_single_file(template)]
    except FileNotFoundError as error:
        raise TemplateError(f"{template}: no such directory or file.{did_you_mean_path(Path(template))}") from error
    except OSError as error:
        raise TemplateError(f"{error.filename or template}: cannot be read: {error.strerror}") from error


def _single_file(template: str) -> SourceEntry:
    status = os.stat(template)
    if not stat.S_ISREG(status.st_mode):
        raise TemplateError(f"{template}: is neither a file nor a directory, so it cannot be a template")
    return SourceEntry(os.path.basename(template), template, "file", status.st_mode & 0o777, status.st_size)


def _walk(folder: str, prefix: str, root: str) -> Iterator[SourceEntry]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield SourceEntry(path, entry.path, "folder", 0o777, 0)
                yield from _walk(entry.path, path + "/", root)
            else:
                yield _leaf(entry, path, root)


def _leaf(entry: "os.DirEntry[str]", path: str, root: str) -> SourceEntry:
    if entry.is_symlink():
        return SourceEntry(path, entry.path, "link", 0o777, 0, _link_inside(entry.path, path, root))
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        raise TemplateError(f"{entry.path}: is neither a file, a directory nor a link, so it cannot be staged")
    return SourceEntry(path, entry.path, "file", status.st_mode & 0o777, status.st_size)


def _link_inside(place: str, path: str, root: str) -> str:
    """Where a link points to; it may not leave the tree, neither by its text nor through another link."""
    text = os.readlink(place)
    by_text = os.path.normpath(os.path.join(os.path.dirname(path), text))
    real_root = os.path.realpath(root)
    by_disk = os.path.realpath(place)
    if text.startswith("/") or by_text.split("/")[0] == ".." or not (by_disk + "/").startswith(real_root + "/"):
        raise TemplateError(
            f"{place}: is a link to {text!r}, which leaves the template; "
            "put the file itself there, or name it in 'data' with link: symlink"
        )
    return text
