"""A ``rompy_plugins.py`` beside the config file."""

import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rompy_core.plugins import create_plugin_manager
from rompy_core.plugins.local_file import load_local_file
from rompy_hooks import RunResult

TEXT = """
from pathlib import Path
import attrs
from rompy_hooks import Backend, RunConfig, RunResult, hookimpl

HERE = Path(__file__).parent

@attrs.frozen(kw_only=True)
class LocalFileConfig(RunConfig):
    size: int = 1

@hookimpl
def backends() -> "list[Backend]":
    return [Backend(kind="run", name="mine", config=LocalFileConfig)]

@hookimpl
def run(config: "LocalFileConfig") -> RunResult:
    return RunResult(success=True, message=(HERE / "beside.txt").read_text())
"""


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Take out the modules that a test imported."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("_rompy_local_"):
            del sys.modules[name]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A plugin file with something beside it."""
    (tmp_path / "beside.txt").write_text("hello")
    (tmp_path / "rompy_plugins.py").write_text(TEXT)
    return tmp_path / "rompy_plugins.py"


def test_local_file_is_a_plugin(file: Path, arguments: dict[str, Any]) -> None:
    """Its hooks are asked, its string annotations are understood, sys.path stays as it is, nothing is left there."""
    path, inside = list(sys.path), sorted(file.parent.iterdir())
    manager = create_plugin_manager(local_file=file, environ={}, search_path=[])
    config = manager.backend("run", "mine").config()
    assert manager.ask("run", config=config, **arguments) == RunResult(success=True, message="hello")
    info = manager.infos()[-1]
    assert (info.name, info.source, info.value) == ("local:rompy_plugins", "local", str(file))
    assert (sys.path, sorted(file.parent.iterdir())) == (path, inside)


def test_local_file_is_one_module_for_all_managers(file: Path) -> None:
    """While it is unchanged its classes are the same, also for pickle; when it was edited it is read anew."""
    module = load_local_file(file)
    assert load_local_file(file) is module
    assert pickle.loads(pickle.dumps(module.LocalFileConfig(size=3))) == module.LocalFileConfig(size=3)
    file.write_text(TEXT + "\nEDITED = True\n")
    assert load_local_file(file).EDITED


def test_local_files_of_one_name_are_apart(file: Path, tmp_path: Path) -> None:
    """Two projects in one process have a file each."""
    other = tmp_path / "other" / "rompy_plugins.py"
    other.parent.mkdir()
    other.write_text(TEXT)
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    assert load_local_file(file).HERE != load_local_file(other).HERE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import nowhere_at_all", "No module named 'nowhere_at_all'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        (None, "FileNotFoundError: [Errno 2] No such file or directory: '{file}'"),
    ],
)
def test_local_file_that_is_broken_costs_only_itself(text: str | None, message: str, file: Path) -> None:
    """It is a problem, and half a module is left nowhere."""
    before = set(sys.modules)
    file.unlink() if text is None else file.write_text(text)
    manager = create_plugin_manager(local_file=file, environ={}, search_path=[])
    expected = f"Plugin 'rompy_plugins' failed to load: {message.format(file=file)}"
    assert [problem.message for problem in manager.problems] == [expected]
    assert manager.backend("run", "local").name == "local"
    assert not [name for name in set(sys.modules) - before if name.startswith("_rompy_local_")]


def test_local_file_that_is_no_plugin_tells_its_place(file: Path) -> None:
    """A misspelt argument is told with the file's whole path: its module has no name that people know."""
    file.write_text("from rompy_hooks import hookimpl\n\n@hookimpl\ndef run(confg): ...\n")
    manager = create_plugin_manager(local_file=file, environ={}, search_path=[])
    assert [problem.message for problem in manager.problems] == [
        (
            f"Plugin 'rompy_plugins' ({file}:3) asks the hook run for 'confg'. Did you mean 'config'?"
            " It passes: config, context, model_run, workspace_dir"
        )
    ]
