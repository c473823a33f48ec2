"""What is the same in every stage: its beginning and end in the record, whatever happens in between."""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rompy_hooks import EventKind, RompyError, StageError

if TYPE_CHECKING:
    from rompy_core.run_in_hand.hand import RunInHand


class Stage:
    """A stage that is being done; what is put here goes into the record at its end."""

    def __init__(self) -> None:
        self.success = True
        self.message = ""
        self.data: dict[str, Any] = {}


@contextmanager
def stage(hand: "RunInHand", name: str, backend: str) -> Iterator[Stage]:
    """Record the beginning and the end of a stage.

    Raises:
        StageError: The system refused something (no space, no permission); other errors pass.
    """
    state = Stage()
    began = time.monotonic()
    hand.emit(EventKind.STAGE_STARTED, name, backend=backend)
    try:
        yield state
    except BaseException as error:
        failed = _as_rompy_error(hand, name, error)
        state.success, state.message = False, str(failed) or type(failed).__name__
        if failed is error:
            raise
        raise failed from error
    finally:
        hand.outcome = (state.success, state.message)
        hand.emit(
            EventKind.STAGE_ENDED,
            name,
            success=state.success,
            message=state.message,
            duration=time.monotonic() - began,
            **state.data,
        )


def _as_rompy_error(hand: "RunInHand", name: str, error: BaseException) -> BaseException:
    if isinstance(error, RompyError) or not isinstance(error, OSError):
        return error
    remedy = "; make space and start again" if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
    return StageError(f"Run {hand.model_run.run_id!r}: stage {name} failed: {error}{remedy}")
