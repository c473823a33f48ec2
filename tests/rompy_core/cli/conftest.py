"""The command as users start it: a process of its own."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def environment(**more: str) -> dict[str, str]:
    """The environment of a user who has no settings of rompy, and no terminal of the developer's."""
    ours = ("ROMPY_", "_ROMPY", "COLUMNS", "NO_COLOR", "TERM", "PYTHONPATH", "RUN_ID", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = os.pathsep.join([*([more.pop("PYTHONPATH")] if "PYTHONPATH" in more else []), str(ROOT)])
    return {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **more}


@pytest.fixture
def rompy(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs ``rompy ...`` in the test's folder and gives its exit code and output."""

    def call(*args: str, cwd: Path | None = None, **env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "rompy_core", *args],
            cwd=cwd or tmp_path,
            env=environment(**env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return call


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts ``rompy ...`` and lets it run; what is left at the end of the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def call(*args: str, under: tuple[str, ...] = (), **options: object) -> "subprocess.Popen[str]":
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": tmp_path, "text": True, **options}
        process = subprocess.Popen(
            [*under, sys.executable, "-m", "rompy_core", *args], stdin=subprocess.DEVNULL, env=environment(), **given
        )
        started.append(process)
        return process

    yield call
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def on_terminal(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Runs ``rompy ...`` with stdout and stderr on a pty; gives its exit code and all that was written.

    ``meanwhile`` is called with all that is there so far, whenever something was added.
    """

    def call(*args: str, meanwhile: Callable[[str], object] = len, **env: str) -> tuple[int, str]:
        master, slave = pty.openpty()
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "rompy_core", *args],
                cwd=tmp_path,
                env=environment(**{"COLUMNS": "200", "LINES": "40", **env}),
                stdin=subprocess.DEVNULL,
                stdout=slave,
                stderr=slave,
            )
            os.close(slave)
            written = b""
            for data in _read_all(master):
                written += data
                meanwhile(written.decode(errors="replace"))
        finally:
            os.close(master)
        return process.wait(timeout=30), written.decode()

    return call


@pytest.fixture
def terminal_session(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Runs ``rompy ...`` as the foreground of a terminal of its own; what ``press`` returns, once, is typed."""

    def call(*args: str, press: Callable[[str], bytes]) -> tuple[int, str]:
        master, slave = pty.openpty()
        # The first terminal that a session's leader opens becomes its controlling terminal.
        launch = (
            "import os, sys\nterminal = os.open(sys.argv[1], os.O_RDWR)\n"
            "for number in range(3):\n    os.dup2(terminal, number)\n"
            "os.execv(sys.executable, [sys.executable, '-m', 'rompy_core', *sys.argv[2:]])\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", launch, os.ttyname(slave), *args],
            cwd=tmp_path,
            env=environment(COLUMNS="200", TERM="xterm"),
            start_new_session=True,
        )
        written, typed = b"", b""
        for data in _read_all(master):
            if not written:
                os.close(slave)
            written += data
            if not typed:
                typed = press(written.decode(errors="replace"))
                os.write(master, typed)
        os.close(master)
        return process.wait(timeout=30), written.decode()

    return call


def _read_all(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(descriptor, 65536)
        except OSError:  # Linux's way of saying that nobody has the other end any more
            return
        if not data:
            return
        yield data


@pytest.fixture
def distribution(tmp_path: Path) -> Callable[..., str]:
    """Makes an installed distribution with entry points and modules; gives the folder to put on the path."""

    def make(name: str, version: str, entry_points: str, **modules: str) -> str:
        site = tmp_path / f"site-{name}"
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(entry_points)
        for module, text in modules.items():
            (site / f"{module}.py").write_text(text)
        return str(site)

    return make


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., Path]:
    """Writes a pipeline file with one template, whose model is a shell command."""

    def write(command: str = "true", *, name: str = "run.yml", backend: str = "", more: str = "") -> Path:
        (tmp_path / "template").mkdir()
        (tmp_path / "template" / "INPUT").write_text("of the model\n")
        path = tmp_path / name
        lines = [
            "config:",
            "  run_id: sea",
            "  output_dir: sims",
            "  config: {model_type: template, template: template/}",
            "backend:",
            "  type: local",
            f"  command: {command!r}",
            *([f"  {backend}"] if backend else []),
            more,
        ]
        path.write_text("\n".join(lines) + "\n")
        return path

    return write
