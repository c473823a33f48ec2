"""What cannot be started, and where commands are found."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rompy_core.processes.spawn import NotStartedError, executable

if TYPE_CHECKING:
    from conftest import Stage


def _script(path: Path, text: str = "#!/bin/sh\necho ran\n", mode: int = 0o755) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def _refused(stage: Stage, *argv: str, **changes: object) -> str | None:
    outcome = stage.run(*argv, **changes)
    assert (outcome.exit_code, outcome.signal, outcome.ended_by, outcome.duration) == (None, None, "not_started", 0.0)
    return outcome.error


def test_missing_command_names_where_it_was_searched(stage: Stage) -> None:
    """The PATH is the child's."""
    text = "executable 'swan.exe': No such file or directory. Searched in PATH=/nowhere:/bin"
    assert _refused(stage, "swan.exe", env={"PATH": "/nowhere:/bin"}) == text


def test_missing_file_names_the_directory(stage: Stage) -> None:
    """A relative path starts in cwd; a script whose interpreter is missing looks the same to the kernel."""
    text = (
        f"executable './swan.exe': No such file or directory. Looked for in '{stage.folder}'; "
        "for a script the program of its first line must exist too"
    )
    assert _refused(stage, "./swan.exe") == text
    _script(stage.folder / "swan.exe", "#!/no/such/shell\n")
    assert _refused(stage, "./swan.exe") == text


def test_file_that_is_not_executable_is_refused(stage: Stage) -> None:
    """By its path and by its name."""
    _script(stage.folder / "swan.exe", mode=0o644)
    assert _refused(stage, "./swan.exe") == "executable './swan.exe': Permission denied"
    path = str(stage.folder)
    text = f"executable 'swan.exe': Permission denied. Searched in PATH={path}"
    assert _refused(stage, "swan.exe", env={"PATH": path}) == text


def test_script_without_first_line_says_what_it_needs(stage: Stage) -> None:
    """No shell guesses here."""
    _script(stage.folder / "swan.exe", "echo ran\n")
    text = "executable './swan.exe': Exec format error. A script needs a first line such as #!/bin/sh"
    assert _refused(stage, "./swan.exe") == text


def test_missing_directory_is_named(stage: Stage) -> None:
    """The working directory is the first thing that is tried."""
    missing = stage.folder / "missing"
    assert _refused(stage, "true", cwd=missing) == f"cwd '{missing}': No such file or directory"


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_stream_that_cannot_be_opened_is_named(stage: Stage, stream: str) -> None:
    """Each of the three says its name and path."""
    path = stage.folder / "missing" / "file"
    assert _refused(stage, "true", **{stream: path}) == f"{stream} '{path}': No such file or directory"


def test_fifo_without_reader_does_not_hang_the_worker(stage: Stage) -> None:
    """Opening it would wait for ever where no timeout reaches."""
    fifo = stage.fifo()
    assert _refused(stage, "true", stdout=fifo) == f"stdout '{fifo}': No such device or address"
    assert stage.run("cat", stdin=fifo).exit_code == 0


def test_next_run_is_not_harmed_by_one_that_did_not_start(stage: Stage) -> None:
    """The worker that failed serves on."""
    _refused(stage, "no-such-command")
    assert stage.shell("exit 4").exit_code == 4


def test_command_is_found_as_the_shell_would(tmp_path: Path) -> None:
    """The first executable file; folders and files without permission are passed over, empty entries are cwd."""
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "model").mkdir()
    _script(tmp_path / "b" / "model", mode=0o644)
    _script(tmp_path / "c" / "model")
    folders = b":".join(os.fsencode(tmp_path / name) for name in ("a", "b", "c"))
    assert executable(b"model", {b"PATH": folders}) == os.fsencode(tmp_path / "c" / "model")
    assert executable(b"./model", {b"PATH": folders}) == b"./model"
    assert executable(b"sh", {}) == b"/bin/sh"
    with pytest.raises(NotStartedError) as raised:
        executable(b"model", {b"PATH": b"/nowhere"})
    assert (raised.value.what, raised.value.number) == ("executable", errno.ENOENT)


def test_empty_entry_of_path_is_the_working_directory(stage: Stage) -> None:
    """As POSIX says."""
    _script(stage.folder / "model")
    assert stage.run("model", env={"PATH": "/nowhere:"}).exit_code == 0
    assert stage.out.read_text() == "ran\n"
