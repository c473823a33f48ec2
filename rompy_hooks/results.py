"""What the stages return: results that are true when they are good, and that become JSON without help.

What a plugin puts in becomes data that JSON can hold: numpy's numbers and arrays become Python's, numbers that JSON has
no word for (NaN, infinity) become ``None``, a :class:`~rompy_hooks.Secret` becomes ``***``, other objects their text.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import attrs

from rompy_hooks.array_values import is_array_type, python_value, truth
from rompy_hooks.secret import REDACTED, Secret


class Failure(StrEnum):
    """Why a run failed. The list may grow: readers accept texts they don't know."""

    EXIT_CODE = "exit_code"  #: a step ended with an exit code other than 0
    SIGNAL = "signal"  #: a step was ended by a signal that nobody here sent
    TIMEOUT = "timeout"  #: the run or a step took longer than allowed
    CANCELLED = "cancelled"  #: somebody asked for its end
    OUT_OF_MEMORY = "out_of_memory"  #: it used more memory than allowed
    EXPECTATION = "expectation"  #: an expected output is missing, an error file or a log tells of a failure
    STALLED = "stalled"  #: it neither wrote nor computed for too long
    NOT_STARTED = "not_started"  #: program, image or job could not be started
    LOST = "lost"  #: it vanished, nobody knows how it ended
    NODE = "node"  #: the machine it ran on failed
    PREEMPTED = "preempted"  #: a scheduler took its place away
    DISK = "disk"  #: no space, or a disk that failed
    PLUGIN = "plugin"  #: the backend's plugin raised or answered with a wrong type
    OTHER = "other"  #: none of these


def failure_of(text: str | None) -> Failure | str | None:
    """The :class:`Failure` of a text, or the text itself where this version doesn't know it."""
    try:
        return None if text is None else Failure(text)
    except ValueError:
        return text


@attrs.frozen(kw_only=True)
class Usage:
    """What a run or step used."""

    #: User and system time of all processes, in seconds.
    cpu_seconds: float = 0.0
    #: Largest memory seen, in bytes.
    peak_memory: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            cpu_seconds=self.cpu_seconds + other.cpu_seconds, peak_memory=max(self.peak_memory, other.peak_memory)
        )


@attrs.frozen(kw_only=True)
class StepResult:
    """How one step ended; true when it succeeded.

    >>> StepResult(name="swan", success=False, exit_code=4).failure
    <Failure.EXIT_CODE: 'exit_code'>
    """

    name: str
    success: bool = attrs.field(converter=truth)
    exit_code: int | None = None
    #: Number of the signal that ended it.
    signal: int | None = None
    #: ``None`` when the step succeeded; unless given, what exit code and signal say.
    failure: Failure | str | None = attrs.field()
    message: str = ""
    #: Seconds, by a clock that doesn't jump.
    duration: float = 0.0
    stdout: Path | None = None
    stderr: Path | None = None
    usage: Usage = Usage()

    @failure.default
    def _some_failure(self) -> Failure | None:
        if self.success:
            return None
        return Failure.SIGNAL if self.signal else Failure.EXIT_CODE if self.exit_code else Failure.OTHER

    def __bool__(self) -> bool:
        return self.success


@attrs.frozen(kw_only=True)
class RunResult:
    """How a run ended; true when it succeeded.

    >>> bool(RunResult(success=True)), RunResult(success=False, message="no space left").failure
    (True, <Failure.OTHER: 'other'>)
    """

    success: bool = attrs.field(converter=truth)
    #: Name of the run backend.
    backend: str = ""
    run_id: str = ""
    attempt: int = 1
    exit_code: int | None = None
    #: Number of the signal that ended the model.
    signal: int | None = None
    #: ``None`` when the run succeeded.
    failure: Failure | str | None = attrs.field()
    #: One sentence for people.
    message: str = ""
    started: datetime | None = None
    finished: datetime | None = None
    #: Seconds, by a clock that doesn't jump.
    duration: float = 0.0
    steps: tuple[StepResult, ...] = ()
    #: Log of the last step that ran.
    stdout: Path | None = None
    stderr: Path | None = None
    usage: Usage = Usage()
    #: What the backend tells beside: container or job id, image digest.
    metadata: Mapping[str, Any] = attrs.field(factory=dict)

    @failure.default
    def _some_failure(self) -> Failure | None:
        return None if self.success else Failure.OTHER

    @failure.validator
    def _agrees_with_success(self, _attribute: "attrs.Attribute[Any]", value: Failure | str | None) -> None:
        if self.success != (value is None):
            raise ValueError(f"success is {self.success}, so failure cannot be {value!r}")

    def __bool__(self) -> bool:
        return self.success

    def to_dict(self) -> dict[str, Any]:
        """The result as data that JSON can hold."""
        data: dict[str, Any] = _checked_plain(self)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The result that :meth:`to_dict` made the data of; keys that this version doesn't know are left out."""
        known = _known(cls, data)
        if known.get("failure") is None:  # who wrote it did not say why it failed
            known.pop("failure", None)
        else:
            known["failure"] = failure_of(known["failure"])
        known["steps"] = tuple(_step_from(step) for step in known.get("steps", ()))
        for name in ("started", "finished"):
            if known.get(name) is not None:
                known[name] = datetime.fromisoformat(known[name])
        return cls(**_paths_and_usage(known))


def _step_from(data: Mapping[str, Any]) -> StepResult:
    known = _known(StepResult, data)
    known["failure"] = failure_of(known.get("failure"))
    return StepResult(**_paths_and_usage(known))


def _known(cls: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: data[field.name] for field in attrs.fields(cls) if field.name in data}


