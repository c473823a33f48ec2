"""``--dry-run`` and ``validate`` find what an evening would be lost to, and tell no secret."""

import json
import os
import tempfile
from pathlib import Path

import pytest

from rompy_core import create_plugin_manager
from rompy_core.cli.foreseen import foreseen_faults
from rompy_core.pipeline_file import read_pipeline_file


@pytest.fixture
def sea(tmp_path: Path):
    """Writes a pipeline file with a template; more of the model config and of the run as texts."""

    def write(*, config: str = "", run: str = "", backend: str = "command: 'true'", template: str = "depth\n") -> Path:
        (tmp_path / "template").mkdir(exist_ok=True)
        (tmp_path / "template" / "INPUT").write_text(template)
        path = tmp_path / "sea.yml"
        path.write_text(
            f"config:\n  run_id: sea\n  output_dir: sims\n  {run}\n  config:\n    model_type: template\n"
            f"    template: template/\n    {config}\nbackend:\n  type: local\n  {backend}\n"
        )
        return path

    return write


def plan(rompy, *args: str, **env: str) -> list[str]:
    """The lines of a plan."""
    result = rompy("run", "sea.yml", "--dry-run", *args, **env)
    assert (result.returncode, result.stderr) == (0, "")
    return list(result.stdout.splitlines())


def refused(rompy, *args: str) -> str:
    """The error of a command that refuses and leaves nothing behind."""
    result = rompy(*args)
    assert (result.returncode, result.stdout) == (2, "")
    return str(result.stderr)


def test_no_secret_is_told(rompy, sea) -> None:
    """Neither one that is written in a command, nor one that a variable brought; as text and as data."""
    sea(backend="command: API_TOKEN=s3cr3tvalue swan --key ${MY_TOKEN} ${PLAIN}\n  env_vars: {DB_PASSWORD: sesame}")
    variables = {"MY_TOKEN": "broughtin", "PLAIN": "plain"}
    lines = plan(rompy, **variables)
    assert "step run: API_TOKEN=*** swan --key *** plain" in lines
    assert "environment: DB_PASSWORD" in lines
    documents = [rompy("run", "sea.yml", "--dry-run", "--json", **variables).stdout]
    documents.append(rompy("validate", "sea.yml", "--json", **variables).stdout)
    for told in documents:
        assert json.loads(told)["steps"] == [{"name": "run", "command": "API_TOKEN=*** swan --key *** plain"}]
        assert not [secret for secret in ("s3cr3tvalue", "broughtin", "sesame") if secret in told]


def test_words_of_a_command_are_told_without_secrets(rompy, sea) -> None:
    """A list of words is shown as a shell would take it."""
    sea(backend="command: [swan, --token, s3cr3t, a b]")
    assert "step run: swan --token *** 'a b'" in plan(rompy)


def test_inputs_and_data_are_told(rompy, sea, tmp_path: Path) -> None:
    """What would be rendered and brought; a URL without its signature."""
    (tmp_path / "wind.nc").write_text("wind")
    sea(config="data: [{source: wind.nc}, {source: 'https://host/ice.nc?sig=abc', target: in/ice.nc}]")
    (tmp_path / "template" / "sub").mkdir()
    for number in range(11):
        (tmp_path / "template" / "sub" / f"{number:02}").write_text("")
    inputs, *data = plan(rompy)[3:6]
    names = ", ".join(f"sub/{number:02}" for number in range(9))
    assert inputs == f"inputs, by template: INPUT, {names} and 2 more"
    assert data == [f"data: wind.nc from {tmp_path}/wind.nc", "data: in/ice.nc from https://host/ice.nc?***"]


def test_model_config_in_a_process_of_its_own_is_not_tried(rompy, sea, tmp_path: Path) -> None:
    """It may take hours, or change its process."""
    (tmp_path / "rompy_plugins.py").write_text(
        "import attrs\nfrom rompy_hooks import ModelConfig, hookimpl\n\n@attrs.frozen(kw_only=True)\nclass Swan:\n"
        "    def render(self, context, output_dir): raise SystemExit\n\n@hookimpl\ndef model_configs():\n"
        "    return [ModelConfig(name='swan', cls=Swan)]\n"
    )
    (tmp_path / "sea.yml").write_text(
        "config: {run_id: sea, config: {model_type: swan}}\n"
        "backend: {type: local, steps: [{name: a, command: a, stdin: made}]}\n"
    )
    assert "inputs, by swan, in a process of its own: not tried" in plan(rompy)


