"""The settings that every backend of a kind has: what they take, and what they say to what they don't."""

import re
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hooks import (
    DEFAULT_GRACE_PERIOD,
    IDENTIFIER,
    Backend,
    Expect,
    ModelConfig,
    PipelineConfig,
    ProcessConfig,
    RunConfig,
    Step,
)

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
GLOBS = st.lists(st.sampled_from(["*.nc", "a", "b/**", "Errfile"]), max_size=3).map(tuple)
EXPECTS = st.builds(Expect, outputs=GLOBS, error_files=GLOBS, logs=GLOBS, log_errors=GLOBS.map(lambda g: g and ("x",)))


def refusal(call: Any, **keys: Any) -> str:
    """What is said when something is made with these keys."""
    with pytest.raises((TypeError, ValueError)) as caught:
        call(**keys)
    return str(caught.value.args[0])  # attrs puts the field and the value behind the text


# -- commands and steps ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "kept"), [("swan.exe -n 4", "swan.exe -n 4"), (["a", "b c"], ("a", "b c")), (("a", ""), ("a", ""))]
)
def test_command_is_a_text_or_words(given_: Any, kept: Any) -> None:
    """A list, as it comes from a file, becomes a tuple."""
    assert RunConfig(command=given_).command == kept
    assert Step(name="a", command=given_).command == kept
    assert RunConfig(launcher=given_).launcher == kept


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("", "must not be empty; give a program and its arguments"),
        (" \n", "must not be empty; give a program and its arguments"),
        ([], "must not be empty; give a program and its arguments"),
        (["", "a"], "must not be empty; give a program and its arguments"),
        ("a\0b", "must not hold a NUL byte"),
        (["a", "b\0"], "must not hold a NUL byte"),
        (["a", 4], "must be a text or a list of texts, got a list with something else in it"),
        (4, "must be a text or a list of texts, got int"),
    ],
)
def test_command_that_cannot_be_executed_is_refused(command: Any, told: str) -> None:
    """In words that don't quote it: a password may stand in it."""
    assert refusal(RunConfig, command=command) == told
    assert refusal(Step, name="a", command=command) == told


def test_command_and_steps_exclude_each_other() -> None:
    """Nobody could tell which is meant."""
    told = refusal(RunConfig, command="a", steps=[Step(name="b", command="b")])
    assert told == "steps: give command or steps, not both"


def test_steps_have_names_of_their_own() -> None:
    """Their logs would be one."""
    steps = [Step(name=name, command="true") for name in ("a", "b", "c", "b", "a")]
    assert refusal(RunConfig, steps=steps) == ("steps: each needs a name of its own, got 'a', 'b' more than once")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-a", ".a", "a b", "a\n", "ä", "a\0"])
def test_name_that_could_leave_its_folder_is_refused(name: str) -> None:
    """Of steps, backends and model configs alike."""
    assert IDENTIFIER.fullmatch(name) is None
    for call, keys in ((Step, {"command": "true"}), (Backend, {"kind": "run", "config": RunConfig})):
        assert "must match regex" in refusal(call, name=name, **keys)
    assert "must match regex" in refusal(ModelConfig, name=name, cls=dict)


@given(st.from_regex(IDENTIFIER, fullmatch=True))
def test_identifier_is_one_part_of_a_path(name: str) -> None:
    """And no option of a program."""
    assert Path("/a", name).parent == Path("/a")
    assert Path("/a", name).resolve().name == name
    assert not name.startswith("-")


# -- amounts -----------------------------------------------------------------------------------------------------------


def test_amounts_are_given_as_numbers_or_texts() -> None:
    """Seconds and bytes in the end."""
    config = RunConfig(timeout="1H30m", grace_period="5s", memory="1.5g")
    assert (config.timeout, config.grace_period, config.memory) == (5400.0, 5.0, 1_610_612_736)
    assert RunConfig(timeout=0.5, memory=1000).timeout == 0.5
    assert Step(name="a", command="b", timeout="1M").timeout == 60.0


def test_run_config_has_no_limits_unless_given() -> None:
    """But a grace period."""
    config = RunConfig()
    assert (config.timeout, config.memory, config.ranks, config.threads) == (None, None, None, None)
    assert (config.grace_period, config.on_driver_loss) == (DEFAULT_GRACE_PERIOD, "stop")
    assert not config.expect


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"timeout": 0}, "'timeout' must be > 0: 0"),
        ({"timeout": -1.5}, "'timeout' must be > 0: -1.5"),
        ({"grace_period": -1}, "'grace_period' must be >= 0: -1"),
        ({"memory": 0}, "'memory' must be > 0: 0"),
        ({"memory": "1x"}, "must be a number of bytes, or a text such as 512m, 1.5g or 4GiB, got '1x'"),
        ({"ranks": 0}, "'ranks' must be >= 1: 0"),
        ({"threads": 0}, "'threads' must be >= 1: 0"),
    ],
)  # fmt: skip
def test_amount_out_of_range_is_refused(keys: dict[str, Any], told: str) -> None:
    """No time at all is no limit that anybody means."""
    assert refusal(RunConfig, **keys) == told


# -- places and environment --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["/tmp", "..", "a/../..", "a/../b", "a\0"])
def test_place_outside_the_workspace_is_refused(place: str) -> None:
    """Working directory and stdin are places in it."""
    told = f"must be relative to the workspace and stay inside it, got {place!r}"
    assert refusal(RunConfig, working_dir=place) == told
    assert refusal(Step, name="a", command="b", stdin=place) == told


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"": "a"}, "'' is no name of an environment variable"),
        ({"A\0": "a"}, "'A\\x00' is no name of an environment variable"),
        ({1: "a"}, "1 is no name of an environment variable"),
        ({"A=sesame": "a"}, "'A=...' is no name of an environment variable"),
        ({"N": 4}, "N must be a text; quote it: got a int"),
        ({"N": "a\0"}, "N must not hold a NUL byte"),
    ],
)
def test_variable_that_the_kernel_would_not_take_is_refused(variables: Any, told: str) -> None:
    """Without its value, which may be a secret."""
    assert refusal(RunConfig, env_vars=variables) == told


