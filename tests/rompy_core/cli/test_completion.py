"""Shell completion, as the shell asks for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def completed(*words: str, path: str = "", cwd: Path | None = None) -> list[str]:
    """What bash would offer for the last word."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [path, str(ROOT)])),
        "_ROMPY_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["rompy", *words]),
        "COMP_CWORD": str(len(words)),
    }
    command = [sys.executable, "-m", "rompy_core"]
    found = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=True)
    return found.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("p",), ["plain,postprocess", "plain,pipeline", "plain,plugins"]),
        (("--deb",), ["plain,--debug"]),
        (("run", "--skip"), ["plain,--skip-generate"]),
        (("run", "--backend", "lo"), ["plain,local"]),
        (("run", "--backend", "./hp"), ["file,./hp"]),
        (("pipeline", "--processor", "no"), ["plain,noop"]),
        (("--log-format", "j"), ["plain,json"]),
        (("backends", "pr"), ["plain,process"]),
        (("schema", ""), ["plain,docker", "plain,local", "plain,noop", "plain,pipeline"]),
        (("schema", "no"), ["plain,noop"]),
        (("schema", "slrm"), []),
    ],
)
def test_words_are_completed(words: tuple[str, ...], expected: list[str]) -> None:
    """Commands, options, backends and config files."""
    found = completed(*words)
    assert sorted(item for item in found if item != "") == sorted(expected)


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        ("", ["plain,coast/", "plain,run.yml", "plain,sea.toml", "plain,sims/"]),
        ("ru", ["plain,run.yml"]),
        ("sims/", ["plain,sims/a.json", "plain,sims/b.yaml"]),
        ("sims/a", ["plain,sims/a.json"]),
        ("coa", ["dir,coa"]),
        (".hid", ["plain,.hidden.yml"]),
        ("none/x", ["dir,none/x"]),
        ("coast/", ["file,coast/"]),
    ],
)
def test_config_files_and_folders_are_completed(tmp_path: Path, begun: str, expected: list[str]) -> None:
    """Nothing else is; where only folders fit, and where names need quoting, the shell does it."""
    for name in ("run.yml", "sea.toml", "wind.nc", ".hidden.yml", "sims/a.json", "sims/b.yaml", "coast/a b.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert sorted(completed("pipeline", begun, cwd=tmp_path)) == expected


def test_backend_of_an_installed_plugin_is_completed_without_import(distribution) -> None:
    """An entry point's name is enough; its module is not even there."""
    site = distribution("rompy-pbs", "1", "[rompy.run]\npbs = not_there:Backend\n")
    assert completed("run", "--backend", "p", path=site) == ["plain,pbs"]


def test_script_for_the_shell_is_printed() -> None:
    """``_ROMPY_COMPLETE=bash_source rompy`` is what the docs say to evaluate."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "_ROMPY_COMPLETE": "zsh_source"}
    command = [sys.executable, "-m", "rompy_core"]
    script = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert script.startswith("#compdef rompy")
