"""Runs and pipelines in one process against the floor of a recorded run."""

import itertools
import json
import os
import subprocess
import tempfile
from pathlib import Path

from measure import in_turns, show

from rompy_core import ModelRun, create_plugin_manager


def floor(folder: Path) -> None:
    """Make a directory, open two files, spawn a shell there in a new session, wait, write one JSON file atomically."""
    folder.mkdir()
    with open(folder / "stdout.log", "ab") as stdout, open(folder / "stderr.log", "ab") as stderr:  # noqa: PTH123
        subprocess.Popen(
            ["sh", "-c", "true"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        ).wait()
    temporary = folder / "record.json.tmp"
    temporary.write_text(json.dumps({"run_id": folder.name, "exit_code": 0}))
    os.replace(temporary, folder / "record.json")  # noqa: PTH105


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "template").mkdir()
        (root / "template" / "input.nml").write_text("&run id='{{ runtime.run_id }}' dx={{ config.dx }} /\n")
        manager = create_plugin_manager()
        numbers = itertools.count()

        def run() -> None:
            model = ModelRun(run_id=f"run-{next(numbers)}", output_dir=root, plugin_manager=manager)
            assert model.run(backend="local", command="true")

        def pipeline() -> None:
            model = ModelRun(
                run_id=f"pipeline-{next(numbers)}",
                output_dir=root,
                config={"model_type": "template", "template": root / "template", "vars": {"dx": 10}},
                plugin_manager=manager,
            )
            assert model.pipeline(run_backend="local", processor="noop", run_kwargs={"command": "true"})

        subjects = {
            "floor of a recorded run": lambda: floor(root / f"floor-{next(numbers)}"),
            "run of true": run,
            "pipeline (one template file, true, noop)": pipeline,
        }
        aims = {"run of true": 1.6, "pipeline (one template file, true, noop)": 2.5}
        show("runs in one process", "floor of a recorded run", in_turns(subjects, 300, warm_up=10), aims)
