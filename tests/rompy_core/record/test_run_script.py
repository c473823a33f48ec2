"""run.sh repeats the run, wherever the workspace is by then."""

import os
import subprocess
from pathlib import Path

import pytest

from rompy_core.record import repeat_script, write_repeat_script
from rompy_hooks import ResolvedStep


def step(name: str, stdin: Path | None = None) -> ResolvedStep:
    """A step; what it executes is given apart."""
    return ResolvedStep(name=name, command="", stdout=Path("/x"), stderr=Path("/x"), stdin=stdin)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with a record, an input and a working directory."""
    folder = tmp_path / "a run's place"
    (folder / ".rompy").mkdir(parents=True)
    (folder / "work dir").mkdir()
    (folder / "INPUT").write_text("from the input\n")
    return folder


def test_repeat_script_reads_well(workspace: Path) -> None:
    """A person reads, changes and starts it."""
    text = repeat_script(
        workspace,
        [step("prep"), step("swan", workspace / "INPUT")],
        {"OMP_NUM_THREADS": "4", "TITLE": "two words", "DB_PASSWORD": "sesame", "a.b": "x"},
        Path("work dir"),
        ["./prep > log", ("mpiexec", "-n", "4", "swan.exe", "--api-key=abc", "--token", "def", "it's")],
    )
    assert (
        text
        == """\
#!/bin/sh
# Repeats the commands of run a run's place by hand, with the inputs as they are; nothing is recorded or judged.
set -e
workspace=$(cd -- "$(dirname -- "$0")/.." && pwd)

export OMP_NUM_THREADS=4
export TITLE='two words'
: "${DB_PASSWORD:?set it}"; export DB_PASSWORD
# a.b cannot be set by a shell
cd -- "$workspace"/'work dir'

# prep
/bin/sh -c './prep > log' < /dev/null

# swan
mpiexec -n 4 swan.exe --api-key="${API_KEY:?set it}" --token "${TOKEN:?set it}" 'it'"'"'s' < "$workspace"/INPUT
"""
    )


def test_repeat_script_asks_for_the_passwords_of_logins(workspace: Path) -> None:
    """In URLs and of curl, in texts and words."""
    text = repeat_script(
        workspace,
        [step("a"), step("b"), step("c")],
        {},
        None,
        [
            "curl -u me:sesame https://host | model",
            ("curl", "-u", "me:sesame", "https://host"),
            ("curl", "https://sesame@host"),
        ],
    )
    assert "sesame" not in text
    assert text.splitlines()[8::3] == [
        """/bin/sh -c 'curl -u me:'"${PASSWORD:?set it}"' https://host | model' < /dev/null""",
        """curl -u me:"${PASSWORD:?set it}" https://host < /dev/null""",
        """curl https://"${TOKEN:?set it}"@host < /dev/null""",
    ]


def test_repeat_script_of_what_only_rompy_starts_says_so(workspace: Path) -> None:
    """It must not seem to have worked."""
    write_repeat_script(workspace / ".rompy", None, [step("run")], {}, [None])
    told = subprocess.run([workspace / ".rompy/run.sh"], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == "repeat this run with: rompy run --skip-generate CONFIG\n"


def test_repeat_script_runs_in_a_moved_workspace(workspace: Path, tmp_path: Path) -> None:
    """The script finds its workspace by its own place, asks for secrets, and stops at the first failure."""
    write_repeat_script(
        workspace / ".rompy",
        workspace / "work dir",
        [step("one", workspace / "INPUT"), step("two"), step("three")],
        {"NAME": '$HOME `x` "y"', "DB_PASSWORD": "sesame"},
        [("cat",), 'printf "%s\\n" "$NAME"; pwd', ("sh", "-c", "exit 3")],
    )
    path = workspace / ".rompy" / "run.sh"
    assert os.access(path, os.X_OK)
    assert "sesame" not in path.read_text()
    moved = workspace.rename(tmp_path / "moved") / ".rompy" / "run.sh"
    asked = subprocess.run([moved], capture_output=True, text=True, check=False)
    assert asked.returncode != 0
    assert "DB_PASSWORD" in asked.stderr
    done = subprocess.run([moved], capture_output=True, text=True, check=False, env={**os.environ, "DB_PASSWORD": "x"})
    assert done.returncode == 3
    assert done.stdout == f'from the input\n$HOME `x` "y"\n{tmp_path}/moved/work dir\n'


def test_repeat_script_has_no_line_of_a_name(workspace: Path) -> None:
    """A workspace may be called anything; its name must not become a command."""
    text = repeat_script(Path("/sims/a\nrm -rf x"), [step("a")], {}, None, [("true",)])
    assert "\nrm" not in text
    assert 'cd -- "$workspace"\n' in text


def test_repeat_script_of_places_outside(workspace: Path) -> None:
    """What is not in the workspace is named as it is."""
    text = repeat_script(workspace, [step("a", Path("/data/in put"))], {}, None, [("model",)])
    assert text.endswith("\nmodel < '/data/in put'\n")
