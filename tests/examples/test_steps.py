"""examples/steps, by the command as a user types it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "steps"


def rompy(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "rompy_core", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy, so that nothing is left in the repository."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "steps", ignore=shutil.ignore_patterns("sims")))


def test_steps_run_in_order_and_one_of_them_on_two_ranks(example: Path) -> None:
    """Four steps, the shares of both ranks in the result, and waves that grow towards the shore (Green's law)."""
    done = rompy("pipeline", "pipeline.yml", "--json", folder=example)
    assert done.returncode == 0, done.stderr
    steps = json.loads(done.stdout)["run_result"]["steps"]
    assert [step["name"] for step in steps] == ["grid", "start", "waves", "output"]
    lines = (example / "sims" / "shoaling" / "heights.csv").read_text().splitlines()
    assert len(lines) == 41
    assert lines[1] == "0,0.50,2.018"
    heights = [float(line.split(",")[2]) for line in lines[1:]]
    assert heights == sorted(heights, reverse=True)


def test_step_that_fails_silently_is_found(example: Path) -> None:
    """All four programs exit 0; the error files tell the truth."""
    done = rompy("pipeline", "failing.yml", "--json", folder=example)
    assert done.returncode == 1, done.stderr
    result = json.loads(done.stdout)
    assert (result["success"], result["stage"]) == (False, "run")
    assert result["run_result"]["failure"] == "expectation"
    assert "Errfile-0" in result["run_result"]["message"]
    assert "** Error: the depth is -0.30 m at 10 m" in result["run_result"]["message"]


def test_failing_example_is_the_same_but_for_the_bed() -> None:
    """The two files differ in name, comments and shore_depth, so that what fails is what the comment says."""
    both = [(EXAMPLE / name).read_text() for name in ("pipeline.yml", "failing.yml")]
    good, bad = ({line for line in text.splitlines() if "#" not in line and line.strip()} for text in both)
    assert {line.strip() for line in bad - good} == {
        "run_id: stranded",
        'raw: ["bin/*"]',
        "vars: {points: 40, slope: 0.02, shore_depth: -0.5, wave_height: 1.0}",
    }
