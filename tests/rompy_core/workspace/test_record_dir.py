"""How ``.rompy`` comes to be, and whose workspace it marks."""

import errno
import os
import subprocess
import threading
from pathlib import Path

import pytest

from rompy_core.workspace import JOURNAL, RECORD_DIR, WorkspaceLock, create_record_dir, is_marked, marker_of
from rompy_hooks import WorkspaceError, WorkspaceInUseError

LINE = b'{"run_id":"swan-06"}\n'


def names_in(folder: Path) -> list[str]:
    """The names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def test_create_record_dir_makes_parents_and_writes_the_first_line(tmp_path: Path) -> None:
    """The folder appears with its first event; the descriptor appends."""
    workspace = tmp_path / "sims" / "swan-06"
    descriptor = create_record_dir(workspace, LINE)
    os.write(descriptor, b"more\n")
    os.close(descriptor)
    assert (workspace / RECORD_DIR / JOURNAL).read_bytes() == LINE + b"more\n"
    assert names_in(workspace) == [RECORD_DIR]


def test_create_record_dir_leaves_an_existing_one_alone(tmp_path: Path) -> None:
    """Who comes second is told so, and nothing of his is left."""
    os.close(create_record_dir(tmp_path, LINE))
    with pytest.raises(FileExistsError):
        create_record_dir(tmp_path, b'{"run_id":"other"}\n')
    assert (tmp_path / RECORD_DIR / JOURNAL).read_bytes() == LINE
    assert names_in(tmp_path) == [RECORD_DIR]


def test_create_record_dir_fills_an_empty_one(tmp_path: Path) -> None:
    """An empty folder marks nothing."""
    (tmp_path / RECORD_DIR).mkdir()
    os.close(create_record_dir(tmp_path, LINE))
    assert is_marked(tmp_path, "swan-06")


def test_create_record_dir_has_one_winner(tmp_path: Path) -> None:
    """Of several threads that make it at once one makes it; the others are told and leave nothing."""
    barrier = threading.Barrier(8)
    outcomes: list[str] = []

    def create(name: str) -> None:
        barrier.wait()
        try:
            os.close(create_record_dir(tmp_path / "w", b'{"run_id":"%s"}\n' % name.encode()))
        except FileExistsError:
            outcomes.append("second")
        else:
            outcomes.append(name)

    threads = [threading.Thread(target=create, args=(f"r{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [outcome for outcome in outcomes if outcome != "second"]
    assert len(outcomes) == 8
    assert [marker_of(tmp_path / "w")] == winners
    assert names_in(tmp_path / "w") == [RECORD_DIR]


def test_create_record_dir_that_was_cut_off_is_not_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt as soon as the folder is made leaves nothing, and the next one begins anew."""
    mkdir = os.mkdir

    def interrupt(path: str) -> None:
        mkdir(path)
        if RECORD_DIR in str(path):
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "mkdir", interrupt)
    with pytest.raises(KeyboardInterrupt):
        create_record_dir(tmp_path / "w", LINE)
    monkeypatch.undo()
    assert names_in(tmp_path / "w") == []
    os.close(create_record_dir(tmp_path / "w", LINE))


def test_create_record_dir_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    """Not that of one that lives, of one that may be another host's and at work, or of somebody with such a name."""
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    names = [f"{RECORD_DIR}.rompy-tmp-{pid}-1-ab" for pid in (gone.pid, os.getpid(), "x")]
    young = f"{RECORD_DIR}.rompy-tmp-{gone.pid}-2-ab"
    for name in (*names, young):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lock").touch()
    for name in names:
        os.utime(tmp_path / name, (1, 1))
    os.close(create_record_dir(tmp_path, LINE))
    assert names_in(tmp_path) == sorted([RECORD_DIR, *names[1:], young])


def test_create_record_dir_says_why_it_cannot(tmp_path: Path) -> None:
    """A workspace that is a file is no workspace."""
    (tmp_path / "w").write_text("")
    with pytest.raises(WorkspaceError) as caught:
        create_record_dir(tmp_path / "w", LINE)
    assert str(caught.value) == f"{tmp_path}/w: the workspace cannot be made: Not a directory"


@pytest.mark.parametrize("line", [b"", b"\xff\n", b"[1]\n", b'{"run_id":3}\n', b'{"run_id":"swan-0', b"[" * 100_000])
def test_marker_of_takes_no_line_that_holds_no_event(tmp_path: Path, line: bytes) -> None:
    """A journal that is torn or something else's marks nothing."""
    (tmp_path / RECORD_DIR).mkdir()
    (tmp_path / RECORD_DIR / JOURNAL).write_bytes(line)
    assert marker_of(tmp_path) is None


def test_marker_of_follows_no_symlink(tmp_path: Path) -> None:
    """A link to another run's record would make a stranger's folder ours."""
    os.close(create_record_dir(tmp_path / "real", LINE))
    for name, link in (("a", RECORD_DIR), ("b", f"{RECORD_DIR}/{JOURNAL}")):
        place = tmp_path / name / link
        place.parent.mkdir(parents=True)
        place.symlink_to(tmp_path / "real" / link)
        assert marker_of(tmp_path / name) is None
    assert not is_marked(tmp_path / "nowhere", "swan-06")


def test_marker_of_does_not_wait_at_a_pipe(tmp_path: Path) -> None:
    """A pipe in the journal's place has no line."""
    (tmp_path / RECORD_DIR).mkdir()
    os.mkfifo(tmp_path / RECORD_DIR / JOURNAL)
    assert marker_of(tmp_path) is None


def test_create_record_dir_has_what_it_is_filled_with_from_the_start(tmp_path: Path) -> None:
    """The lock is taken before anybody else can see it."""
    taken: list[WorkspaceLock] = []
    record_dir = tmp_path / "w" / RECORD_DIR

    def fill(folder: str) -> None:
        assert not record_dir.exists()
        taken.append(WorkspaceLock.create(folder, record_dir, run_id="swan-06"))

    os.close(create_record_dir(tmp_path / "w", LINE, fill))
    with taken[0] as lock:
        assert lock.guards(tmp_path / "w")
        with pytest.raises(WorkspaceInUseError, match=f"w is in use by process {os.getpid()}"):
            WorkspaceLock.acquire(record_dir, run_id="swan-06")
    WorkspaceLock.acquire(record_dir, run_id="swan-06").release()


def test_create_record_dir_leaves_nothing_when_it_cannot_be_filled(tmp_path: Path) -> None:
    """Neither the folder nor what was in it already."""

    def fill(folder: str) -> None:
        (Path(folder) / "lock").write_text("")
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(WorkspaceError) as caught:
        create_record_dir(tmp_path / "w", LINE, fill)
    assert str(caught.value) == f"{tmp_path}/w: the workspace cannot be made: Input/output error"
    assert names_in(tmp_path / "w") == []
