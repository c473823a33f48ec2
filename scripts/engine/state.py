"""What is noted about an engine in its folder, so that another process can stop it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.leftovers import start_time

STATE_FILE = "engine.json"

#: A process as pid and start time, since pids come back.
Process = tuple[int, int]


@dataclass
class State:
    """An engine: its processes, its mount namespace, and the control group above those of its containers."""

    keeper: Process
    mounts: str
    group: str
    made: list[str] = field(default_factory=list)  # folders of the machine that are there only to be hidden
    daemon: Process | None = None

    @classmethod
    def read(cls, folder: Path) -> "State | None":
        """Read it, where there is one."""
        try:
            known: dict[str, Any] = json.loads((folder / STATE_FILE).read_text())
        except FileNotFoundError:
            return None
        processes = {name: known[name] and tuple(known[name]) for name in ("keeper", "daemon")}
        return cls(**{**known, **processes})

    def write(self, folder: Path) -> None:
        """Write it, whole or not at all."""
        draft = folder / f"{STATE_FILE}.new"
        draft.write_text(json.dumps(asdict(self)))
        draft.rename(folder / STATE_FILE)


def identity(pid: int) -> Process:
    """A process that runs."""
    return pid, start_time(pid) or 0


def alive(process: Process | None) -> bool:
    """Whether a process runs still."""
    return process is not None and start_time(process[0]) == process[1]
