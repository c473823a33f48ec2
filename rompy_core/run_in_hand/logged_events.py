"""Events of a run as lines of the log, where somebody reads it: stages at info, all else at debug."""

import logging
from collections.abc import Mapping
from typing import Any

from rompy_hooks import Event, EventKind

# Not by rompy_core.logs: what is not written must not cost a call more.
_LOGGER = logging.getLogger("rompy")
_STAGES = {EventKind.STAGE_STARTED: "started", EventKind.STAGE_ENDED: "ended"}
#: What a line of a stage tells; the rest, such as a list of all inputs, is for those who look for a fault.
_OF_A_STAGE = ("backend", "success", "duration", "message")


def log_event(event: Event) -> None:
    """Log an event.

    Args:
        event: Without secrets, as it is written to the journal.
    """
    if not _LOGGER.isEnabledFor(logging.INFO):
        return
    verb = _STAGES.get(event.kind)  # type: ignore[call-overload]  # a stranger's kind is a text, and none of these
    if verb is not None:
        told = {name: event.data[name] for name in _OF_A_STAGE if event.data.get(name) not in (None, "")}
        _write(event, "info", f"stage {event.stage} {verb}", told)
    if _LOGGER.isEnabledFor(logging.DEBUG):
        _write(event, "debug", str(event.kind), event.data)


def _write(event: Event, level: str, text: str, data: Mapping[str, Any]) -> None:
    from rompy_core.logs import bound_logger

    fields = {name: value for name, value in data.items() if name not in ("event", "exc_info")}
    logger = bound_logger(**{**fields, "run_id": event.run_id, "stage": event.stage, "attempt": event.attempt})
    getattr(logger, level)(text)
