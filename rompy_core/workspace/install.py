"""Inputs move from where they were made into the workspace: all of them, or none where one would hide a stranger's."""

import os
import stat
from collections.abc import Callable, Collection
from pathlib import Path

from rompy_core.workspace.listed import open_folder, remove_listed
from rompy_core.workspace.location import RECORD_DIR
from rompy_hooks import WorkspaceError

#: Conflicts that an error lists.
_LISTED = 5

_A_FOLDER = "a folder"


def install_inputs(
    staging: Path,
    workspace: Path,
    *,
    ours: Collection[str] = (),
    going: Collection[str] | None = (),
    clear: Callable[[], object] | None = None,
    planned: Callable[[tuple[str, ...]], object] | None = None,
) -> tuple[str, ...]:
    """Move every file of a staging folder into the workspace, by renames.

    Args:
        staging: A folder on the workspace's file system (inside ``.rompy``); it is gone afterwards.
        workspace: The workspace.
        ours: Inputs of an earlier generate, relative to the workspace: they may be replaced, and those that are no
            longer made are removed, after the others are in place.
        going: What ``clear`` will remove; ``None`` for all.
        clear: Called once it is sure that nothing stands in the way.
        planned: Called with the inputs before the first of them is moved, so that they can be told from a stranger's
            files if this is cut off.

    Returns:
        The inputs, relative to the workspace, sorted.

    Raises:
        WorkspaceError: Files that are not ours, with other content, are in the way; nothing was moved then.
        OSError: The file system refused a move.
    """
    folders: list[str] = []
    files: list[str] = []
    _list(os.fspath(staging), "", folders, files)
    files.sort()
    inputs = tuple(files)
    _refuse_conflicts(staging, workspace, folders, files, ours, going)
    if clear is not None:
        clear()
    if planned is not None:
        planned(inputs)
    stale = set(ours).difference(files) if ours else set()
    _remove(workspace, stale.intersection(folders))  # else no folder could be made there
    _move(os.fspath(staging), os.fspath(workspace), folders, files)
    _remove(workspace, stale.difference(folders))
    return inputs


def _remove(workspace: Path, stale: Collection[str]) -> None:
    if stale:
        with open_folder(workspace) as root:
            remove_listed(root, dict.fromkeys(stale))


def _list(folder: str, prefix: str, folders: list[str], files: list[str]) -> None:
    """Collect what is below a folder, parents before what is in them."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
                _list(entry.path, f"{path}/", folders, files)
            else:
                files.append(path)


def _refuse_conflicts(
    staging: Path,
    workspace: Path,
    folders: list[str],
    files: list[str],
    ours: Collection[str],
    going: Collection[str] | None,
) -> None:
    conflicts = [] if going is None else _conflicts(staging, workspace, folders, files, ours, going)
    conflicts += [f"{path} is rompy's own" for path in (*folders, *files) if path.split("/")[0] == RECORD_DIR]
    if conflicts:
        conflicts.sort()
        more = f" and {len(conflicts) - _LISTED} more" if len(conflicts) > _LISTED else ""
        raise WorkspaceError(
            f"{workspace}: inputs would replace what is there: {'; '.join(conflicts[:_LISTED])}{more}. "
            "Move these files away, or choose another run_id or output_dir"
        )


def _conflicts(
    staging: Path,
    workspace: Path,
    folders: list[str],
    files: list[str],
    ours: Collection[str],
    going: Collection[str],
) -> list[str]:
    mine = {*ours, *going} if going else ours
    conflicts = [f"{path} is no folder" for path in folders if _blocks_folder(f"{workspace}/{path}", path, mine)]
    for path in files:
        why = _why_not_to_replace(f"{staging}/{path}", f"{workspace}/{path}", path in mine)
        if why == _A_FOLDER and going and _goes(workspace, path, going):
            continue
        conflicts += [f"{path} is {why}"] if why else []
    return conflicts


def _goes(workspace: Path, folder: str, going: Collection[str]) -> bool:
    """Whether nothing is left of a folder when files of a list are gone, and the folders that this leaves empty."""
    entries = list(os.scandir(workspace / folder))
    return bool(entries) and all(
        _goes(workspace, path, going) if is_folder else path in going
        for path, is_folder in ((f"{folder}/{entry.name}", entry.is_dir(follow_symlinks=False)) for entry in entries)
    )


def _blocks_folder(target: str, path: str, ours: Collection[str]) -> bool:
    try:
        # A symlink to a folder blocks too: inputs would land wherever it leads.
        return not stat.S_ISDIR(os.lstat(target).st_mode) and path not in ours
    except (FileNotFoundError, NotADirectoryError):
        return False


def _why_not_to_replace(source: str, target: str, is_ours: bool) -> str | None:
    try:
        there = os.lstat(target)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISDIR(there.st_mode):
        return _A_FOLDER
    return None if is_ours or _is_same(source, target, there) else "not an input of this run"


def _is_same(source: str, target: str, there: os.stat_result) -> bool:
    made = os.lstat(source)
    if stat.S_IFMT(made.st_mode) != stat.S_IFMT(there.st_mode):
        return False
    if stat.S_ISLNK(made.st_mode):
        return os.readlink(source) == os.readlink(target)  # noqa: PTH115 - texts
    if not stat.S_ISREG(made.st_mode) or made.st_size != there.st_size:
        return False
    with Path(source).open("rb") as one, Path(target).open("rb") as other:
        while piece := one.read(1 << 20):
            if piece != other.read(len(piece)):
                return False
    return True


def _move(staging: str, workspace: str, folders: list[str], files: list[str]) -> None:
    for path in folders:
        try:
            os.mkdir(f"{workspace}/{path}")  # noqa: PTH102 - texts: this is a hot path
        except FileExistsError:
            continue
    for path in files:
        os.rename(f"{staging}/{path}", f"{workspace}/{path}")  # noqa: PTH104 - as above
    for path in reversed(folders):
        os.rmdir(f"{staging}/{path}")  # noqa: PTH106 - as above
    os.rmdir(staging)  # noqa: PTH106 - as above
