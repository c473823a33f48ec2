"""What is known about a run: the fold of its events, the same whether they happen or are read from the journal."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from typing import Any, Self

import attrs

from rompy_core.record.plain_data import PlainData, plain_data
from rompy_hooks import Event, EventKind

#: Version of the shape of ``record.json``.
FORMAT = 1

#: The stages, in order; a stage that begins again makes those after it undone.
STAGES = ("generate", "run", "postprocess")

#: Attempts that are kept whole; a run that is tried again and again must not pay for all the times before.
_WHOLE_ATTEMPTS = 20

#: Warnings that are kept with their text.
_WARNINGS = 100


@attrs.define(kw_only=True)
class StageRecord:
    """A stage as it was done last."""

    #: ``started``, ``succeeded``, ``failed``, or ``interrupted`` where the driver died in it.
    state: str
    backend: str = ""
    started: str | None = None
    ended: str | None = None
    #: Seconds.
    duration: float | None = None
    message: str = ""


@attrs.define(kw_only=True)
class AttemptRecord:
    """One try at the run."""

    number: int
    backend: str = ""
    started: str | None = None
    finished: str | None = None
    #: ``None`` while it runs.
    success: bool | None = None
    #: Why it failed, as :class:`rompy_hooks.Failure` tells; ``None`` where it did not.
    failure: str | None = None
    #: A mapping for each step: name, command, times, how it ended.
    steps: list[dict[str, Any]] = attrs.field(factory=list)
    #: As :meth:`rompy_hooks.RunResult.to_dict` makes it.
    result: dict[str, Any] | None = None
    #: Number of files that it made or changed; the manifest lists them.
    outputs: int = 0
    #: Folder of its logs, relative to ``.rompy``.
    logs: str = ""
    #: The last that was told of progress.
    progress: dict[str, Any] | None = None

    def shorten(self) -> None:
        """Forget all but its number, times and outcome; the journal and its folder have the rest."""
        self.backend, self.steps, self.result, self.progress = "", [], None, None

    def step(self, name: str) -> dict[str, Any]:
        """What is kept about a step, which is added where it is new."""
        for step in self.steps:
            if step.get("name") == name:
                return step
        self.steps.append({"name": name})
        return self.steps[-1]


@attrs.define(kw_only=True)
class Record:
    """What is known about a run; :meth:`apply` each event in the order of the journal."""

    run_id: str = ""
    #: Where the workspace was when the record was read or written.
    workspace: str = ""
    created: str | None = None
    updated: str | None = None
    #: What was asked for last: ``pipeline``, ``run``, ...
    action: str = ""
    #: ``running``, ``succeeded``, ``failed``; ``running`` without an owner of the lock means that the driver died.
    state: str = ""
    message: str = ""
    #: Whether the workspace held files of others when the run was first opened: only what is listed is ours to delete.
    adopted: bool = False
    model_run: Any = None
    configs: Any = None
    plugins: Any = None
    versions: dict[str, Any] = attrs.field(factory=dict)
    host: str = ""
    user: str = ""
    #: Paths of the inputs, relative to the workspace; after a generate that was cut off also of those that it meant to
    #: put there.
    inputs: list[str] = attrs.field(factory=list)
    #: Mark of what the inputs were made of; ``None`` while that is unknown.
    generated_from: str | None = None
    stages: dict[str, StageRecord] = attrs.field(factory=dict)
    attempts: list[AttemptRecord] = attrs.field(factory=list)
    warnings: list[dict[str, Any]] = attrs.field(factory=list)
    #: Number of events so far.
    events: int = 0

    @classmethod
    def from_events(cls, events: Iterable[Event]) -> Self:
        """The record of a run from its journal."""
        record = cls()
        for event in events:
            record.apply(event)
        return record

    def apply(self, event: Event) -> None:
        """Take an event into account; kinds that are not known only count."""
        data = plain_data(event.data)
        moment = event.time if event.time.tzinfo is UTC else event.time.astimezone(UTC)
        time = moment.isoformat(timespec="microseconds")
        self.events += 1
        self.updated = time
        change = _CHANGES.get(event.kind)
        if change is not None:
            change(self, event, data, time)

    def attempt(self, number: int) -> AttemptRecord:
        """What is kept about an attempt, which is added where it is new."""
        for attempt in reversed(self.attempts):
            if attempt.number == number:
                return attempt
        self.attempts.append(AttemptRecord(number=number, logs=f"attempts/{number}"))
        if len(self.attempts) > _WHOLE_ATTEMPTS:
            self.attempts[-_WHOLE_ATTEMPTS - 1].shorten()
        return self.attempts[-1]

    def to_dict(self) -> dict[str, Any]:
        """The record as ``record.json`` holds it."""
        data: dict[str, Any] = {"format": FORMAT}
        for name in _FIELDS:
            data[name] = getattr(self, name)
        data["stages"] = {name: _fields_of(stage) for name, stage in self.stages.items()}
        data["attempts"] = [_short(attempt) for attempt in self.attempts[:-_WHOLE_ATTEMPTS]]
        data["attempts"] += [_fields_of(attempt) for attempt in self.attempts[-_WHOLE_ATTEMPTS:]]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The record that :meth:`to_dict` made the data of.

        Raises:
            ValueError: The data has another shape.
        """
        if data.get("format") != FORMAT:
            raise ValueError(f"a record of format {data.get('format')!r} is not known; format {FORMAT} is")
        try:
            known = {name: data[name] for name in _FIELDS}
            known["stages"] = {name: StageRecord(**stage) for name, stage in data["stages"].items()}
            known["attempts"] = [AttemptRecord(**attempt) for attempt in data["attempts"]]
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the record is not whole: {error}") from error
        return cls(**known)


