"""Lines of logs, whatever is in them."""

import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rompy_core.expectations.log_lines import numbered_lines


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"one\ntwo\n\nfour", [(1, "one"), (2, "two"), (4, "four")]),
        (b"one\r\ntwo\r\n", [(1, "one"), (2, "two")]),
        (b"10%\r20%\rdone\nnext", [(1, "10%"), (1, "20%"), (1, "done"), (2, "next")]),
        (b"caf\xe9\n", [(1, "caf\ufffd")]),
        ("Höhe\n".encode(), [(1, "Höhe")]),
        (b"\0binary\n", [(1, "\0binary")]),
    ],
)
def test_numbered_lines_of_each_form(tmp_path: Path, content: bytes, lines: list[tuple[int, str]]) -> None:
    """Upstream defect 10: one byte that is no UTF-8 hung the run."""
    (tmp_path / "log").write_bytes(content)
    assert list(numbered_lines(tmp_path / "log")) == lines


def test_numbered_lines_counts_across_chunks(tmp_path: Path) -> None:
    """A log of several megabytes is numbered as an editor does, each line whole."""
    (tmp_path / "log").write_bytes(b"".join(b"line %d\n" % number for number in range(1, 300_001)))
    assert all(line == f"line {number}" for number, line in numbered_lines(tmp_path / "log"))
    assert sum(1 for _ in numbered_lines(tmp_path / "log")) == 300_000


def test_numbered_lines_of_an_endless_line_takes_little_memory(tmp_path: Path) -> None:
    """A sparse file of 200 MB without a newline; what stands across two pieces is whole in one of them."""
    with (tmp_path / "log").open("wb") as log:
        log.truncate(200_000_000)
        for place in ((1 << 20) - 3, (1 << 25) - 3):
            os.pwrite(log.fileno(), b"Severe", place)
    tracemalloc.start()
    found = [number for number, line in numbered_lines(tmp_path / "log") if "Severe" in line]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert set(found) == {1}
    assert len(found) >= 2
    assert peak < 20_000_000


def test_numbered_lines_of_a_pipe_does_not_wait(tmp_path: Path) -> None:
    """A pipe that nobody writes to has no lines."""
    os.mkfifo(tmp_path / "pipe")
    assert list(numbered_lines(tmp_path / "pipe")) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300))
def test_numbered_lines_are_what_splitting_gives(tmp_path: Path, content: bytes) -> None:
    """Of any bytes."""
    (tmp_path / "log").write_bytes(content)
    expected = [
        (number, piece)
        for number, line in enumerate(content.split(b"\n"), 1)
        for piece in line.decode("utf-8", "replace").split("\r")
        if piece
    ]
    assert list(numbered_lines(tmp_path / "log")) == expected
