"""Logging: structlog over the standard library's logger ``rompy``; only the command attaches handlers.

structlog costs 64 to 104 ms to import, so a logger imports it when its first line is written. Fields travel under
``extra={"rompy": {...}}``, because keys such as ``message`` and ``name`` collide with the attributes of log records.
"""

import logging
from collections.abc import MutableMapping
from functools import cache
from typing import Any

from rompy_hooks import Logger, redact

ROOT = logging.getLogger("rompy")
ROOT.addHandler(logging.NullHandler())


class BoundLogger:
    """A logger bound to fields; a structlog logger is made of it on first use."""

    __slots__ = ("_fields", "_made")

    def __init__(self, **fields: Any) -> None:
        self._fields = fields
        self._made: Any = None

    def bind(self, **fields: Any) -> "BoundLogger":
        """The logger with more fields."""
        return BoundLogger(**{**self._fields, **fields})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._made is None:
            self._made = _structlog_logger().bind(**self._fields)
        return getattr(self._made, name)

    def debug(self, event: str, **fields: Any) -> None:
        """For those who look for a fault."""
        self._log(logging.DEBUG, "debug", event, fields)

    def info(self, event: str, **fields: Any) -> None:
        """What is being done."""
        self._log(logging.INFO, "info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """What people should know and what stops nothing."""
        self._log(logging.WARNING, "warning", event, fields)

    def error(self, event: str, **fields: Any) -> None:
        """What failed."""
        self._log(logging.ERROR, "error", event, fields)

    def _log(self, level: int, method: str, event: str, fields: dict[str, Any]) -> None:
        # A line that nobody reads must not cost the import of structlog.
        if ROOT.isEnabledFor(level):
            self.__getattr__(method)(event, **fields)


def bound_logger(**fields: Any) -> Logger:
    """A logger whose lines carry these fields."""
    return BoundLogger(**fields)


@cache
def _structlog_logger() -> Any:
    import structlog

    return structlog.wrap_logger(
        ROOT,
        processors=[_as_record],
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        context_class=dict,
    )


def _as_record(
    _logger: Any, _method: str, event_dict: MutableMapping[str, Any]
) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Turn an entry into the arguments of a standard logger, secrets replaced."""
    exc_info = event_dict.pop("exc_info", None)
    event = str(event_dict.pop("event"))
    return ("%s", event), {"extra": {"rompy": redact(dict(event_dict))}, "exc_info": exc_info}
