"""Find and end what an engine leaves: processes of its mount namespace, and its control groups."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterable
from pathlib import Path


def start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; ``None`` when it has ended (a zombie has)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def end(pid: int, number: signal.Signals, seconds: float) -> bool:
    """Send a signal to a process and wait for its end; whether it has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        signal.pidfd_send_signal(descriptor, number)
        ended = bool(select.select([descriptor], [], [], seconds)[0])
    except ProcessLookupError:
        ended = True
    finally:
        os.close(descriptor)
    if ended:
        with contextlib.suppress(ChildProcessError):  # not a child of ours: somebody else reaps it
            os.waitpid(pid, 0)
    return ended


def mounts_of(pid: int) -> str:
    """The mount namespace of a process, as ``mnt:[4026531841]``."""
    return str(Path(f"/proc/{pid}/ns/mnt").readlink())


def in_namespace(mounts: str) -> list[int]:
    """The processes whose mount namespace is this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if mounts_of(int(entry.name)) == mounts:
                    found.append(int(entry.name))
    return found


def control_groups(name: str) -> list[Path]:
    """The folders of a control group and those below it, deepest first; in version 1, 2 and mixed hierarchies."""
    base = Path("/sys/fs/cgroup")
    roots = [base / name, *base.glob(f"*/{name}")]
    folders = {Path(folder) for root in roots if root.is_dir() for folder, _, _ in os.walk(root)}
    return sorted(folders, key=lambda folder: len(folder.parts), reverse=True)


def in_control_groups(folders: Iterable[Path]) -> list[int]:
    """The processes in control groups."""
    found: set[int] = set()
    for folder in folders:
        with contextlib.suppress(OSError):
            found.update(int(word) for word in (folder / "cgroup.procs").read_text().split())
    return sorted(found - {0})


def _thaw(folder: Path) -> None:
    """Let a paused container go on: until then no signal reaches it."""
    for file, word in (("freezer.state", "THAWED"), ("cgroup.freeze", "0")):
        with contextlib.suppress(OSError):
            if (folder / file).exists():
                (folder / file).write_text(word)


def clear(mounts: str, group: str, seconds: float = 10.0) -> bool:
    """Kill what is left of an engine and remove its control groups; whether nothing is left.

    Args:
        mounts: The engine's mount namespace.
        group: The name of the control group above those of its containers.
        seconds: How long to try.
    """
    limit = time.monotonic() + seconds
    while True:
        folders = control_groups(group)
        pids = {*in_namespace(mounts), *in_control_groups(folders)}
        for folder in folders:
            _thaw(folder)
        for pid in pids:
            end(pid, signal.SIGKILL, 1.0)
        for folder in folders:
            with contextlib.suppress(OSError):  # busy for a moment after its last process has ended
                folder.rmdir()
        if not pids and not control_groups(group):
            return True
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
