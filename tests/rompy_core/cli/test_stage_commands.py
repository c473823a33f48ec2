"""``rompy generate``, ``run`` and ``postprocess``, and what they share."""

import json
from pathlib import Path

import pytest


def model_run(tmp_path: Path, **more: str) -> Path:
    """A file with a model run alone, its one template in ``template/``."""
    (tmp_path / "template").mkdir()
    (tmp_path / "template" / "input.txt").write_text("n = {{ config.n }}\n")
    path = tmp_path / "sea.yml"
    extra = "".join(f"{key}: {value}\n" for key, value in more.items())
    path.write_text(
        f"run_id: sea\noutput_dir: sims\n{extra}config:\n  model_type: template\n  template: template/\n"
        "  vars: {n: 3}\n  command: cat input.txt > out.txt; echo told\n"
    )
    return path


def test_generate_makes_the_inputs_and_says_where(rompy, tmp_path: Path) -> None:
    """The last line is the workspace."""
    model_run(tmp_path)
    result = rompy("generate", "sea.yml", "-o", "config.vars.n=4")
    sea = tmp_path / "sims" / "sea"
    assert (result.returncode, result.stdout) == (0, f"{sea}\n")
    assert (sea / "input.txt").read_text() == "n = 4\n"


def test_generate_with_json_tells_the_workspace(rompy, tmp_path: Path) -> None:
    """One document."""
    model_run(tmp_path)
    document = json.loads(rompy("generate", "sea.yml", "--json").stdout)
    assert document == {"workspace": str(tmp_path / "sims" / "sea"), "success": True, "exit_code": 0}


def test_run_generates_first(rompy, tmp_path: Path) -> None:
    """Inputs and outputs are there, and the log."""
    model_run(tmp_path)
    result = rompy("run", "sea.yml")
    sea = tmp_path / "sims" / "sea"
    assert (result.returncode, result.stdout) == (0, f"{sea}\n")
    assert (sea / "out.txt").read_text() == "n = 3\n"
    assert (sea / ".rompy/attempts/1/stdout.log").read_text() == "told\n"


def test_skip_generate_keeps_what_is_there(rompy, tmp_path: Path) -> None:
    """Inputs that were changed by hand and outputs of before stay, also with delete_existing."""
    model_run(tmp_path, delete_existing="true")
    assert rompy("generate", "sea.yml").returncode == 0
    sea = tmp_path / "sims" / "sea"
    (sea / "input.txt").write_text("by hand\n")
    (sea / "kept.nc").write_text("kept")
    result = rompy("run", "sea.yml", "--skip-generate")
    assert result.returncode == 0, result.stderr
    assert (sea / "out.txt").read_text() == "by hand\n"
    assert (sea / "kept.nc").read_text() == "kept"


def test_skip_generate_needs_a_workspace(rompy, tmp_path: Path) -> None:
    """Nothing to run with is an error, and nothing is made."""
    model_run(tmp_path)
    result = rompy("run", "sea.yml", "--skip-generate")
    sea = tmp_path / "sims" / "sea"
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"Error: there is no workspace {sea}; 'rompy run' or 'rompy generate' makes it\n"
    assert not (tmp_path / "sims").exists()


def test_run_that_takes_too_long_exits_124(rompy, config) -> None:
    """With --json, the result that the timeout carries is the document."""
    config("sleep 30", backend="timeout: 0.3")
    result = rompy("run", "run.yml", "--json")
    document = json.loads(result.stdout)
    assert (result.returncode, document["exit_code"], document["failure"]) == (124, 124, "timeout")
    assert document["error"].startswith("Run 'sea' timed out: ")


def test_run_that_fails_tells_why(rompy, config, tmp_path: Path) -> None:
    """The reason and the log, once."""
    config("exit 7")
    result = rompy("run", "run.yml")
    assert (result.returncode, result.stdout) == (1, "")
    error, record = result.stderr.splitlines()[-2:]
    assert record == f"Record: {tmp_path}/sims/sea/.rompy"
    assert error.startswith("Error: Run 'sea' failed: exit ended with exit code 7")
    assert error.endswith(f". Log: {tmp_path}/sims/sea/.rompy/attempts/1/stdout.log")


def test_postprocess_of_a_missing_workspace_fails(rompy, config, tmp_path: Path) -> None:
    """Nothing was ever run: no success, and nothing is made."""
    config()
    for more in ((), ("--dry-run",)):
        result = rompy("postprocess", "run.yml", *more)
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr.startswith(f"Error: there is no workspace {tmp_path}/sims/sea; ")
        assert not (tmp_path / "sims").exists()