# -- expectations ------------------------------------------------------------------------------------------------------


def test_one_text_stands_for_a_list_of_it() -> None:
    """As people write it in a file."""
    assert Expect(outputs="*.nc", log_errors=["a", "b"]) == Expect(outputs=("*.nc",), log_errors=("a", "b"))


@given(EXPECTS, EXPECTS)
def test_expectations_of_two_are_what_both_ask_for(one: Expect, other: Expect) -> None:
    """Each thing once, in their order; with nothing, the same; the order of the two decides only the order."""
    both = one | other
    for field in attrs.fields(Expect):
        mine, theirs, all_ = (getattr(each, field.name) for each in (one, other, both))
        assert set(all_) == set(mine) | set(theirs)
        assert len(set(all_)) == len(all_)
        assert all_[: len(dict.fromkeys(mine))] == tuple(dict.fromkeys(mine))
    assert bool(both) == (bool(one) or bool(other))
    assert (one | Expect()) == (Expect() | one)


@pytest.mark.parametrize("field", ["outputs", "error_files", "logs", "log_errors", "log_success"])
def test_expectation_is_true_when_it_expects_something(field: str) -> None:
    """Whatever it is."""
    assert Expect(**{field: "a"})
    assert not Expect()


@pytest.mark.parametrize("glob", ["/etc/passwd", "../a", "a/../../b", "a\0"])
def test_glob_that_leaves_the_workspace_is_refused(glob: str) -> None:
    """In expectations and in the outputs of steps."""
    told = f"must be relative to the workspace and stay inside it, got {glob!r}"
    assert refusal(Expect, outputs=glob) == refusal(Expect, error_files=[glob]) == told
    assert refusal(Step, name="a", command="b", outputs=[glob]) == told


def test_empty_glob_is_refused() -> None:
    """pathlib would raise something at the end of the run."""
    assert refusal(Expect, logs=[""]) == "must not hold an empty glob; '*' stands for any file"


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(", "'(' is no regular expression: missing ), unterminated subpattern at position 0"),
        ("*", "'*' is no regular expression: nothing to repeat at position 0"),
        ("a{9999999999}", "'a{9999999999}' is no regular expression: the repetition number is too large"),
    ],
)
def test_pattern_that_does_not_compile_is_refused(pattern: str, told: str) -> None:
    """Before the run and not after it."""
    assert refusal(Expect, log_errors=pattern) == refusal(Expect, log_success=[pattern]) == told


@given(st.text())
def test_any_text_is_a_pattern_or_a_value_error(text: str) -> None:
    """As Python's own compiler decides."""
    try:
        Expect(log_errors=text)
    except ValueError:
        with pytest.raises((re.error, OverflowError, RecursionError)):
            re.compile(text)
    else:
        re.compile(text)


# -- what is offered ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "config", "base"),
    [
        ("run", ProcessConfig, "RunConfig"),
        ("process", RunConfig, "ProcessConfig"),
        ("pipeline", dict, "PipelineConfig"),
        ("run", RunConfig(), "RunConfig"),
        ("process", type("Plain", (), {}), "ProcessConfig"),
    ],
)
def test_backend_is_offered_with_a_config_class_of_its_kind(kind: Any, config: Any, base: str) -> None:
    """An instance, a class of another kind, or a plain class is a mistake of the plugin."""
    told = refusal(Backend, kind=kind, name="a", config=config)
    assert told == f"must be an attrs class derived from {base}, got {config!r}"


def test_backend_of_an_unknown_kind_is_refused() -> None:
    """There are three; the nearest is named, and what is nothing like a name is told as it is."""
    told = [refusal(Backend, kind=kind, name="a", config=RunConfig) for kind in ("proces", [3], "qqq")]
    assert told == [
        "kind must be 'run', 'process' or 'pipeline', got 'proces'. Did you mean 'process'?",
        "kind must be 'run', 'process' or 'pipeline', got [3]",
        "kind must be 'run', 'process' or 'pipeline', got 'qqq'",
    ]


@pytest.mark.parametrize(
    ("kind", "config"), [("run", RunConfig), ("process", ProcessConfig), ("pipeline", PipelineConfig)]
)
def test_backend_takes_the_base_of_its_kind(kind: Any, config: type[Any]) -> None:
    """For one without keys of its own; it executes steps unless it says otherwise."""
    backend = Backend(kind=kind, name="a", config=config)
    assert (backend.config, backend.summary, backend.executes_steps) == (config, "", True)


def test_model_config_is_offered_with_a_class() -> None:
    """An instance would be shared by all runs."""
    assert "must be <class 'type'>" in refusal(ModelConfig, name="a", cls={})


# -- the page ----------------------------------------------------------------------------------------------------------


def test_page_of_run_keys_lists_them_in_the_order_of_the_classes() -> None:
    """A key that is added to the code is added to the page; so are those of local."""
    from builtin_plugins.local import LocalConfig

    page = (REFERENCE / "run-keys.md").read_text()
    tables = [
        re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) for table in re.split(r"\n\n", page) if "|---|" in table
    ]
    keys = [[field.name for field in attrs.fields(cls)] for cls in (RunConfig, LocalConfig, Step, Expect)]
    keys[1] = [key for key in keys[1] if key not in keys[0]]
    assert tables == keys
