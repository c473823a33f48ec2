"""``config.run(model_run)`` in an interpreter of its own: what it gets, and what its answers mean."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rompy_core import ModelRun, create_plugin_manager
from rompy_core.own_process import check_travels, command_for, remove_jobs
from rompy_hooks import RequestError, Secret, StageError

Make = Callable[..., ModelRun]


def done(model_run: ModelRun, job_dir: Path) -> "subprocess.CompletedProcess[str]":
    """The command, run as a backend would: in the workspace."""
    job_dir.mkdir(exist_ok=True)
    command = command_for("run", model_run, job_dir)
    ended = subprocess.run(
        command,
        cwd=model_run.staging_dir,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert not (job_dir / "run-job.json").exists()
    return ended


def result(job_dir: Path) -> Any:
    """What the child wrote."""
    assert [path.name for path in job_dir.iterdir()] == ["run-result.json"]
    return json.loads((job_dir / "run-result.json").read_text())


def test_run_gets_the_model_run(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """In its workspace, generated already; a class that nobody offers travels as a pickle."""
    model_run = model_run_of(strangers.Duck("True"))
    ended = done(model_run, tmp_path / "jobs")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    workspace = model_run.staging_dir
    assert (workspace / "trace").read_text() == f"x in {workspace}, {workspace}"
    assert result(tmp_path / "jobs") == {"ok": True}


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("False", 1, "Duck.run() returned False"),
        ("None", 1, "Duck.run() returned None; it must return True or False"),
        ("0", 1, "Duck.run() returned 0; it must return True or False"),
        ("'done'", 1, "Duck.run() returned 'done'; it must return True or False"),
        ("Empty()", 1, "Duck.run() returned Empty: the grid is dry"),
        ("sys.exit(7)", 7, "left with sys.exit(7) instead of returning"),
        ("sys.exit(0)", 1, "left with sys.exit(0) instead of returning"),
    ],
)
def test_run_that_did_not_work(
    strangers: Any, model_run_of: Make, tmp_path: Path, what: str, code: int, said: str
) -> None:
    """Defect 27: what is not true is a failure, and says why."""
    ended = done(model_run_of(strangers.Duck(what)), tmp_path / "jobs")
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "", f"{said}\n")
    assert result(tmp_path / "jobs") == {"ok": False, "message": said}


def test_run_that_raises(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """Its traceback is on stderr, where the log of the step is."""
    ended = done(model_run_of(strangers.Duck("fail(ValueError('dry'))")), tmp_path / "jobs")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Traceback (most recent call last):\n")
    assert ended.stderr.endswith("ValueError: dry\n")
    told = result(tmp_path / "jobs")
    assert (told["ok"], told["kind"], told["message"]) == (False, "ValueError", "dry")
    assert told["where"].startswith(f"{tmp_path}/lib/strangers_models.py:")


def test_run_result_is_an_answer(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """An object that is true when it worked."""
    assert done(model_run_of(strangers.Duck("RunResult(success=True)")), tmp_path / "jobs").returncode == 0
    assert result(tmp_path / "jobs") == {"ok": True}


def test_run_of_a_config_with_a_name_travels_as_data(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """With the recipe of the manager, and with its secrets, which only the owner of the job can read."""
    model_run = model_run_of(strangers.Named(password=Secret("sesame"), depth=2.5), "strangers_models")
    (tmp_path / "jobs").mkdir()
    command_for("run", model_run, tmp_path / "jobs")
    job = tmp_path / "jobs/run-job.json"
    assert job.stat().st_mode & 0o777 == 0o600
    travelling = json.loads(job.read_text())["model_run"]
    assert travelling["data"]["config"] == {"model_type": "named", "password": "sesame", "depth": 2.5}
    assert travelling["recipe"]["load"] == ["strangers_models"]
    assert "pickle" not in travelling
    assert done(model_run, tmp_path / "jobs").returncode == 0
    assert (model_run.staging_dir / "trace").read_text() == "2.5 sesame ('strangers_models',)"


def test_run_of_a_config_that_an_object_of_the_host_offers(
    strangers: Any, model_run_of: Make, offering: Callable[[type], object], tmp_path: Path
) -> None:
    """The object does not get there, the class does."""
    model_run = model_run_of(strangers.Named(depth=3.0), plugins=[offering(strangers.Named)])
    assert done(model_run, tmp_path / "jobs").returncode == 0
    assert (model_run.staging_dir / "trace").read_text() == "3.0 none ()"


def test_config_that_masks_its_secrets_travels_with_them(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """As pydantic's SecretStr does: the other process would have got asterisks."""
    model_run = model_run_of(strangers.Masking("sesame"), "strangers_models")
    assert done(model_run, tmp_path / "jobs").returncode == 0
    assert (model_run.staging_dir / "trace").read_text() == "sesame"


def test_config_that_masks_and_cannot_be_pickled_is_refused(strangers: Any, model_run_of: Make) -> None:
    """Better no run than one with asterisks; without a secret its data serve."""
    with pytest.raises(RequestError, match=r"to which config.lock cannot be handed: cannot pickle"):
        check_travels(model_run_of(strangers.Masking("sesame", lock=True), "strangers_models"))


