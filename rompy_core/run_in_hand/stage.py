"""What is the same in every stage: its beginning and end in the record, whatever happens in between."""

import time
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rompy_core.run_in_hand.refusals import as_rompy_error
from rompy_hooks import EventKind, StageError

if TYPE_CHECKING:
    from rompy_core.run_in_hand.hand import RunInHand


class Stage:
    """A stage that is being done; what is put here goes into the record at its end."""

    # A class of its own: what contextlib makes of a generator costs each run twice as much.
    def __init__(self, hand: "RunInHand", name: str, backend: str) -> None:
        self.success = True
        self.message = ""
        self.data: dict[str, Any] = {}
        self._hand, self._name, self._backend = hand, name, backend
        self._began = 0.0

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._hand.emit(EventKind.STAGE_STARTED, self._name, backend=self._backend)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        if error is None:
            self._end()
            return
        failed = as_rompy_error(self._hand, f"stage {self._name} failed", error)
        self.success, self.message = False, str(failed) or type(failed).__name__
        with suppress(StageError):  # of two errors the first is told: the second may come of the same full disk
            self._end()
        if failed is not error:
            raise failed from error

    def _end(self) -> None:
        self._hand.outcome = (self.success, self.message)
        self._hand.emit(
            EventKind.STAGE_ENDED,
            self._name,
            success=self.success,
            message=self.message,
            duration=time.monotonic() - self._began,
            **self.data,
        )


def stage(hand: "RunInHand", name: str, backend: str) -> Stage:
    """Record the beginning and the end of a stage, by a ``with`` statement.

    Raises:
        StageError: The system refused something (no space, no permission); other errors pass.
    """
    return Stage(hand, name, backend)
