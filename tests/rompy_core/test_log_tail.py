"""Following log files."""

from pathlib import Path

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
