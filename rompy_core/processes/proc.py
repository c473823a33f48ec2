"""Who descends from whom, read from ``/proc``.

``/proc/PID/task/*/children`` would be shorter, but not every kernel has it (one that this was written on did not), so
the parents of all processes are read: about 10 microseconds each, done only when something has to be ended
or a memory limit is kept. Loaded by the supervisor: no imports but ``posix``.
"""

import posix

PAGE = posix.sysconf("SC_PAGESIZE")

#: Set in a process's flags from the moment it begins to exit, before its descriptors are closed (PF_EXITING).
_EXITING = 0x4


class Process:
    """One line of ``/proc/PID/stat``."""

    __slots__ = ("flags", "group", "parent", "pid", "state")

    def __init__(self, pid: int, line: bytes) -> None:
        """Read the line.

        Args:
            pid: Its process.
            line: The text; the name in it may hold spaces and parentheses.
        """
        state, parent, group, _session, _tty, _tpgid, flags, _ = line[line.rindex(b")") + 2 :].split(b" ", 7)
        self.pid, self.state = pid, state
        self.parent, self.group, self.flags = int(parent), int(group), int(flags)

    @property
    def dead(self) -> bool:
        """It only waits to be collected."""
        return self.state in b"ZXx"

    @property
    def exiting(self) -> bool:
        """It has begun to exit."""
        return self.dead or bool(self.flags & _EXITING)


def read_process(pid: int) -> Process | None:
    """Look at one process.

    Args:
        pid: Its number.

    Returns:
        What the kernel says of it, or None when it is gone.
    """
    data = _read(b"/proc/%d/stat" % pid)
    return Process(pid, data) if data else None


def descendants(root: int, without: "frozenset[int] | set[int]" = frozenset()) -> list[Process]:
    """The processes below one, those that only wait to be collected left out.

    Args:
        root: The ancestor, not itself in the result.
        without: Children of the root to leave out, with all below them.

    Returns:
        Parents before their children.
    """
    below: dict[int, list[Process]] = {}
    for name in posix.listdir(b"/proc"):
        if name.isdigit() and (process := read_process(int(name))) is not None:
            below.setdefault(process.parent, []).append(process)
    found = [child for child in below.get(root, ()) if child.pid not in without]
    for process in found:  # grows while it is walked
        found.extend(below.get(process.pid, ()))
    return [process for process in found if not process.dead]


def resident_bytes(processes: list[Process]) -> int:
    """Memory that processes hold, pages that they share counted for each.

    Args:
        processes: Whose memory.

    Returns:
        The sum of their resident sets; the exact share (PSS) takes the kernel milliseconds a process.
    """
    return sum(int(_read(b"/proc/%d/statm" % process.pid, b"0 0").split(b" ", 2)[1]) for process in processes) * PAGE


def _read(path: bytes, missing: bytes = b"") -> bytes:
    """A short file of a process, or what stands for it when the process is gone."""
    try:
        descriptor = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC)
    except OSError:
        return missing
    try:
        return posix.read(descriptor, 4096) or missing
    except OSError:  # ESRCH: it went between the two calls
        return missing
    finally:
        posix.close(descriptor)
