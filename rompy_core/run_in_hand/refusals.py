"""What the system refuses of the host's own work: no plugin is at fault, and it is told with a remedy."""

import errno
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from rompy_hooks import RompyError, StageError, WorkspaceError

if TYPE_CHECKING:
    from rompy_core.run_in_hand.hand import RunInHand

P = ParamSpec("P")
R = TypeVar("R")

_FULL = (errno.ENOSPC, errno.EDQUOT)


def as_rompy_error(hand: "RunInHand", what: str, error: BaseException) -> BaseException:
    """A refusal of the system as a :class:`~rompy_hooks.StageError`; other errors as they are.

    Args:
        hand: The run in hand.
        what: What could not be done, in words.
        error: What was raised.
    """
    if isinstance(error, (StageError, WorkspaceError)):
        # Whoever asked did nothing wrong when a disk is full.
        told = not _is_full(error.__cause__) or "; make space" in str(error)
        return error if told else StageError(f"{error}{_REMEDY}")
    if isinstance(error, RompyError) or not isinstance(error, OSError):
        return error
    return StageError(f"Run {hand.model_run.run_id!r}: {what}: {error}{remedy(error)}")


def remedy(error: OSError) -> str:
    """What would do, where somebody can do something."""
    return _REMEDY if _is_full(error) else ""


_REMEDY = "; make space and start again"


def _is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        error = error.__cause__
    return False


def tells_refusals(
    work: "Callable[Concatenate[RunInHand, P], R]",
) -> "Callable[Concatenate[RunInHand, P], R]":
    """Have work of the host's own tell what the system refuses as such, or a hook takes it for a plugin's fault."""

    @wraps(work)
    def done(hand: "RunInHand", /, *arguments: P.args, **keywords: P.kwargs) -> R:
        try:
            return work(hand, *arguments, **keywords)
        except (OSError, StageError, WorkspaceError) as error:
            told = as_rompy_error(hand, f"its workspace {hand.workspace} cannot be worked in", error)
            if told is error:
                raise
            raise told from error

    return done
