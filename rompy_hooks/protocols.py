"""What the host hands to a plugin, as protocols: a plugin's tests may hand over objects of their own."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import attrs

from rompy_hooks.events import Event, EventKind
from rompy_hooks.results import ProcessResult, RunResult


class Logger(Protocol):
    """A structlog logger, bound to run id, stage and backend: ``logger.info("staged", files=3)``."""

    def debug(self, event: str, **fields: Any) -> Any:
        """For those who look for a fault."""

    def info(self, event: str, **fields: Any) -> Any:
        """What is being done."""

    def warning(self, event: str, **fields: Any) -> Any:
        """What people should know and what stops nothing."""

    def error(self, event: str, **fields: Any) -> Any:
        """What failed."""


class PeriodLike(Protocol):
    """The simulated time."""

    @property
    def start(self) -> datetime:
        """First moment."""

    @property
    def end(self) -> datetime:
        """Last moment."""

    @property
    def duration(self) -> timedelta:
        """From start to end."""

    @property
    def interval(self) -> timedelta | None:
        """Time between outputs, where one was given."""


class ModelRunLike(Protocol):
    """What is simulated. In a hook it is bound to the run in hand: ``generate()`` returns the existing workspace."""

    @property
    def run_id(self) -> str:
        """The run's name, an identifier."""

    @property
    def period(self) -> PeriodLike | None:
        """The simulated time; a stationary run has none."""

    @property
    def output_dir(self) -> Path:
        """Where workspaces are made."""

    @property
    def staging_dir(self) -> Path:
        """The workspace."""

    @property
    def config(self) -> Any:
        """The model config."""

    def generate(self) -> Path:
        """Make the inputs, where that has not been done; returns the workspace."""

    def run(self, backend: Any = "local", **options: Any) -> RunResult:
        """Run the model; generates first where that has not been done.

        Args:
            backend: A run backend's name, a mapping with ``type``, or a config object.
            options: The backend's keys; not for a config object.

        Raises:
            RequestError: What was asked for cannot be done.
            RunTimeoutError: It took too long and was ended.
        """

    def postprocess(self, processor: Any = "noop", **options: Any) -> ProcessResult:
        """Postprocess what the model wrote.

        Args:
            processor: A processor's name, a mapping with ``type``, a config object, or a list of these.
            options: The processor's keys.

        Raises:
            RequestError: What was asked for cannot be done.
        """


class Cancellation(Protocol):
    """Whether somebody asked for the end of the run."""

    @property
    def requested(self) -> bool:
        """Whether the end was asked for."""

    @property
    def reason(self) -> str | None:
        """Why, in words."""

    @property
    def deadline(self) -> float | None:
        """When the run has to be over, by :func:`time.monotonic`."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the end is asked for, at most ``timeout`` seconds; tells whether it was."""

    def fileno(self) -> int:
        """A descriptor that becomes readable when the end is asked for; for ``select`` and ``poll``."""


@attrs.frozen(kw_only=True)
class ResolvedStep:
    """A step of the run in hand: what to execute and where its output goes."""

    name: str
    #: A list of words, or a text for a shell.
    command: str | tuple[str, ...]
    #: Log files of this attempt, absolute; the folder exists.
    stdout: Path
    stderr: Path
    #: Absolute, or ``None`` for the null device.
    stdin: Path | None = None
    #: Whether the launcher starts it.
    parallel: bool = False
    #: Globs relative to the workspace.
    outputs: tuple[str, ...] = ()
    #: Seconds.
    timeout: float | None = None


class RunContext(Protocol):
    """The run in hand, as a hook sees it."""

    @property
    def run_id(self) -> str:
        """The run's name."""

    @property
    def stage(self) -> str | None:
        """``generate``, ``run``, ``postprocess``, or ``None`` in a pipeline's own hook."""

    @property
    def attempt(self) -> int:
        """Which try at the run this is, from 1."""

    @property
    def steps(self) -> tuple[ResolvedStep, ...]:
        """What to execute; empty outside the run stage, and for a model config that runs itself."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What the settings add to the environment: ``env_vars``, and ``OMP_NUM_THREADS`` of ``threads``."""

    @property
    def cancellation(self) -> Cancellation:
        """Whether somebody asked for the end."""

    @property
    def logger(self) -> Logger:
        """A logger bound to this run."""

    @property
    def log_dir(self) -> Path:
        """The attempt's folder, for logs of your own."""

    @property
    def lock_descriptor(self) -> int | None:
        """The workspace's lock: a process that may outlive this one holds a copy until it is over."""

    def unmet(self, step: ResolvedStep) -> str | None:
        """What a step that ended well did not leave as expected, in words; ``None`` when all is as it should be.

        Its own ``outputs`` must be there and new; before the last step also the run's ``error_files`` must be absent
        or empty and its ``log_errors`` must not match, so that a run stops at the step that failed. The host judges
        the rest, and the last step, at the end.
        """

    def started(self) -> None:
        """Say that a step's program has been started; the host then does what did not have to be done before.

        Nothing depends on it: what the host put off (the repeat script) is done at the end at the latest. A backend
        that says it lets that cost no time, since a process takes a while to start. It raises nothing.
        """

    def emit(self, event: Event | EventKind, /, **data: Any) -> None:
        """Tell watchers and the journal; of a kind alone, the rest of the event is filled in.

        Raises:
            PluginError: The kind is the host's own: how runs, stages and attempts begin and end.
        """
