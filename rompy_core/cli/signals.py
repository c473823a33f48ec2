"""Signals that ask for the end of a run; only the command handles them, never the library."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rompy_core.cancellation import RunCancellation

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

#: What the first signal does, the second, and all others.
_DONE = (
    "ending the run and all its processes; once more kills them",
    "killing the run's processes; once more interrupts rompy itself",
    "interrupted",
)


@contextmanager
def signals_end(cancellation: "RunCancellation", tell: Callable[[str, str], object]) -> Iterator[None]:
    """While the block runs, SIGINT, SIGTERM and SIGHUP ask for the end; one that was ignored stays so (``nohup``).

    Args:
        cancellation: Asked, with the signal's name as the reason; by a second signal for the end at once. A third one
            raises, since what does not look at the cancellation, such as a processor, can be ended in no other way.
        tell: Is told the signal's name and what is done, in the handler: it must wait for nothing.

    Raises:
        KeyboardInterrupt: A third signal came.
    """
    count = 0

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        name = signal.Signals(number).name
        cancellation.request(name, now=count > 1)
        tell(name, _DONE[min(count, len(_DONE)) - 1])
        if count >= len(_DONE):
            raise KeyboardInterrupt

    former = {number: signal.getsignal(number) for number in _SIGNALS}
    taken = [number for number in _SIGNALS if former[number] not in (signal.SIG_IGN, None)]
    for number in taken:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, former[number])
