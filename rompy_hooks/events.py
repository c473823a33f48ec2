"""What happens during a run, as one frozen class: the journal holds it, watchers receive it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import attrs


class EventKind(StrEnum):
    """The kinds of events, and the fields of ``data`` of each.

    The list may grow: watchers pass over what they don't know.
    """

    #: Somebody took the run in hand: ``action``, ``model_run``, ``configs``, ``versions``, ``plugins``,
    #: ``host``, ``user``, ``pid``, ``adopted`` (the workspace held files of others).
    RUN_OPENED = "run_opened"
    #: A stage begins: ``backend``.
    STAGE_STARTED = "stage_started"
    #: Inputs are about to be put in place, some for the first time: ``inputs``, all of them.
    INPUTS_PLANNED = "inputs_planned"
    #: A stage is over: ``success``, ``message``, ``duration`` (s); generate's ``inputs`` and ``made_of``, the run's
    #: ``failure``, the postprocessors' ``result``.
    STAGE_ENDED = "stage_ended"
    #: An attempt at running begins: ``backend``, ``steps`` (names), ``logs`` (its folder).
    ATTEMPT_STARTED = "attempt_started"
    #: An attempt is over: ``result`` (a run result), ``outputs`` (number of files that it made or changed).
    ATTEMPT_ENDED = "attempt_ended"
    #: A step begins: ``step``, ``command`` (redacted), ``stdout``, ``stderr`` (paths).
    STEP_STARTED = "step_started"
    #: A step is over: ``step``, ``success``, ``exit_code``, ``signal``, ``failure``, ``duration`` (s).
    STEP_ENDED = "step_ended"
    #: Lines of a log, as they come; not in the journal: ``step``, ``stream``, ``lines``.
    OUTPUT = "output"
    #: A sample: ``cpu_seconds``, ``memory`` (bytes), ``written`` (bytes).
    RESOURCES = "resources"
    #: How far the model is: ``model_time``, ``fraction``, ``forecast_end``. In generate, a data file that has come:
    #: ``file``, ``size`` (bytes).
    PROGRESS = "progress"
    #: Neither output nor computing for a while: ``since``, ``seconds``.
    STALLED = "stalled"
    #: Something that people should know and that stops nothing: ``message``.
    WARNING = "warning"
    #: The run is let go: ``success``, ``action``, ``message``.
    RUN_ENDED = "run_ended"


@attrs.frozen(kw_only=True)
class Event:
    """One thing that happened."""

    kind: EventKind | str
    #: When, with a time zone.
    time: datetime
    run_id: str
    attempt: int
    #: ``generate``, ``run``, ``postprocess``, or ``None`` for the run as a whole.
    stage: str | None = None
    #: As :class:`EventKind` tells for each kind; JSON can hold it, secrets are replaced.
    data: Mapping[str, Any] = attrs.field(factory=dict)
