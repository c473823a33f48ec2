"""One value on its way into a type: it knows its key, where it stands and whether it may be quoted."""

from collections.abc import Iterable
from typing import Any, Final

import attrs

from rompy_core.config_files.keys import dotted
from rompy_core.structuring.origin import Key, Origin, fault_at
from rompy_core.structuring.quoting import quote
from rompy_hooks import Fault, looks_secret

#: Nobody writes deeper data by hand; Python's own limit is reached at about three times this depth.
MAX_DEPTH: Final = 64


class Refusal(Exception):  # noqa: N818 - it never leaves the package: it carries faults up to the report
    """A value that does not fit its type, with everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


class Cursor:
    """A value and the way to it.

    cattrs hands hooks a value and a type only. Structuring cursors instead of bare values gives each hook the key, and
    with it the line for a fault and the folder for a relative path, without any state outside the call.
    """

    __slots__ = ("depth", "name", "origin", "parent", "title", "value")

    def __init__(self, value: Any, origin: Origin, name: Key | str | int, parent: "Cursor | None" = None) -> None:
        self.value = value
        self.origin = origin
        #: The last part of the key; of the first cursor the whole key.
        self.name = name
        self.parent = parent
        #: What the object here is called in messages, where its class's own name would not do.
        self.title: str | None = None
        self.depth: int = 0 if parent is None else parent.depth + 1

    def child(self, name: str | int, value: Any) -> "Cursor":
        """The cursor of a value inside this one."""
        return Cursor(value, self.origin, name, self)

    def again(self, value: Any) -> "Cursor":
        """The same place with another value: what a text from the environment stands for."""
        cursor = Cursor(value, self.origin, self.name, self.parent)
        cursor.depth, cursor.title = self.depth, self.title
        return cursor

    @property
    def key(self) -> Key:
        """The way from the root of the config."""
        parts: list[str | int] = []
        cursor = self
        while cursor.parent is not None:
            parts.append(cursor.name)  # type: ignore[arg-type]  # only the first holds a tuple
            cursor = cursor.parent
        first = cursor.name
        return (*(first if isinstance(first, tuple) else (first,)), *reversed(parts))

    @property
    def secret(self) -> bool:
        """Whether a part of the key looks secret, so that nothing here may be quoted."""
        return any(isinstance(part, str) and looks_secret(part) for part in self.key)

    def quoted(self, value: Any) -> str:
        """A value for a message; ``***`` where it must not be seen."""
        return "***" if self.secret else quote(value)

    def fault(self, message: str, *, inside: Iterable[str | int] = (), at: str | None = None) -> Fault:
        """A fault here, or at a place inside; ``at`` names a key whose line is told instead of this one's own."""
        key = (*self.key, *inside)
        if at is None:
            return fault_at(message, self.origin, key)
        return attrs.evolve(fault_at(message, self.origin, (*key, at)), key=dotted(key))

    def refusal(self, message: str) -> Refusal:
        """The refusal of this value alone."""
        return Refusal([self.fault(message)])

    def misfit(self, expected: str) -> Refusal:
        """The refusal of a value that is something else than expected."""
        return self.refusal(f"must be {expected}, got {self.quoted(self.value)}")

    def enter(self) -> None:
        """Go into a mapping or list.

        Raises:
            Refusal: It is too deep, or contains itself.
        """
        if self.depth > MAX_DEPTH:
            raise self.refusal(f"is nested more than {MAX_DEPTH} levels deep")
        cursor = self.parent
        while cursor is not None:
            if cursor.value is self.value:
                raise self.refusal("contains itself")
            cursor = cursor.parent
