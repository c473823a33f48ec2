"""The way in: help, version, start-up, usage errors, and stdout that goes away."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rompy_core import __version__

ROOT = Path(__file__).parents[3]

HEAVY = {
    "asyncio",
    "attr",
    "cattrs",
    "dataclasses",
    "importlib.metadata",
    "jinja2",
    "json",
    "logging",
    "pathlib",
    "pluggy",
    "rich",
    "rompy_hooks",
    "structlog",
    "subprocess",
    "yaml",
}


def imported_by(*args: str) -> set[str]:
    """Modules that ``rompy ...`` imports beside those of a bare interpreter (an editable install imports some)."""
    return _imports(f"from rompy_core.cli.main import call; call({list(args)!r})") - _imports("pass")


def _imports(code: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-c", code]
    log = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stderr
    return {line.rpartition("|")[2].strip() for line in log.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("pipeline", "--help"), ("run", "--help")])
def test_help_imports_nothing_heavy(args: tuple[str, ...]) -> None:
    """Help and version are there at once: what costs time is imported by commands that need it."""
    assert imported_by(*args) & HEAVY == set()


def test_help_imports_no_command() -> None:
    """The group knows its commands by name."""
    assert {name for name in imported_by("--help") if name.startswith("rompy_core.cli.commands")} == set()


def test_version_names_the_distribution(rompy) -> None:
    """Another distribution owns the name rompy, so the version says whose it is."""
    result = rompy("--version")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"rompy-core {__version__}\n", "")


def test_no_arguments_show_the_help(rompy) -> None:
    """Who types rompy alone gets the help, and an exit code that says that nothing was done."""
    result = rompy()
    assert result.returncode == 2
    assert result.stderr.startswith("Usage: rompy [OPTIONS] COMMAND [ARGS]...")


def test_unknown_command_names_the_nearest(rompy) -> None:
    """A misspelt command exits 2, with the one that was meant."""
    result = rompy("pipelin", ROMPY_DISABLE_PLUGIN_AUTOLOAD="1")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        "Usage: rompy [OPTIONS] COMMAND [ARGS]...\nTry 'rompy --help' for help.\n\n"
        "Error: There is no command 'pipelin'. Did you mean 'pipeline'? Known: generate, run, postprocess, pipeline,"
        " validate, schema, backends, plugins\n"
    )


def test_unknown_option_exits_2(rompy) -> None:
    """click's own words, with the nearest option."""
    result = rompy("run", "--backnd", "local", "x.yml")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == "Error: No such option '--backnd'. Did you mean '--backend'?"


@pytest.mark.parametrize(
    ("args", "place"),
    [
        (("run", "-q", "x.yml"), "Option '-q' belongs before the command: rompy -q run ..."),
        (("pipeline", "x.yml", "-vv"), "Option '-v' belongs before the command: rompy -v pipeline ..."),
        (("backends", "-p", "mine"), "Option '-p' belongs before the command: rompy -p backends ..."),
        (("run", "--log-format=json"), "Option '--log-format' belongs before the command: rompy --log-format run ..."),
        (("--json", "run", "x.yml"), "Option '--json' belongs behind the command: rompy COMMAND --json ..."),
        (("-o", "a=b", "run"), "Option '-o' belongs behind the command: rompy COMMAND -o ..."),
        (
            ("--backend", "local"),
            "Option '--backend' belongs behind the command: rompy run|pipeline|validate --backend ...",
        ),
        (
            ("--skip-generate", "run"),
            "Option '--skip-generate' belongs behind the command: rompy run --skip-generate ...",
        ),
    ],
)
def test_option_on_the_wrong_side_of_the_command(rompy, args: tuple[str, ...], place: str) -> None:
    """It is told where it belongs, not that something else was meant."""
    result = rompy(*args)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == f"Error: {place}"
    if "--json" in args:
        assert json.loads(result.stdout)["error"] == place


@pytest.mark.parametrize("command", ["generate", "run", "postprocess", "pipeline", "validate"])
def test_missing_config_exits_2(rompy, command: str) -> None:
    """A command on a config file says that it needs one."""
    result = rompy(command)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: Missing argument 'CONFIG': name a config file, or give --config-from-env."
    )


def test_config_and_environment_exclude_each_other(rompy) -> None:
    """Which of the two would count cannot be guessed."""
    result = rompy("run", "--config-from-env", "x.yml")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == "Error: Give CONFIG or --config-from-env, not both: got 'x.yml' too."


def test_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """``rompy --help | head -0`` prints no traceback."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "rompy_core", "schema", "pipeline"]
    result = subprocess.run(command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("args", ["backends", "--help"])
def test_full_disk_behind_stdout_is_told(args: str) -> None:
    """A result that could not be written is no success."""
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "rompy_core", args], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert result.returncode == 1
    assert re.fullmatch(r"Error: (cannot write to stdout: |\[Errno 28\] )No space left on device\n", result.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_behind_stderr_keeps_the_exit_code() -> None:
    """That the message could not be written does not change what happened."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "rompy_core", "nonsense"]
        assert subprocess.run(command, cwd=ROOT, stdout=full, stderr=full).returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_error_document_that_cannot_be_written_hides_no_error() -> None:
    """The message on stderr and the exit code are those of the error."""
    command = [sys.executable, "-m", "rompy_core", "backends", "--json", "nonsense"]
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert result.returncode == 2
    assert result.stderr.count("Error: ") == 1
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["pipeline", "run"])
def test_a_run_in_a_pipe_imports_no_more_than_it_needs(tmp_path: Path, command: str) -> None:
    """Start-up of a short run counts: nothing for terminals, templates, logs that nobody writes, or coroutines."""
    (tmp_path / "run.yml").write_text("config: {run_id: sea}\nbackend: {type: local, command: 'true'}\n")
    heavy = {"asyncio", "docker", "importlib.metadata", "jinja2", "rich", "structlog", "subprocess", "tempfile"}
    assert imported_by("-q", command, str(tmp_path / "run.yml"), "-o", f"config.output_dir={tmp_path}") & heavy == set()


def test_closed_descriptors_do_no_harm(config, tmp_path: Path) -> None:
    """Started without stdin, stdout and stderr, no journal or log gets their numbers, and with them our messages."""
    (tmp_path / "rompy_plugins.py").write_text(
        "import os\nfrom pathlib import Path\n"
        "Path('seen').write_text(' '.join(os.readlink(f'/proc/self/fd/{number}') for number in range(3)))\n"
    )
    config()
    script = f"exec <&- >&- 2>&-; exec {sys.executable} -m rompy_core pipeline run.yml"
    result = subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert result.returncode == 0
    assert (tmp_path / "seen").read_text() == "/dev/null /dev/null /dev/null"
