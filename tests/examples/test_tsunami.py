"""examples/tsunami: what can be said of it without the model; .ci/run runs it with the model."""

import csv
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from rompy_hooks import ProcessResult

EXAMPLE = Path(__file__).parents[2] / "examples" / "tsunami"


@pytest.fixture(scope="module")
def plugin() -> ModuleType:
    """The example's plugin, loaded by its path as rompy does."""
    spec = importlib.util.spec_from_file_location("rompy_plugins_of_the_example", EXAMPLE / "rompy_plugins.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_plugin_loads_nothing_heavy() -> None:
    """It is loaded for every command typed in its folder."""
    code = "import runpy, sys; runpy.run_path('rompy_plugins.py'); print({'numpy', 'matplotlib'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], cwd=EXAMPLE, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_processor_without_a_result_says_so(plugin: ModuleType, tmp_path: Path) -> None:
    """A false result, no exception: the plugin is not at fault."""
    assert plugin.process(plugin.BeachMapConfig(), tmp_path) == ProcessResult(
        success=False, message=f"no OUTPUT/*/*.sww in {tmp_path}: did ANUGA run?"
    )


def test_processor_takes_the_newest_result(plugin: ModuleType, tmp_path: Path) -> None:
    """A second run in the same workspace leaves the first one's folder where it is."""
    for name in ("b_first", "a_second"):
        (tmp_path / "OUTPUT" / name).mkdir(parents=True)
        (tmp_path / "OUTPUT" / name / "beach.sww").touch()
    first = tmp_path / "OUTPUT" / "b_first" / "beach.sww"
    os.utime(first, ns=(0, 0))
    assert plugin.newest(tmp_path, "OUTPUT/*/*.sww") == tmp_path / "OUTPUT" / "a_second" / "beach.sww"


def test_data_are_what_their_script_writes(tmp_path: Path) -> None:
    """Whoever changes the formulas sees the change in the run."""
    script = tmp_path / "make_data.py"
    script.write_bytes((EXAMPLE / "data" / "make_data.py").read_bytes())
    subprocess.run([sys.executable, script], check=True)
    for name in ("elevation.csv", "wave.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLE / "data" / name).read_bytes(), name


def test_wave_covers_the_simulated_time() -> None:
    """The series is longer than the period in pipeline.yml, so that ANUGA never has to guess beyond its end."""
    with (EXAMPLE / "data" / "wave.csv").open(encoding="utf-8") as file:
        times = [float(row["time"]) for row in csv.DictReader(file)]
    assert times[0] == 0.0
    assert times[-1] >= 480.0