def test_postprocess_tells_what_a_run_left(rompy, config, tmp_path: Path) -> None:
    """noop lists what the run wrote."""
    config("echo x > out.nc")
    assert rompy("run", "run.yml").returncode == 0
    result = rompy("postprocess", "run.yml")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == str(tmp_path / "sims/sea/out.nc")


def test_config_comes_from_the_environment(rompy, tmp_path: Path) -> None:
    """A container needs no file."""
    whole = json.dumps(
        {"config": {"run_id": "sea", "output_dir": "sims"}, "backend": {"type": "local", "command": "true"}}
    )
    result = rompy("run", "--config-from-env", ROMPY_CONFIG=whole)
    assert (result.returncode, result.stdout) == (0, f"{tmp_path}/sims/sea\n")


@pytest.mark.parametrize("command", ["generate", "run", "pipeline"])
def test_dry_run_creates_nothing(rompy, config, tmp_path: Path, command: str) -> None:
    """It says what would be done."""
    config("swan < INPUT", backend="timeout: 2H", more="postprocessor: noop")
    before = sorted(tmp_path.rglob("*"))
    result = rompy(command, "run.yml", "--dry-run")
    assert result.returncode == 0, result.stderr
    assert sorted(tmp_path.rglob("*")) == before
    stages = {"run": "generate, run", "pipeline": "generate, run, postprocess"}.get(command, command)
    backend = ["backend: local, at most 2 h 0 min", "step run: swan < INPUT"] if "run" in stages.split(", ") else []
    processors = ["processors: noop"] if "postprocess" in stages else []
    assert result.stdout.splitlines() == [
        "run: sea",
        f"workspace: {tmp_path}/sims/sea (would be made)",
        *(["pipeline: local"] if command == "pipeline" else []),
        f"stages: {stages}",
        "inputs, by template: INPUT",
        *backend,
        *processors,
        "nothing was created",
    ]


def test_dry_run_with_json_is_the_plan(rompy, config, tmp_path: Path) -> None:
    """For programs; secrets of the environment are not in it, only names."""
    config("true", backend="env_vars: {DB_PASSWORD: sesame}", more="")
    result = rompy("run", "run.yml", "--dry-run", "--json", "-o", "backend.expect.outputs=[out.nc]")
    assert "sesame" not in result.stdout
    assert json.loads(result.stdout) == {
        "success": True,
        "exit_code": 0,
        "dry_run": True,
        "run_id": "sea",
        "workspace": str(tmp_path / "sims" / "sea"),
        "stages": ["generate", "run"],
        "deletes": None,
        "inputs": ["INPUT"],
        "data": [],
        "backend": "local",
        "steps": [{"name": "run", "command": "true"}],
        "timeout": None,
        "environment": ["DB_PASSWORD"],
        "expect": {"outputs": ["out.nc"]},
    }


@pytest.mark.parametrize("command", ["run", "pipeline"])
def test_dry_run_refuses_what_the_command_would(rompy, tmp_path: Path, command: str) -> None:
    """Nothing to execute is found without doing anything."""
    (tmp_path / "bare.yml").write_text("config:\n  run_id: sea\n")
    result = rompy(command, "bare.yml", "--dry-run")
    assert result.returncode == 2
    assert "backend 'local' has nothing to execute" in result.stderr


def test_secrets_that_a_processor_tells_are_not_printed(rompy, config, tmp_path: Path) -> None:
    """Neither in the document nor in the record."""
    (tmp_path / "rompy_plugins.py").write_text(
        "import attrs\nfrom rompy_hooks import Backend, ProcessConfig, ProcessResult, hookimpl\n"
        "@attrs.frozen(kw_only=True)\nclass Upload(ProcessConfig):\n    pass\n"
        "@hookimpl\ndef backends():\n    return [Backend(kind='process', name='upload', config=Upload)]\n"
        "@hookimpl\ndef process(config: Upload):\n"
        "    return ProcessResult(api_token='sesame', to='https://me:sesame@host/a')\n"
    )
    config()
    rompy("run", "run.yml")
    result = rompy("postprocess", "run.yml", "--processor", "upload", "--json")
    document = json.loads(result.stdout)
    assert (document["api_token"], document["to"]) == ("***", "https://me:***@host/a")
    assert "sesame" not in (tmp_path / "sims/sea/.rompy/events.jsonl").read_text()
