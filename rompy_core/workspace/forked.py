"""What a process that was forked off must not hold: its parent works on the runs, and lets go of them."""

import os
from typing import Protocol
from weakref import WeakSet


class Held(Protocol):
    """Something that one process holds."""

    def leave_to_parent(self) -> None:
        """Let go of it in a child, where it was copied by a fork; the parent's is not touched."""


# Of the process, as the hook is that looks into it; only what lives is in it.
_HELD: WeakSet[Held] = WeakSet()


def leave_at_fork(held: Held) -> None:
    """Have :meth:`Held.leave_to_parent` called in every child that is forked while the thing lives.

    A host may fork for reasons of its own while one of its threads runs a model; such a child would keep the
    workspace locked for as long as it lives.
    """
    _HELD.add(held)


def _leave_all() -> None:
    for held in list(_HELD):
        held.leave_to_parent()


os.register_at_fork(after_in_child=_leave_all)
