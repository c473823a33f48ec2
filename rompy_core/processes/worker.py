"""A worker: the subreaper of one run after the other. Loaded by the supervisor.

A worker serves again only when the kernel has said that no child is left (ECHILD), so each job finds it as new, and
no run has to wait for a fork.
"""

import _socket
import posix
import select
import time

from rompy_core.processes.proc import descendants, resident_bytes
from rompy_core.processes.spawn import NotStartedError, Spawner
from rompy_core.processes.tree import Tree
from rompy_core.processes.wakeup import ChildAlarm
from rompy_core.processes.wire import (
    DESCRIPTOR_BYTES,
    DESCRIPTORS,
    INLINE,
    REASONS,
    STOP_NOW,
    Job,
    Report,
    unpack_descriptors,
)

#: Seconds between two looks at the memory, where it has a limit.
_MEMORY_INTERVAL = 0.25

#: Seconds until what has not died yet is looked for and killed again.
_KILL_INTERVAL = 0.05

_MESSAGE = INLINE + 32
_ANCILLARY = _socket.CMSG_SPACE(DESCRIPTORS * DESCRIPTOR_BYTES)


class Worker:
    """Takes jobs from the socket that all workers share, one at a time."""

    def __init__(self, jobs: _socket.socket, guards: tuple[int, int], spawner: Spawner) -> None:
        """Get ready.

        Args:
            jobs: The shared socket.
            guards: Pidfds of the driver and of the supervisor; when one of them dies, so does the run.
            spawner: Starts the children.
        """
        self._jobs, self._guards, self._spawner = jobs, guards, spawner
        self._alarm = ChildAlarm()
        self._idle = select.epoll(flags=select.EPOLL_CLOEXEC)
        self._idle.register(jobs.fileno(), select.EPOLLIN | select.EPOLLEXCLUSIVE)  # wakes one worker, not all
        for guard in guards:
            self._idle.register(guard, select.EPOLLIN)

    def serve(self) -> None:
        """Take jobs until the driver or the supervisor is gone."""
        while True:
            ready = {descriptor for descriptor, _ in self._idle.poll()}
            if not ready.isdisjoint(self._guards):
                return
            try:
                message, ancillary, _, _ = self._jobs.recvmsg(
                    _MESSAGE, _ANCILLARY, _socket.MSG_DONTWAIT | _socket.MSG_CMSG_CLOEXEC
                )
            except BlockingIOError:
                continue
            if not message:
                return
            if not self._run(message, [fd for _, _, data in ancillary for fd in unpack_descriptors(data)]):
                return

    def _run(self, message: bytes, descriptors: list[int]) -> bool:
        """Do one job; whether the next one may come."""
        channel = _socket.socket(fileno=descriptors[0])
        try:
            payload = _payload(message, channel)
            report = Run(self._spawner, self._alarm, self._guards, channel).do(payload) if payload else None
            for held in descriptors[1:]:  # before the report: who reads it finds the lock held by the driver alone
                posix.close(held)
            if report is not None:
                channel.send(report.pack())
        except OSError:  # nobody listens any more
            return False
        finally:
            channel.close()
        return report is None or report.ended_by != "lost"


def _payload(message: bytes, channel: _socket.socket) -> bytes:
    """The whole job, or nothing when the driver died while it sent it."""
    length, _, payload = message.partition(b"\n")
    missing = int(length) - len(payload)
    if missing:
        payload += channel.recv(missing, _socket.MSG_WAITALL)
    return payload if len(payload) == int(length) else b""


class Run:
    """One job, from its start until nothing of its tree is left."""

    def __init__(self, spawner: Spawner, alarm: ChildAlarm, guards: tuple[int, int], channel: _socket.socket) -> None:
        """Prepare.

        Args:
            spawner: Starts the child.
            alarm: Tells that children ended.
            guards: Pidfds of the driver and of the supervisor.
            channel: The run's socket.
        """
        self._spawner, self._alarm, self._channel = spawner, alarm, channel
        self._report = Report()
        self._poll = select.poll()
        for descriptor in (alarm.fd, channel.fileno(), *guards):
            self._poll.register(descriptor, select.POLLIN)
        self._deadline: float | None = None  # when the grace period is over
        self._clock = 0.0

    def do(self, payload: bytes) -> Report:
        """Start the child and stay until all is over.

        Args:
            payload: The job.

        Returns:
            How it ended.
        """
        report = self._report
        self._job = job = Job(payload)
        report.started = report.finished = time.time()
        self._clock = time.monotonic()
        try:
            self._tree = tree = Tree(self._spawner.start(job))
        except NotStartedError as error:
            report.ended_by, report.what, report.errno = "not_started", error.what, error.number
            return report
        try:
            self._attend()
        except Exception as error:  # noqa: BLE001 - whatever is wrong here, the tree must not survive it
            report.ended_by, report.detail = "lost", repr(error)
            self._end_at_once()
        report.status, report.cpu, report.leftovers = tree.status, tree.cpu, tree.leftovers
        report.peak = max(report.peak, tree.peak)
        return report

    def _attend(self) -> None:
        tree, main_ended = self._tree, False
        while not tree.reap():
            if tree.status is not None and not main_ended:
                main_ended = True
                self._note_end()
                self._end_tree(None)
            for descriptor, _ in self._poll.poll(self._patience()):
                self._hear(descriptor)
        if not main_ended:
            self._note_end()

    def _note_end(self) -> None:
        """The main process has ended: what is left of the tree does not count for the times."""
        self._report.finished = time.time()
        self._report.duration = time.monotonic() - self._clock

    def _patience(self) -> int | None:
        """Milliseconds until something has to be done; does what is due now."""
        if self._deadline is None:
            if self._job.memory == 0:
                return None
            self._watch_memory()
            return int(_MEMORY_INTERVAL * 1000)
        left = self._deadline - time.monotonic()
        if left <= 0:
            self._tree.kill()
            return int(_KILL_INTERVAL * 1000)
        return min(int(left * 1000) + 1, _LONGEST_POLL)

    def _watch_memory(self) -> None:
        used = resident_bytes(descendants(posix.getpid()))
        self._report.peak = max(self._report.peak, used)
        if used > self._job.memory:
            self._report.ended_by = "out_of_memory"
            self._deadline = time.monotonic()  # no grace: it would go on growing
            self._tree.kill()

    def _hear(self, descriptor: int) -> None:
        """Something happened on a descriptor."""
        if descriptor == self._alarm.fd:
            self._alarm.clear()
            return
        message = self._channel.recv(16) if descriptor == self._channel.fileno() else b""
        if not message:
            self._poll.unregister(descriptor)  # it stays readable for ever
        self._end_tree(REASONS.get(message[:1], "lost"))
        if STOP_NOW in message:
            self._deadline = time.monotonic()

    def _end_tree(self, reason: str | None) -> None:
        """Ask what is there to end, and start the grace period; the first reason is the one that counts."""
        first = self._deadline is None
        if first:
            self._deadline = time.monotonic() + self._job.grace
            if reason is not None and self._tree.status is None:
                self._report.ended_by = reason
        if first or reason is None:
            self._tree.terminate()

    def _end_at_once(self) -> None:
        while not self._tree.reap():
            self._tree.kill()
            self._poll.poll(1)


#: The longest time that poll() takes, in milliseconds.
_LONGEST_POLL = 2**31 - 1
