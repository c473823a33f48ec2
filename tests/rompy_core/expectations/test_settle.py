"""A snapshot from which every later change can be told."""

import os
import time
from pathlib import Path

import pytest

from rompy_core.expectations import judge, snapshot_before
from rompy_core.workspace import take_snapshot
from rompy_hooks import Expect

EXPECT = Expect(outputs=("out.nc",))


def test_snapshot_before_tells_a_file_written_again_at_once(tmp_path: Path) -> None:
    """The clock of the file system moves every few milliseconds only: the same size, in place, in a loop."""
    output = tmp_path / "out.nc"
    output.write_text("result")
    for _ in range(20):
        before = snapshot_before(EXPECT, tmp_path)
        output.write_text("result")
        assert judge(EXPECT, tmp_path, before, take_snapshot(tmp_path)) == ()


def test_snapshot_before_waits_until_the_clock_has_moved_on(tmp_path: Path) -> None:
    """Newer kernels tell such writes apart by themselves, so the clock is what is looked at here."""
    coarse = 5  # CLOCK_REALTIME_COARSE
    for _ in range(20):
        (tmp_path / "out.nc").write_text("result")
        before = snapshot_before(EXPECT, tmp_path)
        assert time.clock_gettime_ns(coarse) > before["out.nc"][2]


def test_snapshot_before_does_not_wait_for_the_future(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of another host's clock differs from what is written now."""
    (tmp_path / "out.nc").write_text("x")
    later = time.time() + 86400
    os.utime(tmp_path / "out.nc", (later, later))

    def refuse(_seconds: float) -> None:
        raise AssertionError("it waits")

    monkeypatch.setattr(time, "sleep", refuse)
    assert list(snapshot_before(EXPECT, tmp_path)) == ["out.nc"]


def test_snapshot_before_works_without_that_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS has no coarse clock to ask; no such system can be had here."""
    (tmp_path / "out.nc").write_text("x")

    def refuse(_clock: int) -> int:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(time, "clock_gettime_ns", refuse)
    assert list(snapshot_before(EXPECT, tmp_path)) == ["out.nc"]
    assert snapshot_before(Expect(), tmp_path) == take_snapshot(tmp_path)
