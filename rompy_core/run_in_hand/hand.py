"""``RunInHand``: one process's hold on a run."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import attrs

from rompy_core.cancellation import RunCancellation
from rompy_core.record import (
    PlainData,
    Record,
    append,
    encode,
    host_and_user,
    open_journal,
    plain_data,
    read_record,
    seal,
    versions,
    write_record,
)
from rompy_core.run_in_hand.expanded_secrets import expanded_secrets, without
from rompy_core.run_in_hand.logged_events import log_event
from rompy_core.run_in_hand.refusals import remedy, tells_refusals
from rompy_core.workspace import (
    RECORD_DIR,
    WorkspaceLock,
    create_record_dir,
    is_marked,
    leave_at_fork,
    redact_commands,
    workspace_of,
)
from rompy_core.workspace.atomic import TEMPORARY
from rompy_hooks import (
    Event,
    EventKind,
    PipelineConfig,
    PipelineResult,
    ProcessConfig,
    ProcessResult,
    RequestError,
    RunCancelledError,
    RunConfig,
    RunResult,
    StageError,
    WorkspaceError,
)

if TYPE_CHECKING:
    from rompy_core.model_run import ModelRun
    from rompy_core.plugins import PluginRecipe

# Lines of a log pass by the journal: the log itself holds them.
_NOT_IN_THE_JOURNAL = frozenset({EventKind.OUTPUT})

# What looks at or clears away what was made, and begins no attempt.
_OF_THE_LAST_ATTEMPT = frozenset({"postprocess", "clear"})


@lru_cache(maxsize=8)
def _recipe_data(recipe: "PluginRecipe") -> PlainData:
    return plain_data(recipe.to_dict())


def _make_folder(path: str) -> None:
    try:  # noqa: SIM105  a hot path
        os.mkdir(path)  # noqa: PTH102
    except FileExistsError:
        pass


class LetGo:
    """What a bound model run has left of its hold when that has ended: where the workspace is."""

    def __init__(self, run_id: str, workspace: Path) -> None:
        self._run_id = run_id
        self.workspace = workspace

    def held(self) -> "RunInHand":
        """Nothing.

        Raises:
            RequestError: Always.
        """
        raise RequestError(
            f"Run {self._run_id!r} is no longer in hand: the with statement or the hook that gave this model run has"
            " ended; use the one that was taken in hand"
        )


class RunInHand:
    """A run while it is worked on: its lock, journal, record and cancellation.

    The workspace is made and locked by the first stage, so that what cannot be asked for is refused before anything is
    created.
    """

    def __init__(
        self,
        model_run: "ModelRun",
        action: str,
        cancellation: RunCancellation | None = None,
        workspace_dir: Path | None = None,
        configs: Mapping[str, Any] | None = None,
        skip_generate: bool = False,
    ) -> None:
        self.workspace = workspace_dir or workspace_of(model_run.output_dir, model_run.run_id, model_run.run_id_subdir)
        #: Whether the inputs are in place: made by this hold, or said to be.
        self.generated = skip_generate or workspace_dir is not None
        #: Whether the inputs that are there are taken as they are.
        self.inputs_given = self.generated
        self.action = action
        self.configs = dict(configs or {})
        self.cancellation = cancellation or RunCancellation()
        self._owns_cancellation = cancellation is None
        self.manager = model_run.manager
        self.model_run = model_run._bound_to(self)
        #: What is simulated, as it was written.
        self.written = model_run.written
        #: Values that came in by ``${VAR}`` and must not be written or told, and the names of the variables.
        self.secrets = expanded_secrets(self.written, self.configs) if model_run.is_read else {}
        #: ``workspace/.rompy``.
        self.record_dir = self.workspace / RECORD_DIR
        self.attempt = 1
        #: Whether this hold has begun an attempt at running.
        self.attempted = False
        #: How the run of this hold ended.
        self.run_result: RunResult | None = None
        self._record = Record()
        self._not_applied: list[Event] = []
        #: How the last stage ended, for the record's end.
        self.outcome: tuple[bool, str] = (True, "")
        self._lock: WorkspaceLock | None = None
        self._journal = -1
        self._is_new = False
        self._log_dir = 0, self.record_dir
        self._put_off: list[Callable[[], None]] = []

    # -- the hold ----------------------------------------------------------------------------------------------------

    def __enter__(self) -> "RunInHand":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        try:
            self._end(error)
        finally:
            # Here and not when the garbage is collected: until then a host with many runs has their descriptors open.
            self.model_run._let_go(LetGo(self.model_run.run_id, self.workspace))
            if self._owns_cancellation:
                self.cancellation.close()

    def held(self) -> "RunInHand":
        """Itself, while it is held."""
        return self

    def _end(self, error: BaseException | None) -> None:
        if self._lock is None:
            return
        success, message = self.outcome if error is None else (False, str(error) or type(error).__name__)
        try:
            self.emit(EventKind.RUN_ENDED, None, success=success, action=self.action, message=message)
            size = os.fstat(self._journal).st_size
            write_record(self.record_dir, self.record, journal_bytes=size, is_first=self._is_new)
        except (OSError, StageError) as refusal:
            if success:  # a failure is told anyway, and should not be hidden by this one
                if isinstance(refusal, StageError):
                    raise
                raise self.cannot_write("record", refusal) from refusal
        finally:
            journal, self._journal = self._journal, -1
            os.close(journal)
            self._lock.release()
            self._lock = None

    def leave_to_parent(self) -> None:
        """Close what a forked child has open of the run, which is its parent's to work on."""
        journal, self._journal, self._lock = self._journal, -1, None
        if journal >= 0:
            os.close(journal)

    @tells_refusals
    def open(self) -> None:
        """Make and lock the workspace, where that has not been done; the first journal event is in it from the start.

        Raises:
            WorkspaceInUseError: Another process owns it.
            WorkspaceError: It is another run's, or must exist and doesn't.
        """
        if self._lock is not None:
            return
        if self.inputs_given and not self.workspace.is_dir():
            raise WorkspaceError(f"there is no workspace {self.workspace}; generate it first")
        opened = seal(self._event(EventKind.RUN_OPENED, None, self._opening_facts()), self.workspace)
        if self._open_new(opened):
            self._not_applied.append(opened)
            self._watch(opened)
        else:
            self._open_existing(opened)

    def _adopts(self) -> bool:
        """Whether others have made the workspace and put something into it: that is never ours to delete."""
        try:
            # What a process of ours left that was killed before it had made the record is nobody's.
            return not all(TEMPORARY in name for name in os.listdir(self.workspace))  # noqa: PTH208  a hot path
        except FileNotFoundError:
            return False
        except OSError:
            return True

    def _open_new(self, opened: Event) -> bool:
        """Whether there was no record; of several processes one is first, and has the lock from the start."""
        taken: list[WorkspaceLock] = []

        def lock(folder: str) -> None:
            taken.append(WorkspaceLock.create(folder, self.record_dir, run_id=self.model_run.run_id))

        try:
            self._journal = create_record_dir(self.workspace, encode(opened), lock)
            self._lock, self._is_new = taken[0], True
            leave_at_fork(self)
        except FileExistsError:
            return False
        finally:
            if not self._is_new:
                for each in taken:
                    each.release()
        return True

    def _open_existing(self, opened: Event) -> None:
        self._check_marked()  # before anything is written there; a record's first line never changes
        try:
            self._lock = WorkspaceLock.acquire(self.record_dir, run_id=self.model_run.run_id)
            leave_at_fork(self)
            self._record = read_record(self.workspace)
            last = max((attempt.number for attempt in self.record.attempts), default=0)
            self.attempt = max(last, 1) if self.action in _OF_THE_LAST_ATTEMPT else last + 1
            self._journal = open_journal(self.record_dir)
        except BaseException:
            if self._lock is not None:
                self._lock.release()
                self._lock = None
            raise
        self.emit(EventKind.RUN_OPENED, None, **{**opened.data, "adopted": self._record.adopted})

    def _check_marked(self) -> None:
        if not is_marked(self.workspace, self.model_run.run_id):
            raise WorkspaceError(
                f"{self.workspace} holds another run than {self.model_run.run_id!r};"
                " give this one another output_dir or run_id"
            )

    def _opening_facts(self) -> dict[str, Any]:
        return {
            "action": self.action,
            "model_run": redact_commands(self.written),
            "configs": redact_commands(self.configs),
            "versions": versions(),
            "plugins": _recipe_data(self.manager.recipe),
            **host_and_user(),
            "pid": os.getpid(),
            "adopted": self._adopts(),
        }

    # -- places ------------------------------------------------------------------------------------------------------

    @property
    def owns_all(self) -> bool:
        """Whether all that lies in the workspace is the run's own, and not only what the record lists."""
        return self.model_run.run_id_subdir and not self.record.adopted

    @property
    def log_dir(self) -> Path:
        """The attempt's folder."""
        attempt, folder = self._log_dir
        if attempt != self.attempt:
            folder = self.record_dir / f"attempts/{self.attempt}"
            self._log_dir = self.attempt, folder
        return folder

    def make_log_dir(self) -> Path:
        """The attempt's folder, made."""
        _make_folder(f"{self.record_dir}/attempts")
        _make_folder(str(self.log_dir))
        return self.log_dir

    @property
    def lock(self) -> WorkspaceLock:
        """The workspace's lock, taken where it has not been."""
        self.open()
        assert self._lock is not None  # noqa: S101  open() raises where it cannot
        return self._lock

    @property
    def lock_descriptor(self) -> int | None:
        """The lock's descriptor; ``None`` before the workspace is open."""
        return self._lock.descriptor if self._lock else None

    # -- events ------------------------------------------------------------------------------------------------------

    def emit(self, kind: EventKind, stage: str | None, **data: Any) -> None:
        """Write an event to the journal and the record, then tell watchers."""
        if kind in _NOT_IN_THE_JOURNAL or self.manager.has_watchers or self.secrets:
            self.tell(self._event(kind, stage, data))
        else:
            self._note(self._event(kind, stage, plain_data(data, self.workspace)))

    def tell(self, event: Event) -> None:
        """As :meth:`emit`, of a whole event."""
        if event.kind not in _NOT_IN_THE_JOURNAL:
            self._note(self._sealed(event, self.workspace))
        self._watch(event)

    def _sealed(self, event: Event, workspace: Path | None = None) -> Event:
        sealed = seal(event, workspace)
        if not self.secrets:
            return sealed
        return attrs.evolve(sealed, data=PlainData(without(sealed.data, self.secrets)))

    def _note(self, sealed: Event) -> None:
        log_event(sealed)
        if self._lock is not None:
            try:
                append(self._journal, encode(sealed))
            except OSError as error:
                raise self.cannot_write("journal", error) from error
            self._not_applied.append(sealed)

    def cannot_write(self, what: str, error: OSError) -> StageError:
        """The error for a record that cannot be written; what is written already stands."""
        return StageError(
            f"Run {self.model_run.run_id!r}: its {what} in {self.record_dir} cannot be written: {error}{remedy(error)}"
        )

    @property
    def record(self) -> Record:
        """What is known about the run."""
        # Events add up to it when it is asked for: those of a run's start are added while the model starts.
        while self._not_applied:
            self._record.apply(self._not_applied.pop(0))
        return self._record

    def _event(self, kind: EventKind, stage: str | None, data: Mapping[str, Any]) -> Event:
        return Event(
            kind=kind,
            time=datetime.now(UTC),
            run_id=self.model_run.run_id,
            attempt=self.attempt,
            stage=stage,
            data=data,
        )

    def _watch(self, event: Event) -> None:
        # Watchers see whole paths; in the journal they are relative, so that a workspace can be moved.
        if self.manager.has_watchers:
            # A manager keeps the first problem of each watcher, so telling watchers of it comes to an end.
            for problem in self.manager.notify(self._sealed(event)):
                self.emit(EventKind.WARNING, event.stage, message=problem.message)

    # -- what can wait -----------------------------------------------------------------------------------------------

    def put_off(self, work: Callable[[], None]) -> None:
        """Have something done while the model runs: see :meth:`rompy_hooks.RunContext.started`."""
        self._put_off.append(work)

    def catch_up(self) -> None:
        """Do what was put off; what raises is done again the next time."""
        while self._put_off:
            self._put_off[0]()
            del self._put_off[0]
        _ = self.record

    def check_not_cancelled(self, stage: str, when: str = "before") -> None:
        """Stop before a stage, or ``in`` it, when somebody asked for the end.

        Raises:
            RunCancelledError: Somebody did.
        """
        if self.cancellation.requested:
            message = f"Run {self.model_run.run_id!r} was cancelled {when} stage {stage}: {self.cancellation.reason}"
            self.outcome = False, message
            raise RunCancelledError(message)

    # -- stages ------------------------------------------------------------------------------------------------------

    @tells_refusals
    def generate(self) -> Path:
        """Make the inputs, once a hold; see :mod:`rompy_core.run_in_hand.generate_stage`."""
        from rompy_core.run_in_hand.generate_stage import check_renders, generate

        if not self.generated:
            self.check_not_cancelled("generate")
            check_renders(self.model_run)
            self.open()
            generate(self)
        return self.workspace

    @tells_refusals
    def run(self, config: RunConfig) -> RunResult:
        """Run the model; see :mod:`rompy_core.run_in_hand.run_stage`."""
        from rompy_core.run_in_hand.run_stage import run

        self.open()
        self.run_result = None
        self.run_result = run(self, config)
        return self.run_result

    @tells_refusals
    def clear(self) -> bool:
        """Delete what is in the workspace except its record."""
        from rompy_core.record import listed_files
        from rompy_core.workspace import clear_workspace

        if not self.workspace.is_dir():
            return False
        self.open()
        clear_workspace(
            self.workspace,
            output_dir=self.model_run.output_dir,
            run_id=self.model_run.run_id,
            run_id_subdir=self.model_run.run_id_subdir,
            only_ours=not self.owns_all,
            ours=listed_files(self.record_dir, self.record),
            lock=self.lock,
        )
        self.generated = False
        return True

    @tells_refusals
    def postprocess(self, configs: tuple[ProcessConfig, ...]) -> ProcessResult:
        """Postprocess the outputs; see :mod:`rompy_core.run_in_hand.postprocess_stage`."""
        from rompy_core.run_in_hand.postprocess_stage import no_workspace, postprocess

        if not self.workspace.is_dir():
            return no_workspace(self)
        self.open()
        return postprocess(self, configs)

    def pipeline(self, config: PipelineConfig) -> PipelineResult:
        """The whole workflow; see :mod:`rompy_core.run_in_hand.pipeline_stages`."""
        from rompy_core.run_in_hand.pipeline_stages import pipeline

        return pipeline(self, config)
