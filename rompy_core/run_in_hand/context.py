"""What a hook is told about the run in hand."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rompy_core.cancellation import RunCancellation
from rompy_hooks import Event, EventKind, Expect, Logger, PluginError, ResolvedStep

if TYPE_CHECKING:
    from rompy_core.run_in_hand.hand import RunInHand
    from rompy_core.workspace import Snapshot

_NOTHING = Expect()
#: What the record's attempts and stages are made of: from a plugin they would wipe out what was done.
_OF_THE_HOST = frozenset(
    {
        EventKind.RUN_OPENED,
        EventKind.INPUTS_PLANNED,
        EventKind.STAGE_STARTED,
        EventKind.STAGE_ENDED,
        EventKind.ATTEMPT_STARTED,
        EventKind.ATTEMPT_ENDED,
        EventKind.RUN_ENDED,
    }
)


class HostContext:
    """The host's :class:`rompy_hooks.RunContext`."""

    def __init__(
        self,
        hand: "RunInHand",
        stage: str | None,
        *,
        backend: str = "",
        steps: tuple[ResolvedStep, ...] = (),
        environment: Mapping[str, str] | None = None,
        deadline: float | None = None,
        before: "Snapshot | None" = None,
        expect: Expect = _NOTHING,
    ) -> None:
        self.run_id: str = hand.model_run.run_id
        self.stage = stage
        self.attempt: int = hand.attempt
        self.steps = steps
        self.environment: Mapping[str, str] = environment or {}
        self.cancellation: RunCancellation = hand.cancellation.until(deadline)
        self._hand = hand
        self._backend = backend
        self._before = before
        self._expect = expect
        self._logger: Logger | None = None

    @property
    def logger(self) -> Logger:
        """Bound to run id, stage and backend."""
        if self._logger is None:
            from rompy_core.logs import bound_logger

            self._logger = bound_logger(run_id=self.run_id, stage=self.stage, backend=self._backend)
        return self._logger

    @property
    def log_dir(self) -> Path:
        """The attempt's folder."""
        return self._hand.log_dir

    @property
    def lock_descriptor(self) -> int | None:
        """The workspace's lock."""
        return self._hand.lock_descriptor

    def started(self) -> None:
        """Do what was put off."""
        # What the disk refuses is tried again when the model has ended, and told then.
        with suppress(OSError):
            self._hand.catch_up()

    def emit(self, event: Event | EventKind, /, **data: Any) -> None:
        """Tell watchers and the journal."""
        kind = event.kind if isinstance(event, Event) else event
        if kind in _OF_THE_HOST:
            allowed = ", ".join(sorted(each.value for each in EventKind if each not in _OF_THE_HOST))
            raise PluginError(f"only the host emits {str(kind)!r}, which the record is made of; plugins emit {allowed}")
        if isinstance(event, Event):
            self._hand.tell(event)
        else:
            self._hand.emit(event, self.stage, **data)

    def unmet(self, step: ResolvedStep) -> str | None:
        """What a step that ended well did not leave as expected, in words; ``None`` when all is as it should be."""
        expect = self._expected_of(step)
        if not expect or self._before is None:
            return None
        from rompy_core.expectations import explain, judge
        from rompy_core.workspace import take_snapshot

        workspace = self._hand.workspace
        unmet = judge(expect, workspace, self._before, take_snapshot(workspace), (step.stdout, step.stderr))
        return explain(unmet, step.name) if unmet else None

    def _expected_of(self, step: ResolvedStep) -> Expect:
        if step is self.steps[-1] and not step.outputs:
            return _NOTHING  # the host judges it with the run
        run = self._expect
        return Expect(outputs=step.outputs, error_files=run.error_files, logs=run.logs, log_errors=run.log_errors)
