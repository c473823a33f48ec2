"""The whole way from plain data to a config object, and its report of faults."""

import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs.validators import gt

from rompy_core.structuring import structure, structure_collecting
from rompy_core.structuring.origin import Key
from rompy_hooks import ConfigError, Expect, Fault, RunConfig, Step

Faults = Callable[..., list[str]]


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


def test_structure_tells_all_faults_with_line_key_and_remedy(faults: Faults) -> None:
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


def test_structure_names_the_nearest_key(faults: Faults) -> None:
    """A misspelt key of a nested class names the class's own keys."""
    assert faults(Step, {"name": "a", "command": "b", "comand": "c"}) == [
        "'step' has no key 'comand'. Did you mean 'command'? Keys: command, name, outputs, parallel, stdin, timeout"
    ]


@attrs.frozen(kw_only=True)
class Grid:
    """A class with all that attrs offers."""

    nx: int = attrs.field(validator=gt(0))
    _ny: int = attrs.field(default=1, validator=gt(0))
    renamed: str = attrs.field(default="", alias="name")
    computed: int = attrs.field(init=False, default=7)
    parts: "tuple[Grid, ...]" = ()
    words: list[str] = attrs.field(factory=list, converter=attrs.Converter(sorted))

    def __attrs_post_init__(self) -> None:
        if self.nx < self._ny:
            raise ValueError(f"nx must not be smaller than ny, got {self.nx} and {self._ny}")


def test_structure_knows_what_attrs_offers() -> None:
    """Private fields, aliases, computed fields, converters, classes that hold themselves."""
    data = {"nx": 3, "ny": 2, "name": "outer", "parts": [{"nx": 1}], "words": ["b", "a"]}
    found = structure(Grid, data)
    assert found == Grid(nx=3, ny=2, name="outer", parts=(Grid(nx=1),), words=["a", "b"])
    assert found.computed == 7


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"nx": 1, "ny": 2}, ["grid: nx must not be smaller than ny, got 1 and 2"]),
        ({"nx": 0, "ny": -1}, ["grid.nx: must be > 0, got 0", "grid.ny: must be > 0, got -1"]),
        ({"ny": 0}, ["grid: needs key 'nx'", "grid.ny: must be > 0, got 0"]),
        ({"nx": 1, "computed": 3}, ["grid: 'grid' has no key 'computed'. Keys: name, nx, ny, parts, words"]),
        ({"nx": 1, "_ny": 3}, ["grid: 'grid' has no key '_ny'. Did you mean 'ny'? Keys: name, nx, ny, parts, words"]),
        ({"nx": "a", "ny": 0}, ["grid.nx: must be a whole number, got 'a' (text)", "grid.ny: must be > 0, got 0"]),
        (
            {"nx": 1, "parts": [{"nx": 1, "parts": [{"nx": 1}, {"nx": 0}]}]},
            ["grid.parts[0].parts[1].nx: must be > 0, got 0"],
        ),
        ([], ["grid: must be a mapping, got a list"]),
        ({5: 1, "nx": 1}, ["grid: keys must be texts, got 5; put it in quotes"]),
        (None, ["grid: must be a mapping, got null"]),
    ],
)
def test_structure_asks_every_validator(data: Any, expected: list[str], faults: Faults) -> None:
    """Faults of types, validators and of the object as a whole: each at its key, none hides another."""
    assert faults(Grid, data, key=("grid",)) == expected


@attrs.frozen(kw_only=True)
class Adapted:
    """A class of somebody else, adapted: what it doesn't name goes to a method."""

    __rompy_options__ = "options"

    nodes: int = 1
    options: Mapping[str, Any] = attrs.field(factory=dict)


def test_structure_collects_options_as_they_were_given() -> None:
    """Keys that are no fields, the options' own name included, are handed on."""
    found = structure(Adapted, {"nodes": 2, "create_plots": True, "options": [1], "deep": {"a": None}})
    assert found == Adapted(nodes=2, options={"create_plots": True, "options": [1], "deep": {"a": None}})
    assert structure(Adapted, {}) == Adapted()


