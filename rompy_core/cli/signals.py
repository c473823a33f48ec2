"""Signals that ask for the end of a run; only the command handles them, never the library."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rompy_core.cancellation import RunCancellation

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def signals_end(cancellation: "RunCancellation") -> Iterator[None]:
    """While the block runs, SIGINT, SIGTERM and SIGHUP ask for the end; one that was ignored stays so (``nohup``).

    Args:
        cancellation: Asked, with the signal's name as the reason. A second signal tells that the end is under way.
    """

    def handle(number: int, _frame: FrameType | None) -> None:
        name = signal.Signals(number).name
        if cancellation.requested:
            _note(f"{name}: the run is being ended already; it gets its grace period")
        else:
            cancellation.request(name)
            _note(f"{name}: ending the run and all its processes")

    former = {number: signal.getsignal(number) for number in _SIGNALS}
    taken = [number for number in _SIGNALS if former[number] not in (signal.SIG_IGN, None)]
    for number in taken:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, former[number])


def _note(text: str) -> None:
    """Write past the buffers: a handler may have interrupted a write to them."""
    with suppress(OSError):
        os.write(2, f"\nrompy: {text}\n".encode())