@pytest.mark.parametrize(
    ("others", "what"),
    [(False, "all that is in the workspace but its record"), (True, "what the run has made")],
)
def test_deletion_is_told(rompy, sea, tmp_path: Path, others: bool, what: str) -> None:
    """Where there is something to delete, and how much of it is ours; nothing is deleted by asking."""
    workspace = tmp_path / "sims" / "sea"
    if others:
        workspace.mkdir(parents=True)
        (workspace / "theirs.nc").write_text("theirs")
    sea(run="delete_existing: true")
    told = f"delete_existing: would delete {what}"
    assert told not in plan(rompy)
    assert rompy("generate", "sea.yml").returncode == 0
    assert told in plan(rompy)
    assert not [line for line in plan(rompy, "--skip-generate") if "delete" in line]
    assert (workspace / "INPUT").exists()


def test_template_that_does_not_render_is_refused(rompy, sea, tmp_path: Path) -> None:
    """With the template's file and line; validate renders nothing."""
    sea(template="one\n{{ config.dpth }}\n", config="vars: {depth: 3}")
    error = refused(rompy, "run", "sea.yml", "--dry-run")
    assert error == "Error: template/INPUT:2: 'config.dpth' is undefined. Did you mean 'depth'? config has: depth\n"
    assert rompy("validate", "sea.yml").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sea.yml", "template"]


@pytest.mark.parametrize("command", [("validate", "sea.yml"), ("pipeline", "sea.yml", "--dry-run")])
def test_all_that_can_be_foreseen_is_told_together(rompy, sea, tmp_path: Path, command: tuple[str, ...]) -> None:
    """A place that is no folder, and data that are not there, each with its line."""
    (tmp_path / "sims").write_text("a file\n")
    (tmp_path / "wind.nc").write_text("wind")
    (tmp_path / "ice").mkdir()
    sea(config="data: [{source: wnd.nc}, {source: ice}, {source: wind.nc}]")
    meant = f"Did you mean '{tmp_path}/wind.nc'?"
    assert refused(rompy, *command).splitlines() == [
        "Error: 3 faults",
        f"  sea.yml:3: config.output_dir: {tmp_path}/sims is no folder, so {tmp_path}/sims/sea cannot be made",
        f"  sea.yml:8: config.config.data[0].source: there is no file '{tmp_path}/wnd.nc'. {meant}",
        f"  sea.yml:8: config.config.data[1].source: '{tmp_path}/ice' is no file",
    ]


def test_workspace_of_another_run_is_refused(rompy, sea, tmp_path: Path) -> None:
    """As the run itself would."""
    sea(run="run_id_subdir: false")
    assert rompy("generate", "sea.yml").returncode == 0
    error = refused(rompy, "validate", "sea.yml", "-o", "config.run_id=lake")
    assert f"{tmp_path}/sims holds another run than 'lake'" in error


def test_stdin_that_no_input_is_called_is_refused(rompy, sea, tmp_path: Path) -> None:
    """Before the queue was waited for; a later step may get its stdin from an earlier one."""
    sea(backend="steps: [{name: grid, command: a, stdin: INPT}, {name: swan, command: b, stdin: grid.out}]")
    assert refused(rompy, "run", "sea.yml", "--dry-run") == (
        "Error: sea.yml:11: backend.steps[0].stdin: step 'grid': no input is called 'INPT'. Did you mean 'INPUT'?\n"
    )
    (tmp_path / "sims" / "sea").mkdir(parents=True)
    (tmp_path / "sims" / "sea" / "INPT").write_text("there already")
    plan(rompy)
    sea(config="steps: [{name: grid, command: a, stdin: INPT}]", backend="grace_period: 1")
    (tmp_path / "sims" / "sea" / "INPT").unlink()
    error = refused(rompy, "run", "sea.yml", "--dry-run", "--skip-generate")
    assert "sea.yml:8: config.config.steps[0].stdin: " in error
    (tmp_path / "template" / "INPT").write_text("")
    plan(rompy)


def test_place_that_may_not_be_written_to_is_foreseen(sea) -> None:
    """Asked of the system, not by trying."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        file = read_pipeline_file(
            sea(), overrides=[f"config.output_dir={folder}"], plugin_manager=create_plugin_manager(autoload=False)
        )
        user = os.geteuid()
        if user == 0:  # who may write everywhere
            os.seteuid(65534)
        try:
            faults = [fault.message for fault in foreseen_faults(file)]
        finally:
            os.seteuid(user)
            Path(folder).chmod(0o755)
    assert faults == [f"{folder} may not be written to, so {folder}/sea cannot be made"]
