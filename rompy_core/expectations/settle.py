"""A snapshot from which every later change can be told."""

import time
from pathlib import Path

from rompy_core.expectations.globs import matching
from rompy_core.workspace import Snapshot, take_snapshot
from rompy_hooks import Expect

# CLOCK_REALTIME_COARSE of Linux: file systems stamp files with it, and it moves every 1-10 ms only.
_COARSE = 5
_LONGEST_TICK = 0.05


def snapshot_before(expect: Expect, workspace: Path) -> Snapshot:
    """What lies in a workspace before an attempt.

    A file that was written in this very tick of the file system's clock could be written again in the same tick, with
    the same size, and would look unchanged. So if expected outputs are that young the tick is waited out: a few
    milliseconds, and only when an attempt follows another at once.

    Args:
        expect: What is expected of the attempt that is about to begin.
        workspace: The workspace.

    Raises:
        OSError: The workspace cannot be read.
    """
    before = take_snapshot(workspace)
    if not expect.outputs or not before:
        return before
    times = [before[path][2] for pattern in expect.outputs for path in matching(pattern, before)]
    if times:
        _wait_past(max(times))
    return before


def _wait_past(moment: int) -> None:
    try:
        waited_until = time.monotonic() + _LONGEST_TICK
        # A time in the future (another host's clock) needs no waiting: what is written now differs from it.
        while 0 <= moment - time.clock_gettime_ns(_COARSE) < _LONGEST_TICK * 1e9 and time.monotonic() < waited_until:
            time.sleep(0.001)
    except OSError:
        time.sleep(0.01)  # no such clock (macOS)
