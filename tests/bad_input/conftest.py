"""A project with a good config file, and what becomes of it when something in it is bad."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from rompy_core.cli.main import call

GOOD = """\
config:
  run_id: sea
  output_dir: sims
  period: {start: 2023-01-01, duration: 1D, interval: 1H}
  config:
    model_type: template
    template: template
    vars: {nx: 10}
backend:
  type: local
  command: 'true'
postprocessor: noop
"""


class Project:
    """A folder with a config file and a template."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("template/INPUT", "nx = {{ config.nx }}\n")
        self.write("run.yml", GOOD)

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file, with the folders that it needs."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def change(self, old: str, new: str) -> None:
        """Replace a part of the good config file, which must be there once."""
        assert GOOD.count(old) == 1, f"{old!r} is not once in the good file"
        self.write("run.yml", GOOD.replace(old, new))

    def state(self) -> dict[str, tuple[str, str | bytes]]:
        """All that lies in the folder: the mode and content of each entry."""
        return {str(path.relative_to(self.folder)): _entry(path) for path in sorted(self.folder.rglob("*"))}

    def hide(self, text: str) -> str:
        """A text with ``{there}`` in the place of the folder."""
        return text.replace(str(self.folder), "{there}")


def _entry(path: Path) -> tuple[str, str | bytes]:
    mode = path.lstat().st_mode
    content = path.readlink() if stat.S_ISLNK(mode) else path.read_bytes() if stat.S_ISREG(mode) else ""
    return stat.filemode(mode), content if isinstance(content, bytes) else str(content)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project, in which the command is called."""
    for name in [name for name in os.environ if name.startswith("ROMPY")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ROMPY_DISABLE_PLUGIN_AUTOLOAD", "1")  # the names of backends stand in messages
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


class Refused(Protocol):
    """Calls ``rompy`` with bad input and gives its message."""

    def __call__(self, *args: str) -> str:
        """The words after ``rompy validate`` and ``rompy pipeline``."""


@pytest.fixture
def refused(project: Project, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Whatever the command, the same message, exit code 2, and a folder as it was."""

    def run(command: str, *args: str) -> str:
        before = project.state()
        code = call([command, *args])
        out, err = capsys.readouterr()
        assert (code, out) == (2, ""), err
        assert err.startswith("Error: ")
        assert project.state() == before
        return project.hide(err.removeprefix("Error: ").rstrip("\n"))

    def call_all(*args: str) -> str:
        message = run("validate", *args)
        assert run("pipeline", *args) == message
        return message

    return call_all


@pytest.fixture
def faults(project: Project, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, object]]]:
    """Calls ``rompy validate --json`` with bad input and gives the faults in its document."""

    def run(*args: str) -> list[dict[str, object]]:
        assert call(["validate", *args, "--json"]) == 2
        document = json.loads(capsys.readouterr().out)
        assert (document["success"], document["exit_code"]) == (False, 2)
        found: list[dict[str, object]] = document["faults"]
        return found

    return run
