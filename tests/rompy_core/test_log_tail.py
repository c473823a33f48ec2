"""Following log files."""

import threading
from pathlib import Path

import pytest

from rompy_core.log_tail import LogFollower, LogTail


def test_tail_gives_complete_lines_and_keeps_the_rest(tmp_path: Path) -> None:
    """Half a line waits for its end."""
    log = tmp_path / "stdout.log"
    tail = LogTail(log)
    assert tail.lines() == []
    log.write_bytes(b"one\r\ntw")
    assert tail.lines() == ["one"]
    with log.open("ab") as stream:
        stream.write(b"o\nthree")
    assert tail.lines() == ["two"]
    assert tail.lines(last=True) == ["three"]


def test_tail_replaces_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    """A stray byte of a model neither stops nor breaks the tail."""
    log = tmp_path / "stdout.log"
    log.write_bytes(b"temp 12 \xb0C\n")
    assert LogTail(log).lines() == ["temp 12 \ufffdC"]


def test_tail_cuts_a_line_without_end(tmp_path: Path) -> None:
    """A flood without line ends does not gather in memory."""
    log = tmp_path / "stdout.log"
    log.write_bytes(b"x" * 200_000)
    tail = LogTail(log)
    lengths = [len(line) for _ in range(6) for line in tail.lines()]
    lengths += [len(line) for line in tail.lines(last=True)]
    assert sum(lengths) == 200_000
    assert max(lengths) <= 3 * 64 * 1024


def test_follower_hands_on_all_lines_of_all_logs(tmp_path: Path) -> None:
    """What was written before the end of the block is told, whenever the thread looked."""
    told: list[tuple[str, str]] = []
    logs = {"stdout": tmp_path / "stdout.log", "stderr": tmp_path / "stderr.log"}
    with LogFollower(logs, lambda stream, lines: told.extend((stream, line) for line in lines), interval=0.001):
        for number in range(500):
            for log in logs.values():
                with log.open("a") as stream:
                    stream.write(f"line {number}\n")
    for stream_name in logs:
        assert [line for name, line in told if name == stream_name] == [f"line {number}" for number in range(500)]


def test_follower_keeps_up_with_a_flood(tmp_path: Path) -> None:
    """What is there when it looks is handed on without another wait, however much it is."""
    log = tmp_path / "stdout.log"
    log.write_bytes(b"x" * 1023 + b"\n" + b"y\n" * 1_500_000)
    seen: list[int] = []
    done = threading.Event()

    def tell(_stream: str, lines: list[str]) -> None:
        seen.append(len(lines))
        if sum(seen) == 1_500_001:
            done.set()

    with LogFollower({"stdout": log}, tell, interval=1000):
        assert done.wait(30)


def test_follower_tells_at_the_end_how_much_it_leaves_out(tmp_path: Path) -> None:
    """Gigabytes that nobody took in time do not hold up the run's result."""
    log = tmp_path / "stdout.log"
    began, go = threading.Event(), threading.Event()
    told: list[str] = []

    def tell(_stream: str, lines: list[str]) -> None:
        began.set()
        go.wait(30)
        told.extend(lines)

    log.write_bytes(b"first\n")
    with LogFollower({"stdout": log}, tell, interval=0.001) as follower:
        assert began.wait(30)
        with log.open("ab") as stream:
            stream.truncate(1 << 32)  # a hole: no disk holds it
            stream.write(b"\n" * 4 + b"last line")
        follower._over.set()
        go.set()
    note = f"[... {(1 << 32) + 13 - 6 - (1 << 20)} bytes are left out here; {log} has them]"
    assert told[:2] == ["first", note]
    assert told[-1] == "last line"
    assert sum(map(len, told)) < 2 << 20


def test_an_error_of_who_is_told_is_raised_where_the_block_ends(tmp_path: Path) -> None:
    """It is not printed by the thread, and what the block itself raises goes first."""
    log = tmp_path / "stdout.log"
    log.write_bytes(b"one\n")

    def refuse(_stream: str, _lines: list[str]) -> None:
        raise KeyError("no space")

    with pytest.raises(KeyError, match="no space"), LogFollower({"stdout": log}, refuse, interval=0.001) as follower:
        follower._thread.join(30)
    with pytest.raises(ZeroDivisionError), LogFollower({"stdout": log}, refuse, interval=0.001):
        raise ZeroDivisionError
