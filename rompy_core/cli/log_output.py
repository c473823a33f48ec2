"""The handler on the logger ``rompy``, while a command runs; only the command has one."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rompy_core.cli.host_options import HostOptions

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


@contextmanager
def log_shown(host: "HostOptions", *, warnings: bool = True) -> "Iterator[StderrHandler]":
    """Show the log on stderr while the block runs, as ``-v``, ``-q`` and ``--log-format`` say.

    A warning of a broken plugin waits until work begins (:meth:`StderrHandler.let_go`): it is not shown where the
    block fails with an error that says the same.

    Args:
        host: What was said before the command.
        warnings: Whether warnings are shown without ``-v``; not where the command tells the same.
    """
    logger = logging.getLogger("rompy")
    handler = StderrHandler()
    handler.setFormatter(JsonLines() if host.log_format == "json" else ConsoleLines())
    former = logger.level
    level = _LEVELS[min(host.verbose, len(_LEVELS) - 1)]
    logger.setLevel(logging.ERROR if host.quiet or not (warnings or host.verbose) else level)
    logger.addHandler(handler)
    try:
        yield handler
    except Exception as error:
        handler.forget(str(error))
        raise
    finally:
        handler.let_go()
        logger.removeHandler(handler)
        logger.setLevel(former)


class StderrHandler(logging.Handler):
    """Writes to what is ``sys.stderr`` at that moment: a live display puts itself there for a while."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[logging.LogRecord] = []
        self._holds = True

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or keep it for a while: what is wrong with a plugin may become an error yet."""
        if self._holds and {"plugin", "stage"} <= fields_of(record).keys():
            self._held.append(record)
        else:
            self._write(record)

    def forget(self, error: str) -> None:
        """Drop the records that are held and that an error tells in full."""
        self._held = [record for record in self._held if record.getMessage() not in error]

    def let_go(self) -> None:
        """Write what was held, and hold no more."""
        self._holds = False
        held, self._held = self._held, []
        for record in held:
            self._write(record)

    def _write(self, record: logging.LogRecord) -> None:
        """Write a record; a reader that is gone is nobody's fault."""
        try:
            line = self.format(record)
            if sys.stderr is not None:
                sys.stderr.write(line + "\n")
                sys.stderr.flush()
        except OSError:
            return
        except Exception:  # noqa: BLE001  as every handler of the standard library
            self.handleError(record)


class ConsoleLines(logging.Formatter):
    """``warning: what happened  key=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback where there is one."""
        words = [f"{record.levelname.lower()}: {record.getMessage()}"]
        words += [f"{key}={_short(value)}" for key, value in fields_of(record).items()]
        text = "  ".join([words[0], " ".join(words[1:])]) if len(words) > 1 else words[0]
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, event, and the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        from datetime import UTC, datetime

        from rompy_core.cli.json_document import json_text

        entry = {
            **fields_of(record),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json_text(entry)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """The fields of a record; they travel under one name because theirs collide with a record's own."""
    fields = getattr(record, "rompy", None)
    return dict(fields) if isinstance(fields, dict) else {}


def _short(value: Any) -> str:
    text = str(value)
    return repr(text) if not text or " " in text else text