def _paths_and_usage(known: dict[str, Any]) -> dict[str, Any]:
    for name in ("stdout", "stderr"):
        if known.get(name) is not None:
            known[name] = Path(known[name])
    if "usage" in known:
        known["usage"] = Usage(**_known(Usage, known["usage"]))
    return known


def _checked_plain(value: Any) -> Any:
    try:
        return _plain(value)
    except RecursionError as error:
        raise ValueError(
            "a result must be data that JSON can hold; this contains itself, or is nested too deeply"
        ) from error


def _plain(value: Any) -> Any:
    """Data that JSON can hold, of results and what is in them; other objects by their text."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {str(key): item if type(item) in _PLAIN else _plain(item) for key, item in value.items()}
    return _way_of(kind)(value)  # type: ignore[arg-type]  # types can be hashed


_PLAIN = frozenset({str, int, bool, type(None)})


@lru_cache(maxsize=1024)
def _way_of(kind: type) -> Callable[[Any], Any]:
    # Found once a type: a pipeline's result has sixty values.
    for classes, way in _WAYS:
        if issubclass(kind, classes):
            return way
    if is_array_type(kind):
        return lambda value: _plain(python_value(value))
    if attrs.has(kind):
        names = tuple(field.name for field in attrs.fields(kind))
        return lambda value: {
            name: item if type(item := getattr(value, name)) in _PLAIN else _plain(item) for name in names
        }
    return _of_other


def _of_other(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, Iterable) else str(value)


_WAYS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (StrEnum, lambda value: value.value),
    (type(None), lambda value: value),
    (float, lambda value: float(value) if math.isfinite(value) else None),
    ((str, int), lambda value: value),
    (datetime, datetime.isoformat),
    (Secret, lambda _value: REDACTED),
    (Mapping, lambda value: {str(key): _plain(item) for key, item in value.items()}),
    ((list, tuple, set, frozenset), lambda value: [_plain(item) for item in value]),
)


class _Result(dict[str, Any]):
    """A mapping that is true when ``success`` is; what is put in becomes data that JSON can hold."""

    __slots__ = ()

    def __init__(self, success: bool = True, message: str = "", **keys: Any) -> None:
        super().__init__(_checked_plain({"success": truth(success), "message": message, **keys}))

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """A result of a mapping that a plugin returned; its extra keys are kept.

        Raises:
            TypeError: ``success`` is no bool.
            ValueError: It contains itself, or is nested too deeply.
        """
        return cls(**{"success": True, **{str(key): value for key, value in data.items()}})

    def __bool__(self) -> bool:
        return self.success

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_mapping, (dict(self),)

    @property
    def success(self) -> bool:
        """Whether all went well."""
        return bool(self.get("success"))

    @property
    def message(self) -> str:
        """One sentence for people."""
        return str(self.get("message", ""))

    @property
    def run_id(self) -> str:
        """The run's id."""
        return str(self.get("run_id", ""))


class ProcessResult(_Result):
    """What a processor returns: a ``dict`` with typed properties, true when ``success`` is.

    >>> result = ProcessResult(message="one map", outputs=[Path("depth.png")], metrics={"runup_m": 2.4})
    >>> bool(result), result["outputs"], result.metrics["runup_m"]
    (True, ['depth.png'], 2.4)
    """

    __slots__ = ()

    @property
    def output_dir(self) -> Path | None:
        """Where the processor looked or wrote."""
        value = self.get("output_dir")
        return None if value is None else Path(value)

    @property
    def outputs(self) -> list[Any]:
        """What was made or found: paths, or mappings with ``path``, ``size`` and more."""
        return list(self.get("outputs", ()))

    @property
    def metrics(self) -> dict[str, Any]:
        """Numbers by name; the unit stands in the name."""
        return dict(self.get("metrics", {}))


class PipelineResult(_Result):
    """What a pipeline returns: a ``dict`` with typed properties, true when ``success`` is.

    >>> result = PipelineResult(success=False, stage="run", error="swan.exe ended with exit code 3")
    >>> bool(result), result.stage, result["error"]
    (False, 'run', 'swan.exe ended with exit code 3')
    """

    __slots__ = ()

    @property
    def stages_completed(self) -> list[str]:
        """The stages that were done, in order."""
        return list(self.get("stages_completed", ()))

    @property
    def run_result(self) -> RunResult | None:
        """The run's result as an object; ``result["run_result"]`` is the mapping."""
        value = self.get("run_result")
        return RunResult.from_dict(value) if isinstance(value, Mapping) else None

    @property
    def postprocess_results(self) -> ProcessResult | None:
        """What the processor returned; of several, ``processors`` lists each."""
        value = self.get("postprocess_results")
        return ProcessResult.from_mapping(value) if isinstance(value, Mapping) else None

    @property
    def staging_dir(self) -> Path | None:
        """The workspace."""
        value = self.get("staging_dir")
        return None if value is None else Path(value)

    @property
    def stage(self) -> str | None:
        """The stage that failed."""
        return self.get("stage")

    @property
    def error(self) -> str | None:
        """Why it failed."""
        return self.get("error")


@attrs.frozen(kw_only=True)
class FetchResult:
    """What is known about a file that was fetched; it says later whether the source has changed."""

    #: Bytes that the source announced, to be compared with what arrived.
    size: int | None = None
    #: The source's own mark of this version (HTTP's ``ETag``).
    etag: str | None = None
    #: When the source was last changed.
    modified: datetime | None = None
    #: Type that the source gave (``text/html`` is an error page where data was expected).
    content_type: str | None = None
