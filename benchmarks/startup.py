"""The command's start-up against a bare interpreter."""

import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import in_turns, show

PIPELINE = """\
config:
  run_id: {run_id}
  output_dir: {output_dir}
backend: {{type: local, command: "true"}}
postprocessor: {{type: noop}}
"""


def main() -> None:
    """Measure and print."""
    rompy = Path(sys.executable).with_name("rompy")
    with tempfile.TemporaryDirectory() as folder:
        numbers = itertools.count()

        def execute(*words: str) -> None:
            subprocess.run(words, check=True, capture_output=True, cwd=folder)

        def pipeline() -> None:
            file = Path(folder, f"pipeline-{next(numbers)}.yml")
            file.write_text(PIPELINE.format(run_id=file.stem, output_dir=folder))
            execute(str(rompy), "pipeline", str(file))

        subjects = {
            "python -c pass": lambda: execute(sys.executable, "-c", "pass"),
            "rompy --help": lambda: execute(str(rompy), "--help"),
            "rompy --version": lambda: execute(str(rompy), "--version"),
            "rompy pipeline (true, noop)": pipeline,
        }
        aims = {"rompy --help": 6, "rompy --version": 6, "rompy pipeline (true, noop)": 16}
        show("start-up of the command", "python -c pass", in_turns(subjects, 25), aims)
