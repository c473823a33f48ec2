"""The whole way from plain data to a config object, and its report of faults."""

from pathlib import Path
from typing import Any

import pytest

from rompy_core.structuring import structure, structure_collecting
from rompy_core.structuring.origin import Key
from rompy_hooks import ConfigError, Expect, Fault, RunConfig, Step


class Lines:
    """An origin that knows the lines of some keys."""

    def __init__(self, lines: dict[Key, int]) -> None:
        self.lines = lines

    def position(self, key: Key, /) -> tuple[Path, int | None]:
        """The line of a key or of the nearest mapping around it."""
        while key and key not in self.lines:
            key = key[:-1]
        return Path("swan.yml"), self.lines.get(key)

    def directory(self, key: Key, /) -> Path:
        """A folder of no file."""
        return Path("/cases")


def faults(cls: type[Any], data: Any, **options: Any) -> list[str]:
    """The faults of data, as people read them."""
    with pytest.raises(ConfigError) as caught:
        structure(cls, data, **options)
    return list(map(str, caught.value.faults))


def test_structure_makes_the_objects_of_a_run() -> None:
    """Nested classes, lists, durations and sizes become what the classes want."""
    data = {
        "steps": [{"name": "grid", "command": ["ww3_grid"], "timeout": "15M"}, {"name": "shel", "command": "ww3_shel"}],
        "memory": "1.5g",
        "timeout": 3600,
        "env_vars": {"OMP_NUM_THREADS": "4"},
        "expect": {"outputs": ["*.nc"], "log_errors": "ERROR"},
    }
    assert structure(RunConfig, data) == RunConfig(
        steps=(Step(name="grid", command=("ww3_grid",), timeout=900.0), Step(name="shel", command="ww3_shel")),
        memory=1610612736,
        timeout=3600.0,
        env_vars={"OMP_NUM_THREADS": "4"},
        expect=Expect(outputs=("*.nc",), log_errors=("ERROR",)),
    )


def test_structure_passes_instances_through() -> None:
    """What Python code made already is taken as it is."""
    config = RunConfig(command="true")
    expect = Expect(outputs=("a",))
    assert structure(RunConfig, config) is config
    assert structure(RunConfig, {"expect": expect, "steps": (Step(name="a", command="b"),)}).expect is expect


def test_structure_tells_all_faults_with_line_key_and_remedy() -> None:
    """Unknown keys, wrong types and refused values of all levels come together, in the order of the file."""
    lines = Lines({
        ("backend",): 5, ("backend", "imgae"): 7, ("backend", "timeout"): 8, ("backend", "steps"): 9,
        ("backend", "steps", 1): 12, ("backend", "steps", 1, "timeout"): 13, ("backend", "ranks"): 6,
    })  # fmt: skip
    data = {
        "imgae": "swan",
        "timeout": -3,
        "steps": [{"name": "a", "command": "true"}, {"command": "true", "timeout": "soon"}],
        "ranks": "3x",
    }
    assert faults(RunConfig, data, origin=lines, key=("backend",), title="docker") == [
        "swan.yml:6: backend.ranks: must be a whole number, got '3x' (text)",
        (
            "swan.yml:7: backend: 'docker' has no key 'imgae'. Keys: command, env_vars, expect, grace_period, "
            "launcher, memory, on_driver_loss, ranks, steps, threads, timeout, working_dir"
        ),
        "swan.yml:8: backend.timeout: must be > 0, got -3",
        "swan.yml:12: backend.steps[1]: needs key 'name'",
        (
            "swan.yml:13: backend.steps[1].timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), "
            "2H30m, 1D or PT6H, got 'soon'"
        ),
    ]


def test_structure_collecting_adds_to_one_report() -> None:
    """Several sections of a file share a list of faults; a good one is returned."""
    found: list[Fault] = []
    good = structure_collecting(RunConfig, {"ranks": 2}, key=("backend",), faults=found)
    bad = structure_collecting(RunConfig, {"ranks": 0}, key=("other",), faults=found)
    assert good == RunConfig(ranks=2)
    assert bad is None
    assert list(map(str, found)) == ["other.ranks: must be >= 1, got 0"]


def test_structure_names_the_nearest_key() -> None:
    """A misspelt key of a nested class names the class's own keys."""
    assert faults(Step, {"name": "a", "command": "b", "comand": "c"}) == [
        "'step' has no key 'comand'. Did you mean 'command'? Keys: command, name, outputs, parallel, stdin, timeout"
    ]
