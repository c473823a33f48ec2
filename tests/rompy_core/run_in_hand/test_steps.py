"""What a run executes."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from rompy_core import words_of
from rompy_core.run_in_hand.steps import (
    environment_of,
    expectations_of,
    launcher_of,
    planned_steps,
    resolve_steps,
)
from rompy_hooks import Expect, RequestError, RunConfig, Step


def test_planned_steps_prefers_the_backends_command_over_the_model_configs() -> None:
    """Where and how wins over what, as users override on the command line."""
    model = SimpleNamespace(command="./model", steps=())
    assert planned_steps(RunConfig(command=("./other", "x")), model) == (Step(name="run", command=("./other", "x")),)
    assert planned_steps(RunConfig(), model) == (Step(name="run", command="./model"),)


def test_planned_steps_takes_steps_of_the_model_config_as_mappings_too() -> None:
    """A duck-typed model config need not know our classes."""
    model = SimpleNamespace(steps=[{"name": "grid", "command": ["ww3_grid"]}], command="unused")
    assert planned_steps(RunConfig(), model) == (Step(name="grid", command=("ww3_grid",)),)


def test_planned_steps_are_none_where_nobody_says_what() -> None:
    """Neither a missing nor an empty command counts."""
    assert planned_steps(RunConfig(), None) == ()
    assert planned_steps(RunConfig(), SimpleNamespace(command="", steps=())) == ()


def test_planned_command_is_parallel_when_ranks_are_given() -> None:
    """ranks with a command alone means that the launcher starts it."""
    assert planned_steps(RunConfig(command="./model", ranks=4), None)[0].parallel is True
    assert planned_steps(RunConfig(command="./model", launcher="srun"), None)[0].parallel is True
    assert planned_steps(RunConfig(command="./model"), None)[0].parallel is False


def test_resolved_steps_have_a_pair_of_logs_each(tmp_path: Path) -> None:
    """A command alone logs to stdout.log and stderr.log, steps to files with their names."""
    steps = (Step(name="run", command="a"), Step(name="ww3_grid", command="b", stdin=Path("in/grid.inp")))
    only, grid = resolve_steps(steps, tmp_path, tmp_path / "logs")
    assert (only.stdout.name, only.stderr.name, only.stdin) == ("stdout.log", "stderr.log", None)
    assert (grid.stdout.name, grid.stderr.name) == ("ww3_grid.stdout.log", "ww3_grid.stderr.log")
    assert grid.stdin == tmp_path / "in/grid.inp"


@pytest.mark.parametrize(
    ("command", "shell", "words"),
    [
        ("echo 'a b' > c", True, ("/bin/sh", "-c", "echo 'a b' > c")),
        ("echo 'a b' > c", False, ("echo", "a b", ">", "c")),
        (("echo", "a b", "$HOME"), True, ("echo", "a b", "$HOME")),
    ],
)
def test_words_of_uses_a_shell_for_texts_alone(command: object, shell: bool, words: tuple[str, ...]) -> None:
    """A list is never given to a shell."""
    (step,) = resolve_steps((Step(name="run", command=command),), Path("/w"), Path("/w/logs"))  # type: ignore[arg-type]
    assert words_of(step, RunConfig(), shell=shell) == words


@pytest.mark.parametrize(
    ("launcher", "ranks", "words"),
    [
        (None, None, ()),
        (None, 4, ("mpiexec", "-n", "4")),
        ("mpirun --oversubscribe", 2, ("mpirun", "--oversubscribe", "-n", "2")),
        (("srun", "--ntasks={ranks}"), 8, ("srun", "--ntasks=8")),
        ("strace -f", None, ("strace", "-f")),
    ],
)
def test_launcher_gets_the_ranks(launcher: object, ranks: int | None, words: tuple[str, ...]) -> None:
    """Where the launcher has no place for the number, -n is added."""
    assert launcher_of(RunConfig(launcher=launcher, ranks=ranks)) == words  # type: ignore[arg-type]


def test_only_parallel_steps_get_the_launcher() -> None:
    """Serial steps of a parallel run start as they are."""
    steps = (Step(name="grid", command=("grid",)), Step(name="shel", command=("shel",), parallel=True))
    config = RunConfig(steps=steps, ranks=2)
    grid, shel = resolve_steps(steps, Path("/w"), Path("/w/logs"))
    assert words_of(grid, config, shell=True) == ("grid",)
    assert words_of(shel, config, shell=True) == ("mpiexec", "-n", "2", "shel")


def test_environment_has_threads_and_lets_env_vars_win() -> None:
    """Who names OMP_NUM_THREADS means it."""
    assert environment_of(RunConfig(threads=4)) == {"OMP_NUM_THREADS": "4"}
    assert environment_of(RunConfig(threads=4, env_vars={"OMP_NUM_THREADS": "2", "A": "b"})) == {
        "OMP_NUM_THREADS": "2",
        "A": "b",
    }


def test_expectations_of_backend_and_model_config_are_joined() -> None:
    """Both have to hold; a duck-typed model config may give a mapping."""
    config = RunConfig(expect=Expect(outputs=("*.nc",)))
    model = SimpleNamespace(expect={"outputs": ["*.nc", "*.txt"], "error_files": ["Errfile"]})
    assert expectations_of(config, model) == Expect(outputs=("*.nc", "*.txt"), error_files=("Errfile",))
    assert expectations_of(config, None) == Expect(outputs=("*.nc",))


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({"steps": [{"name": "x y", "command": "a"}]}, "Mine.steps[0].name: "),
        ({"steps": [{"nam": "x", "command": "a"}]}, "Did you mean 'name'?"),
        ({"steps": [{"name": "x", "command": "a"}] * 2}, "steps: each needs a name of its own, got 'x' more than once"),
        ({"command": "a", "expect": {"outptus": ["x"]}}, "Did you mean 'outputs'?"),
        ({"command": "  "}, "command: must not be empty"),
    ],
)
def test_what_a_strangers_model_config_says_is_checked_before_anything_is_created(host, keys, text):
    """Plain data of a class that is not ours is read as strictly as a file."""
    mine = type("Mine", (), keys)()
    with pytest.raises(RequestError) as caught:
        host.model(config=mine).run()
    assert text in str(caught.value)
    assert not host.sims.exists()
