"""The messages between the driver, its supervisor and the workers.

A job's fields are bytes joined by NUL, the one byte that no argument, variable or path can hold, so that what is no
UTF-8 travels unchanged. Loaded by the supervisor.
"""

import marshal

import _signal  # type: ignore[import-not-found]  # isort: skip

TYPE_CHECKING = False  # as type checkers know it; typing itself takes longer to import than the supervisor to start
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

#: What a terminal or a batch system sends to everybody. The supervisor ignores these, blocked until it does: the driver
#: decides what becomes of the runs.
FOR_THE_DRIVER = (_signal.SIGINT, _signal.SIGHUP, _signal.SIGTERM, _signal.SIGQUIT, _signal.SIGTSTP)

#: What the driver writes to the supervisor's own socket.
GROW = b"grow"
SWEEP = b"sweep"

#: What the driver writes to a run's socket: end the tree, for this reason; or kill it without more grace.
STOP_TIMEOUT = b"t"
STOP_CANCELLED = b"c"
STOP_NOW = b"k"

#: The reasons of the stop messages, as they are reported.
REASONS = {STOP_TIMEOUT: "timeout", STOP_CANCELLED: "cancelled", STOP_NOW: "cancelled"}

#: Ends a report; a report without it was cut off.
END = b"\n"

#: Bytes of a job that travel with the message itself; what is longer follows through the run's socket. Small enough
#: for a buffer that malloc does not have to map.
INLINE = 30_000

#: Descriptors that one message may carry (the kernel's limit).
DESCRIPTORS = 253
DESCRIPTOR_BYTES = 4


class Job:
    """What a worker has to start, as bytes."""

    __slots__ = ("argv", "cwd", "env", "grace", "memory", "stderr", "stdin", "stdout")

    def __init__(self, payload: bytes) -> None:
        """Read the payload that ``job_payload`` made.

        Args:
            payload: The message, decoded from the run's socket.
        """
        cwd, stdin, stdout, stderr, grace, memory, count, *rest = payload.split(b"\0")
        self.cwd, self.stdin, self.stdout, self.stderr = cwd, stdin, stdout, stderr
        self.grace = float(grace)
        self.memory = int(memory)
        self.argv = rest[: int(count)]
        self.env = dict([item.split(b"=", 1) for item in rest[int(count) :]])


class Report:
    """How a run ended, as the worker saw it."""

    __slots__ = (
        "cpu", "detail", "duration", "ended_by", "errno", "finished", "leftovers", "peak", "started", "status", "what",
    )  # fmt: skip

    def __init__(self) -> None:
        self.ended_by = "exit"
        self.status: int | None = None  # exit code, negative for a signal
        self.cpu = 0.0  # seconds
        self.peak = 0  # bytes
        self.started = self.finished = 0.0  # seconds since the epoch
        self.duration = 0.0  # seconds of the monotonic clock
        self.leftovers = 0
        self.what = ""  # what could not be had: cwd, stdin, stdout, stderr, executable
        self.errno = 0  # and why
        self.detail = ""  # the text of an unforeseen error

    def pack(self) -> bytes:
        """The report as one message.

        Returns:
            What ``unpack`` reads; marshal is the quickest, and both ends are one Python and trust each other.
        """
        times = (self.started, self.finished, self.duration)
        why = (self.what, self.errno, self.detail)
        return marshal.dumps((self.ended_by, self.status, self.cpu, self.peak, self.leftovers, times, why)) + END

    @classmethod
    def unpack(cls, message: bytes) -> "Report":
        """Read what ``pack`` made.

        Args:
            message: The whole message.

        Returns:
            The report.
        """
        it = cls()
        it.ended_by, it.status, it.cpu, it.peak, it.leftovers, times, why = marshal.loads(message)  # noqa: S302 - ours
        it.started, it.finished, it.duration = times
        it.what, it.errno, it.detail = why
        return it


def pack_descriptors(descriptors: "Sequence[int]", byteorder: 'Literal["little", "big"]') -> bytes:
    """Descriptors as the data of an SCM_RIGHTS message.

    Args:
        descriptors: Open descriptors.
        byteorder: ``sys.byteorder``.

    Returns:
        C ints in the machine's order.
    """
    return b"".join([number.to_bytes(DESCRIPTOR_BYTES, byteorder) for number in descriptors])


def unpack_descriptors(data: bytes) -> "list[int]":
    """Read what ``pack_descriptors`` made.

    Args:
        data: The data of an SCM_RIGHTS message.

    Returns:
        The descriptors.
    """
    whole = len(data) - len(data) % DESCRIPTOR_BYTES
    return memoryview(data)[:whole].cast("i").tolist()
