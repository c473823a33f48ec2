"""Where the workspace of a run is: one function, asked by every stage, processor and command."""

import os
from pathlib import Path

from rompy_hooks import IDENTIFIER, RequestError

#: Folder of a workspace that holds the record; it marks the workspace as ours.
RECORD_DIR = ".rompy"

#: Bytes that an identifier may have: most file systems take names of 255, and ours get suffixes.
LONGEST_IDENTIFIER = 200


def check_identifier(text: str, what: str) -> str:
    """The text, if it is an identifier: it can be a name of a directory and cannot lead out of one.

    Args:
        text: What was given.
        what: What it is to name, for the error: ``run_id``.

    Raises:
        RequestError: It is no identifier (a ``ValueError`` too).

    >>> check_identifier("swan-06", "run_id")
    'swan-06'
    """
    if not isinstance(text, str) or IDENTIFIER.fullmatch(text) is None:
        raise RequestError(
            f"{text!r} is no {what}: it must begin with a letter or digit and hold letters, digits, and . _ + - only"
        )
    if len(text) > LONGEST_IDENTIFIER:
        raise RequestError(
            f"{text[:40]!r}... is no {what}: it has {len(text)} characters, at most {LONGEST_IDENTIFIER} are allowed"
        )
    return text


def workspace_of(output_dir: Path, run_id: str, run_id_subdir: bool = True) -> Path:
    """The workspace of a run: ``output_dir/run_id``, or ``output_dir`` alone without ``run_id_subdir``.

    Args:
        output_dir: Where workspaces are made; a relative one is taken from the working directory.
        run_id: The run's identifier.
        run_id_subdir: Whether the run gets a folder of its own.

    Returns:
        An absolute path without ``..``; symlinks in ``output_dir`` stay as they were written, because people know
        their disks by these names (those before a ``..`` are resolved, as the kernel would).

    Raises:
        RequestError: ``run_id`` is no identifier.
    """
    check_identifier(run_id, "run_id")
    folder = output_dir if output_dir.is_absolute() else Path.cwd() / output_dir
    if ".." in folder.parts:
        cut = len(folder.parts) - folder.parts[::-1].index("..")
        folder = Path(os.path.realpath(Path(*folder.parts[:cut])), *folder.parts[cut:])
    return folder / run_id if run_id_subdir else folder
