"""What can go wrong, as exceptions: one base, and one class for each answer that a caller may want to give.

Each message says where (file and line, plugin, hook, run), what was given and what would do. ``exit_code`` is what the
``rompy`` command ends with when the error reaches it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import attrs

if TYPE_CHECKING:
    from rompy_hooks.results import RunResult


class RompyError(Exception):
    """The base of every error that rompy raises on purpose."""

    #: Exit code of the command: 1, a stage failed.
    exit_code: ClassVar[int] = 1


class RequestError(RompyError, ValueError):
    """What was asked for cannot be done; nothing was created, changed or deleted."""

    exit_code: ClassVar[int] = 2


@attrs.frozen
class Fault:
    """One thing that is wrong with a configuration.

    >>> str(Fault("must be > 0, got -3", Path("swan.yml"), 12, "config.config.grid.nx"))
    'swan.yml:12: config.config.grid.nx: must be > 0, got -3'
    """

    #: What was given and what would do.
    message: str
    #: The file, or whatever else names the place (``-o backend.cpu=x``); ``None`` for data from Python.
    file: Path | str | None = None
    #: Line in the file, from 1.
    line: int | None = None
    #: Dotted key, such as ``backend.env_vars``.
    key: str = ""

    def __str__(self) -> str:
        place = "" if self.file is None else str(self.file) if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.message) if part)


class ConfigError(RequestError):
    """A configuration has faults; all of them are told together.

    Attributes:
        faults: Each fault, in the order of the file.
    """

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: Sequence[Fault] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type["ConfigError"], tuple[Sequence[Fault]]]:
        return type(self), (self.faults,)


class UnknownNameError(RequestError):
    """No backend, processor, pipeline, model config or plugin has the name that was asked for."""


class NothingToExecuteError(RequestError):
    """A run backend that executes steps was asked for, and nobody says which."""


class TemplateError(RequestError):
    """A template or what it is rendered with is wrong: undefined name, syntax, a path that leaves the workspace.

    Templates are rendered when the inputs are made, so the workspace and its record are there; no input is.
    """


class StageError(RompyError):
    """A stage could not be done for a reason outside rompy: a disk that is full, a download that was cut off."""


class WorkspaceError(RompyError):
    """A workspace is not ours to touch, or not in a state for what was asked."""

    exit_code: ClassVar[int] = 2


class WorkspaceInUseError(WorkspaceError):
    """Another process owns the workspace."""

    exit_code: ClassVar[int] = 75


class PluginError(RompyError):
    """A plugin is at fault: it cannot be loaded, is not valid, raised, or answered with a wrong type."""

    exit_code: ClassVar[int] = 3


class RunTimeoutError(RompyError, TimeoutError):
    """The run took longer than its timeout and was ended, with all its processes.

    Attributes:
        result: The false result of the run, with its logs.
    """

    exit_code: ClassVar[int] = 124

    def __init__(self, message: str, result: "RunResult") -> None:
        super().__init__(message)
        self.result = result

    def __reduce__(self) -> tuple[type["RunTimeoutError"], tuple[str, "RunResult"]]:
        return type(self), (str(self), self.result)


class RunCancelledError(RompyError):
    """Somebody asked for the end of the run: a signal, or ``cancel()``."""

    exit_code: ClassVar[int] = 130