def test_config_without_secrets_that_cannot_be_pickled_travels_as_data(
    strangers: Any, model_run_of: Make, tmp_path: Path
) -> None:
    """The same comes of its data."""
    model_run = model_run_of(strangers.Masking("", lock=True), "strangers_models")
    assert done(model_run, tmp_path / "jobs").returncode == 0
    assert (model_run.staging_dir / "trace").read_text() == ""


def test_masking_config_of_a_local_file_travels(model_run_of: Make, tmp_path: Path) -> None:
    """The other process imports the file before it reads the pickle."""
    file = tmp_path / "rompy_plugins.py"
    file.write_text(
        "from pathlib import Path\nfrom rompy_hooks import ModelConfig, hookimpl\n"
        "class Masking:\n"
        "    def __init__(self, password): self.password = password\n"
        "    @classmethod\n    def model_validate(cls, data): return cls(data['password'])\n"
        "    def model_dump(self, mode): return {'password': '***'}\n"
        "    def run(self, model_run):\n        Path('trace').write_text(self.password)\n        return True\n"
        "@hookimpl\ndef model_configs(): return [ModelConfig(name='masking', cls=Masking)]\n"
    )
    manager = create_plugin_manager(autoload=False, local_file=file)
    config = {"model_type": "masking", "password": "sesame"}
    model_run = ModelRun.from_dict(
        {"run_id": "x", "output_dir": str(tmp_path / "sims"), "config": config}, plugin_manager=manager
    )
    model_run.staging_dir.mkdir(parents=True)
    assert done(model_run, tmp_path / "jobs").returncode == 0
    assert (model_run.staging_dir / "trace").read_text() == "sesame"


def test_modules_are_not_taken_from_the_workspace(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """An input named like a module of the standard library is an input."""
    model_run = model_run_of(strangers.Duck("True"))
    for name in ("json.py", "pickle.py", "attrs.py"):
        (model_run.staging_dir / name).write_text("raise SystemExit('imported from the workspace')")
    assert done(model_run, tmp_path / "jobs").returncode == 0


def test_what_cannot_travel_is_told_before_anything_is_made(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """With the attribute that is in the way."""
    config = strangers.Duck("True", grid={"cells": [strangers.Empty(), strangers.Duck(lock=threading.Lock())]})
    model_run = model_run_of(config)
    (tmp_path / "jobs").mkdir()
    for refused in (lambda: check_travels(model_run), lambda: command_for("run", model_run, tmp_path / "jobs")):
        with pytest.raises(RequestError) as caught:
            refused()
        assert str(caught.value) == (
            "the model config is a strangers_models.Duck, and it works in a process of its own, to which "
            "config.grid['cells'][1].lock cannot be handed: cannot pickle '_thread.lock' object"
        )
    assert list((tmp_path / "jobs").iterdir()) == []


def test_a_local_class_cannot_travel(model_run_of: Make) -> None:
    """It has no name that another process could import."""

    class Local:
        """A config of this test alone."""

        def run(self, _model_run: object) -> bool:
            """Do nothing."""
            return True

    with pytest.raises(RequestError, match=r"to which config cannot be handed: Can't .*Local"):
        check_travels(model_run_of(Local()))


def test_a_class_of_a_script_cannot_travel(tmp_path: Path) -> None:
    """``__main__`` is another module there."""
    script = tmp_path / "script.py"
    script.write_text(
        "from rompy_core import ModelRun\nfrom rompy_core.own_process import check_travels\n"
        "class Config:\n    def run(self, model_run): return True\n"
        "try: check_travels(ModelRun(run_id='x', config=Config()))\nexcept ValueError as error: print(error)\n"
    )
    ended = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, env={"PYTHONPATH": str(Path.cwd())}
    )
    assert ended.stderr == ""
    assert ended.stdout == (
        "the model config is a __main__.Config, and it works in a process of its own, which cannot import '__main__'; "
        "put the class into a module\n"
    )


def test_a_job_that_nobody_read_can_be_removed(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """It holds secrets."""
    command_for("run", model_run_of(strangers.Duck("True")), tmp_path)
    remove_jobs(tmp_path)
    assert not (tmp_path / "run-job.json").exists()
    remove_jobs(tmp_path)


def test_a_job_is_never_written_through_a_link(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """What lies in its place is replaced."""
    (tmp_path / "target").write_text("kept")
    (tmp_path / "run-job.json").symlink_to(tmp_path / "target")
    command_for("run", model_run_of(strangers.Duck("True")), tmp_path)
    assert (tmp_path / "target").read_text() == "kept"


def test_a_job_that_cannot_be_written_is_told(strangers: Any, model_run_of: Make, tmp_path: Path) -> None:
    """With the path and the reason."""
    with pytest.raises(StageError) as caught:
        command_for("run", model_run_of(strangers.Duck("True")), tmp_path / "nowhere")
    assert str(caught.value) == f"{tmp_path}/nowhere/run-job.json: cannot be written: No such file or directory"
