"""Distributions that look installed, and a plain way to ask hooks."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rompy_core.plugins import PluginManager, create_plugin_manager

DISTRIBUTIONS = Path(__file__).parents[2] / "data" / "dist"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[str]]]:
    """Put distributions of ``tests/data/dist`` into a folder each, on the path; what they imported goes at the end."""
    before = set(sys.modules)

    def put(*names: str) -> list[str]:
        folders = []
        for name in names:
            folder = tmp_path / "site" / name
            shutil.copytree(DISTRIBUTIONS / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
            folders.append(str(folder))
        for folder in reversed(folders):
            monkeypatch.syspath_prepend(folder)
        return folders

    yield put
    site = str(tmp_path / "site")
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(site):
            del sys.modules[name]


@pytest.fixture
def manager_of(install: Callable[..., list[str]]) -> Callable[..., PluginManager]:
    """A manager that finds these distributions and no others."""

    def make(*names: str, **options: Any) -> PluginManager:
        return create_plugin_manager(**{"environ": {}, "search_path": install(*names), **options})

    return make


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, Any]:
    """What every hook passes beside its config."""
    model_run = SimpleNamespace(run_id="r1", staging_dir=tmp_path, seen=[])
    return {"model_run": model_run, "workspace_dir": tmp_path, "context": SimpleNamespace(run_id="r1")}