_FIELDS = tuple(field.name for field in attrs.fields(Record))
_FIELDS_OF_STAGE = tuple(field.name for field in attrs.fields(StageRecord))
_FIELDS_OF_ATTEMPT = tuple(field.name for field in attrs.fields(AttemptRecord))


def _fields_of(part: StageRecord | AttemptRecord) -> dict[str, Any]:
    names = _FIELDS_OF_STAGE if type(part) is StageRecord else _FIELDS_OF_ATTEMPT
    return {name: getattr(part, name) for name in names}


def _short(attempt: AttemptRecord) -> dict[str, Any]:
    """The fields that :meth:`AttemptRecord.shorten` leaves."""
    return {
        "number": attempt.number,
        "started": attempt.started,
        "finished": attempt.finished,
        "success": attempt.success,
        "failure": attempt.failure,
        "outputs": attempt.outputs,
        "logs": attempt.logs,
    }


def _state(success: Any) -> str:
    return "succeeded" if success else "failed"


# A plugin may emit events too: data of another shape than EventKind tells must not cost the record.
def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _run_opened(record: Record, event: Event, data: PlainData, time: str) -> None:
    _interrupt_unfinished(record)
    record.run_id = event.run_id
    if record.created is None:
        record.created, record.adopted = time, bool(data.get("adopted"))
    record.state, record.message = "running", ""
    record.action = str(data.get("action", ""))
    record.model_run, record.configs = data.get("model_run"), data.get("configs")
    record.plugins, record.versions = data.get("plugins"), _mapping(data.get("versions"))
    record.host, record.user = str(data.get("host", "")), str(data.get("user", ""))


def _interrupt_unfinished(record: Record) -> None:
    """Who opens a run holds its lock: whatever was not ended will not end any more."""
    for stage in record.stages.values():
        if stage.state == "started":
            stage.state = "interrupted"
    for attempt in record.attempts:
        if attempt.success is None:
            attempt.success = False


def _stage_started(record: Record, event: Event, data: PlainData, time: str) -> None:
    name = str(event.stage)
    later = STAGES[STAGES.index(name) + 1 :] if name in STAGES else ()
    for undone in later:
        record.stages.pop(undone, None)
    record.stages.pop(name, None)  # so that the stages stand in the order in which they were done
    record.stages[name] = StageRecord(state="started", backend=str(data.get("backend", "")), started=time)
    if name == "generate":
        record.generated_from = None


def _stage_ended(record: Record, event: Event, data: PlainData, time: str) -> None:
    stage = record.stages.setdefault(str(event.stage), StageRecord(state="started"))
    stage.state = _state(data.get("success"))
    stage.ended, stage.duration, stage.message = time, data.get("duration"), str(data.get("message", ""))
    if event.stage == "generate" and data.get("success"):
        record.inputs = [str(path) for path in _list(data.get("inputs"))]
        record.generated_from = data.get("made_of")


def _inputs_planned(record: Record, _event: Event, data: PlainData, _time: str) -> None:
    # Ours at once: where this is cut off some lie there already, and the next generate must be free to replace them.
    record.inputs = sorted({*record.inputs, *(str(path) for path in _list(data.get("inputs")))})


def _attempt_started(record: Record, event: Event, data: PlainData, time: str) -> None:
    attempt = record.attempt(event.attempt)
    attempt.started, attempt.backend = time, str(data.get("backend", ""))
    attempt.logs = str(data.get("logs") or attempt.logs)
    attempt.steps = [{"name": str(name)} for name in _list(data.get("steps"))]


def _attempt_ended(record: Record, event: Event, data: PlainData, time: str) -> None:
    attempt = record.attempt(event.attempt)
    result = _mapping(data.get("result"))
    attempt.finished, attempt.result, attempt.outputs = time, result, data.get("outputs", 0)
    attempt.success = bool(result.get("success"))
    attempt.failure = None if result.get("failure") is None else str(result["failure"])


def _step_started(record: Record, event: Event, data: PlainData, time: str) -> None:
    step = record.attempt(event.attempt).step(str(data.get("step", "")))
    step["started"] = time
    step.update({name: data[name] for name in ("command", "stdout", "stderr") if name in data})


def _step_ended(record: Record, event: Event, data: PlainData, time: str) -> None:
    step = record.attempt(event.attempt).step(str(data.get("step", "")))
    step["ended"] = time
    step.update({name: value for name, value in data.items() if name != "step"})


def _progress(record: Record, event: Event, data: PlainData, time: str) -> None:
    if event.stage == "run":
        record.attempt(event.attempt).progress = {"time": time, **data}


def _warning(record: Record, _event: Event, data: PlainData, time: str) -> None:
    if len(record.warnings) < _WARNINGS:
        record.warnings.append({"time": time, **data})


def _run_ended(record: Record, _event: Event, data: PlainData, _time: str) -> None:
    record.state, record.message = _state(data.get("success")), str(data.get("message", ""))
    record.action = str(data.get("action", record.action))


_CHANGES: dict[str, Callable[[Record, Event, PlainData, str], None]] = {
    EventKind.RUN_OPENED: _run_opened,
    EventKind.STAGE_STARTED: _stage_started,
    EventKind.INPUTS_PLANNED: _inputs_planned,
    EventKind.STAGE_ENDED: _stage_ended,
    EventKind.ATTEMPT_STARTED: _attempt_started,
    EventKind.ATTEMPT_ENDED: _attempt_ended,
    EventKind.STEP_STARTED: _step_started,
    EventKind.STEP_ENDED: _step_ended,
    EventKind.PROGRESS: _progress,
    EventKind.WARNING: _warning,
    EventKind.RUN_ENDED: _run_ended,
}