def test_structure_calls_a_title_of_several_words_by_its_words(faults: Faults) -> None:
    """A name is quoted, a description is not."""
    message = "a model run has no key 'x'. Keys: command, name, outputs, parallel, stdin, timeout"
    assert faults(Step, {"x": 1, "name": "a", "command": "b"}, title="a model run") == [message]


def test_structure_refuses_what_is_too_deep_or_contains_itself(faults: Faults) -> None:
    """Deep and circular data are faults, never a RecursionError."""
    deep: Any = {"nx": 1}
    for _ in range(5000):
        deep = {"nx": 1, "parts": [deep]}
    (message,) = faults(Grid, deep)
    assert message.endswith(": is nested more than 64 levels deep")
    circle: dict[str, Any] = {"nx": 1}
    circle["parts"] = [circle]
    assert faults(Grid, circle) == ["parts[0]: contains itself"]
    loop: list[Any] = []
    loop += [loop, loop]
    assert faults(Any, {"a": loop}) == ["a[0]: contains itself", "a[1]: contains itself"]


@pytest.mark.parametrize(("levels", "fits"), [(65, True), (66, False)])
def test_structure_takes_a_value_inside_64_others(levels: int, *, fits: bool) -> None:
    """The limit is where the message says that it is."""
    data: Any = []
    for _ in range(levels - 1):
        data = [data]
    found: list[Fault] = []
    structure_collecting(Any, data, faults=found)
    assert bool(found) is not fits


def test_structure_called_from_a_deep_stack_tells_a_fault() -> None:
    """A host that is deep in a recursion of its own gets the report, too."""
    data: dict[str, Any] = {"nx": 1}
    for _ in range(30):
        data = {"nx": 1, "parts": [data]}
    assert structure(Grid, data).nx == 1

    def deep(levels: int) -> Grid:
        return deep(levels - 1) if levels else structure(Grid, data)

    with pytest.raises(ConfigError, match=r"^is nested too deeply$"):
        deep(sys.getrecursionlimit() - len(inspect.stack(0)) - 60)


@attrs.frozen(kw_only=True)
class Faulty:
    """A plugin's class whose code has faults of its own."""

    first: str = attrs.field(default="", converter=lambda text: text if text else {}["no"])
    second: int = attrs.field(default=1)

    @second.validator
    def _check(self, _attribute: object, value: int) -> None:
        if value == 0:
            raise ZeroDivisionError
        if value < 0:
            raise OverflowError("cannot")


def test_structure_turns_faults_of_a_plugins_class_into_its_own_error(faults: Faults) -> None:
    """Whatever a converter or validator raises, the report has it at the field."""
    assert faults(Faulty, {"first": "a", "second": 0}) == ["second: ZeroDivisionError"]
    assert faults(Faulty, {"first": "", "second": -1}) == ["first: KeyError: 'no'", "second: OverflowError: cannot"]
    assert faults(Faulty, {}) == ["KeyError: 'no'"]


def test_structure_tells_faults_of_several_files_file_by_file(faults: Faults) -> None:
    """An included file's faults stand together, each file's in the order of its lines."""

    class Included(Lines):
        def position(self, key: Key, /) -> tuple[Path, int | None]:
            return Path("inner.yml" if key[:1] == ("steps",) else "outer.yml"), self.lines.get(key)

    lines = Included({("ranks",): 9, ("threads",): 2, ("steps", 0, "name"): 4})
    assert faults(RunConfig, {"ranks": "x", "steps": [{"name": 1, "command": "x"}], "threads": "y"}, origin=lines) == [
        "outer.yml:2: threads: must be a whole number, got 'y' (text)",
        "outer.yml:9: ranks: must be a whole number, got 'x' (text)",
        "inner.yml:4: steps[0].name: must be a text, got 1; put it in quotes",
    ]
