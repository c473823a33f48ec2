"""Files that appear whole or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rompy_core.workspace import write_whole
from rompy_core.workspace.atomic import TEMPORARY, write_all


def names_in(folder: Path) -> list[str]:
    """The names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def test_write_whole_replaces_the_content(tmp_path: Path) -> None:
    """The file has the new content and nothing else is left."""
    path = tmp_path / "record.json"
    write_whole(path, b"old")
    write_whole(path, b"new", sync=True)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_write_whole_gives_the_mode_less_the_umask(tmp_path: Path) -> None:
    """run.sh can be executed."""
    write_whole(tmp_path / "run.sh", b"", mode=0o777)
    assert os.access(tmp_path / "run.sh", os.X_OK)


def test_write_whole_keeps_the_old_content_when_the_disk_is_full(tmp_path: Path) -> None:
    """A file that may not grow stands for a full disk; upstream defect 33."""
    path = tmp_path / "record.json"
    path.write_bytes(b"old")
    code = f"""
import resource, signal
from pathlib import Path
from rompy_core.workspace import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    write_whole(Path({str(path)!r}), b"x" * 1000)
except OSError as error:
    print(error.strerror)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "File too large\n"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_write_whole_keeps_the_old_content_when_it_is_killed(tmp_path: Path) -> None:
    """After kill -9 in the middle of a write readers still see the old content."""
    path = tmp_path / "record.json"
    path.write_bytes(b"old")
    code = f"""
import os, signal
from pathlib import Path
import rompy_core.workspace.atomic as atomic
def half(descriptor, data):
    os.write(descriptor, data[:3])
    os.kill(os.getpid(), signal.SIGKILL)
atomic.write_all = half
atomic.write_whole(Path({str(path)!r}), b"new content")
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert [TEMPORARY in name for name in names_in(tmp_path)] == [False, True]


def test_write_all_goes_on_where_a_write_was_short(tmp_path: Path) -> None:
    """A pipe that takes little at a time gets every byte."""
    reader, writer = os.pipe()
    data = bytes(range(256)) * 1024
    with (tmp_path / "out").open("wb") as out:
        child = subprocess.Popen(["cat"], stdin=reader, stdout=out)
    os.close(reader)
    write_all(writer, data)
    os.close(writer)
    assert child.wait() == 0
    assert (tmp_path / "out").read_bytes() == data


def test_write_whole_tells_of_a_missing_folder(tmp_path: Path) -> None:
    """Its folder has to be there."""
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "no" / "file", b"")
