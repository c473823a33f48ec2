"""Who owns a workspace: the process that took its lock, as it tells others."""

import functools
import json
import os
import pwd
import sys
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

import attrs

from rompy_core.workspace.redaction import redact_words

_TO_JSON = json.JSONEncoder().encode

#: Characters of a command that an error shows.
_SHOWN_COMMAND = 120


def host_and_user() -> dict[str, str]:
    """``host`` and ``user``: their names; the user whose rights this process has (the number, where it has no name)."""
    return {"host": os.uname().nodename, "user": _user_name(os.geteuid())}


@functools.cache
def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def process_start(pid: int) -> int | None:
    """When a process of this machine started, in ticks since boot; ``None`` where there is none, or a zombie only.

    With the pid it names a process for good: pids are used again. On systems without ``/proc`` it is 0.
    """
    try:
        # The name stands in parentheses and may hold any byte, so count from the last one.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0 if not Path("/proc/self").exists() and _answers(pid) else None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@functools.lru_cache(maxsize=1)
def _this_process(pid: int) -> tuple[int | None, str]:
    # By pid, because a forked child is another owner; a process neither starts twice nor changes its command.
    words = redact_words([str(word) for word in getattr(sys, "orig_argv", sys.argv)])
    return process_start(pid), " ".join(words)


@attrs.frozen(kw_only=True)
class Owner:
    """A process that took the lock of a workspace."""

    pid: int
    host: str
    user: str
    #: What was typed, without secrets.
    command: str
    #: When it took the lock, ISO 8601 in UTC.
    since: str
    #: When the process started, as :func:`process_start` tells.
    start: int | None
    run_id: str

    @classmethod
    def myself(cls, run_id: str) -> Self:
        """This process, now."""
        pid = os.getpid()
        start, command = _this_process(pid)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(pid=pid, command=command, since=since, start=start, run_id=run_id, **host_and_user())

    def encode(self) -> bytes:
        """The owner as one line of JSON."""
        return _TO_JSON(dict(zip(_FIELDS, _values(self), strict=True))).encode() + b"\n"

    @classmethod
    def decode(cls, data: bytes) -> Self | None:
        """The owner that a line tells of, or ``None`` where it doesn't: it may just be written."""
        try:
            fields: Any = json.loads(data.partition(b"\n")[0])
            return cls(**{name: fields[name] for name in _FIELDS})
        except (ValueError, TypeError, KeyError):
            return None

    def is_gone(self) -> bool:
        """Whether the process has surely ended; of another host nobody can tell."""
        if self.host != os.uname().nodename:
            return False
        start = process_start(self.pid)
        return start is None or (self.start is not None and start != self.start)

    def __str__(self) -> str:
        command = self.command if len(self.command) <= _SHOWN_COMMAND else f"{self.command[:_SHOWN_COMMAND]}..."
        return f"process {self.pid} of {self.user} on {self.host} since {self.since}: {command!r}"


_FIELDS = tuple(field.name for field in attrs.fields(Owner))
_values = attrgetter(*_FIELDS)  # one call instead of eight
