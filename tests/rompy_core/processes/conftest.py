"""Real children, and how to know that they are gone without waiting for a clock."""

import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rompy_core.processes import ProcessOutcome, ProcessRequest, run_process

#: Seconds that a test waits for what must happen soon; only a failure takes so long.
PATIENCE = 20.0


class Stage:
    """A directory to run things in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out, self.err = folder / "out.log", folder / "err.log"

    @staticmethod
    def is_gone(pid: int, seconds: float = 0.0) -> bool:
        """Whether a process has ended, or does within some seconds."""
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([descriptor], [], [], seconds)[0])
        finally:
            os.close(descriptor)

    @staticmethod
    def parent_of(pid: int) -> int:
        """The parent of a process."""
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])

    @staticmethod
    def background(call: Callable[[], ProcessOutcome]) -> "Background":
        """Start a run in a thread."""
        return Background(call)

    @staticmethod
    def descriptors_of(pid: int) -> int:
        """How many descriptors a process has open."""
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())

    def request(self, *argv: str, **changes: object) -> ProcessRequest:
        """A request with logs in the folder and the test's own PATH."""
        fields: dict[str, object] = {
            "argv": argv, "cwd": self.folder, "env": {"PATH": os.environ["PATH"]},
            "stdout": self.out, "stderr": self.err,
        }  # fmt: skip
        return ProcessRequest(**(fields | changes))  # type: ignore[arg-type]

    def run(self, *argv: str, **changes: object) -> ProcessOutcome:
        """Run a command."""
        return run_process(self.request(*argv, **changes))

    def shell(self, script: str, **changes: object) -> ProcessOutcome:
        """Run a shell script."""
        return self.run("sh", "-c", script, **changes)

    def python(self, code: str, **changes: object) -> ProcessOutcome:
        """Run a Python program."""
        return self.run(sys.executable, "-I", "-S", "-c", code, **changes)

    def fifo(self, name: str = "fifo") -> Path:
        """A pipe with a name."""
        os.mkfifo(self.folder / name)
        return self.folder / name

    def number(self, name: str) -> int:
        """A number that a child wrote; waits for it where the name is that of a FIFO."""
        return int((self.folder / name).read_text())


class Background:
    """A run in a thread."""

    def __init__(self, call: Callable[[], ProcessOutcome]) -> None:
        self._outcome: list[ProcessOutcome] = []
        self._thread = threading.Thread(target=lambda: self._outcome.append(call()), daemon=True)
        self._thread.start()

    def outcome(self) -> ProcessOutcome:
        """Wait for its end."""
        self._thread.join(PATIENCE)
        return self._outcome[0]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A folder for one test's processes."""
    return Stage(tmp_path)


class Driver:
    """A Python process that uses run_process, to be killed."""

    PRELUDE = """
import fcntl, os, signal, sys
from pathlib import Path
from rompy_core.processes import ProcessRequest, run_process, start_supervisor
folder = Path.cwd()
def request(*argv, **options):
    fields = dict(argv=argv, cwd=folder, env=dict(os.environ), stdout=folder / "out.log", stderr=folder / "err.log")
    return ProcessRequest(**(fields | options))
def shell(script, hold=(), **options):
    return run_process(request("sh", "-c", script, **options), hold=hold)
"""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.started: list[subprocess.Popen[str]] = []

    def start(self, code: str, *before: str) -> "subprocess.Popen[str]":
        """Start a driver with some code after the prelude."""
        root = str(Path(__file__).parents[3])
        process = subprocess.Popen(
            [*before, sys.executable, "-c", self.PRELUDE + code],
            cwd=self._folder, env=os.environ | {"PYTHONPATH": root}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.started.append(process)
        return process

    def output(self, code: str, *before: str) -> str:
        """What a driver prints until its end."""
        process = self.start(code, *before)
        text, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        return text


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    """Start drivers in the test's folder."""
    it = Driver(tmp_path)
    yield it
    for process in it.started:
        process.kill()
        process.communicate()
