"""Bad input for the command as users start it: a process of its own, sometimes of a user who may not read."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NO_RUN_ID = b"'..' is no run_id: it must begin with a letter or digit and hold letters, digits, and . _ + - only"
# What lets root read any file, and what gives it up: https://man7.org/linux/man-pages/man7/capabilities.7.html
DROP, MAY_READ_ALL = 24, (1, 2)

Rompy = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def rompy(project) -> Rompy:
    """Runs ``rompy ...`` in the project."""

    def run(*words: str | bytes, **options: object) -> "subprocess.CompletedProcess[bytes]":
        given = {"cwd": project.folder, "stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 60, **options}
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run([sys.executable, "-m", "rompy_core", *words], env=env, **given)

    return run


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pipeline", "ruin.yml"], b"Error: ruin.yml: no such file. Did you mean 'run.yml'?\n"),
        (["run", "/dev/zero"], b"Error: /dev/zero: is a device; write the config into a regular file\n"),
        (["validate", b"\xff.yml"], b"Error: \\udcff.yml: no such file\n"),
        (
            ["generate", "run.yml", "-o", "config.run_id=../x"],
            b"Error: -o config.run_id=../x: config.run_id: " + NO_RUN_ID.replace(b"..", b"../x") + b"\n",
        ),
        (
            ["postprocess", "run.yml", "--processor", "noob"],
            b"Error: --processor: no processor is called 'noob'. Did you mean 'noop'? Known: noop\n",
        ),
    ],
)
def test_command_refuses_bad_input(project, rompy: Rompy, words: list[str | bytes], message: bytes) -> None:
    """Every command exits 2 with one message and leaves the folder as it was."""
    before = project.state()
    result = rompy(*words)
    assert (result.returncode, result.stdout, result.stderr) == (2, b"", message)
    assert project.state() == before


def test_file_without_permission_is_refused(project, rompy: Rompy) -> None:
    """Who may not read the file is told to look at permissions; a root without its privilege is anybody."""
    before = project.state()
    (project.folder / "run.yml").chmod(0)
    result = rompy("pipeline", "run.yml", preexec_fn=_without_privilege)
    (project.folder / "run.yml").chmod(0o644)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr == (
        b"Error: run.yml: may not be read by this user; check the permissions of the file and of its folders\n"
    )
    assert project.state() == before


def _without_privilege() -> None:
    if os.geteuid() == 0:
        for capability in MAY_READ_ALL:
            assert ctypes.CDLL(None).prctl(DROP, capability, 0, 0, 0) == 0


def test_pipe_instead_of_a_file_is_refused_without_waiting(project, rompy: Rompy) -> None:
    """Nobody writes into it, so opening it would never end."""
    os.mkfifo(project.folder / "pipe.yml")
    result = rompy("validate", "pipe.yml")
    assert (result.returncode, result.stderr) == (
        2,
        b"Error: pipe.yml: is a named pipe; write the config into a regular file\n",
    )


def test_debug_adds_the_traceback(project, rompy: Rompy) -> None:
    """Only who asks for it sees it."""
    project.change("run_id: sea", "run_id: ..")
    result = rompy("--debug", "validate", "run.yml")
    assert result.returncode == 2
    assert result.stderr.startswith(b"Traceback (most recent call last):\n")
    assert b"\nError: run.yml:2: config.run_id: '..' is no run_id" in result.stderr


def test_environment_as_config_is_refused_by_variable(project, rompy: Rompy, monkeypatch) -> None:
    """There is no file to name."""
    monkeypatch.setenv("ROMPY_CONFIG__config__run_id", "..")
    monkeypatch.setenv("ROMPY_CONFIG__backend__type", "local")
    monkeypatch.setenv("ROMPY_CONFIG__backend__ranks", "two")
    result = rompy("validate", "--config-from-env")
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode().splitlines() == [
        "Error: 2 faults",
        "  ROMPY_CONFIG__config__run_id: config.run_id: " + NO_RUN_ID.decode(),
        "  ROMPY_CONFIG__backend__ranks: backend.ranks: must be a whole number, got 'two' (text)",
    ]
