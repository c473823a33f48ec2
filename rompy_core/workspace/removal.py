"""Deletion: the one place that removes what lies in a workspace, and the rules that it keeps.

A workspace is emptied only if it carries the marker of a run of the same id, is inside ``output_dir``, is no symlink
and is locked by us, and if no other run has its workspace below. ``.rompy`` always stays. All is done from an open
folder that is proven to hold our lock, so that nothing that is renamed or linked meanwhile can lead the deletion
elsewhere.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from rompy_core.workspace.listed import open_folder, remove_listed
from rompy_core.workspace.location import RECORD_DIR
from rompy_core.workspace.lock import LOCK, WorkspaceLock
from rompy_core.workspace.mounts import mounts_below
from rompy_core.workspace.record_dir import marker_of
from rompy_core.workspace.snapshot import Facts
from rompy_hooks import WorkspaceError


def clear_workspace(
    workspace: Path,
    *,
    output_dir: Path,
    run_id: str,
    run_id_subdir: bool = True,
    only_ours: bool = False,
    ours: Mapping[str, Facts | None] = MappingProxyType({}),
    lock: WorkspaceLock,
) -> None:
    """Remove what lies in a workspace, except ``.rompy``.

    Args:
        workspace: Absolute path of the workspace.
        output_dir: Where the run's workspaces are made.
        run_id: The run's id, which the marker must carry.
        run_id_subdir: Whether the workspace is the run's own; if not, only the files of ``ours`` go, and the folders
            that are left empty by that.
        only_ours: Whether only those go all the same, because others had put files there before the run.
        ours: Files that the record lists, relative to the workspace, as
            :func:`~rompy_core.record.listed_files` tells them; one that has changed since stays.
        lock: The workspace's lock, held.

    Raises:
        WorkspaceError: The rules forbid it (nothing was removed), or a file cannot be removed.
    """
    _check_place(workspace, output_dir, run_id, run_id_subdir)
    try:
        with open_folder(workspace) as root:
            _check_marker(workspace, root, run_id, lock)
            if run_id_subdir and not only_ours:
                _refuse_mounts(workspace, mounts_below(workspace))
                _refuse_runs(workspace)
                _remove_all(root)
            else:
                _refuse_mounts(workspace, _mounts_above(sorted(ours), mounts_below(workspace)))
                remove_listed(root, ours)
    except OSError as error:
        raise WorkspaceError(
            f"{workspace} cannot be emptied: {error.filename or workspace}: {error.strerror}"
        ) from error


def _refuse(workspace: Path, why: str) -> WorkspaceError:
    return WorkspaceError(f"{workspace} is not emptied: {why}")


def _check_place(workspace: Path, output_dir: Path, run_id: str, run_id_subdir: bool) -> None:
    if workspace.is_symlink():
        raise _refuse(workspace, f"it is a symlink to {os.readlink(workspace)}; remove what it leads to by hand")  # noqa: PTH115 - the text as it is
    place, base = os.path.realpath(workspace), os.path.realpath(output_dir)
    expected = os.path.join(base, run_id) if run_id_subdir else base  # noqa: PTH118 - texts, as realpath gives them
    if place != expected:
        raise _refuse(workspace, f"it is not the workspace of run {run_id!r} in {output_dir}")


def _check_marker(workspace: Path, root: int, run_id: str, lock: WorkspaceLock) -> None:
    marker = marker_of(Path(), dir_fd=root)
    if marker is None:
        raise _refuse(workspace, f"it has no {RECORD_DIR}/ with a journal, so rompy did not make it")
    if marker != run_id:
        raise _refuse(workspace, f"it belongs to run {marker!r}, not to {run_id!r}")
    if lock.descriptor < 0 or not _holds_lock(root, lock.descriptor):
        raise _refuse(workspace, "it is not locked by this run")


def _holds_lock(root: int, descriptor: int) -> bool:
    """Whether the lock file that we hold lies in this very folder."""
    try:
        with open_folder(RECORD_DIR, root) as record:
            found = os.stat(LOCK, dir_fd=record, follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and os.path.samestat(found, os.fstat(descriptor))


def _mounts_above(listed: list[str], mounts: list[str]) -> list[str]:
    return [mount for mount in mounts if any(f"{path}/".startswith(f"{mount}/") for path in listed)]


def _refuse_mounts(workspace: Path, mounts: list[str]) -> None:
    if mounts:
        raise _refuse(workspace, f"another file system is mounted below it, at {', '.join(mounts)}; unmount it first")


def _refuse_runs(workspace: Path) -> None:
    """Another run may have its workspace below, and be at work in it."""
    for folder, names, _ in os.walk(workspace):
        if folder == os.fspath(workspace):
            names[:] = [name for name in names if name != RECORD_DIR]
        elif RECORD_DIR in names:
            raise _refuse(workspace, f"another run has its workspace in it, {folder}; move that away first")


def _remove_all(root: int) -> None:
    import shutil

    with os.scandir(root) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if name == RECORD_DIR:
            continue
        if is_folder:
            # Safe against symlinks that appear meanwhile: it works from open folders too.
            shutil.rmtree(name, dir_fd=root)
        else:
            os.unlink(name, dir_fd=root)
