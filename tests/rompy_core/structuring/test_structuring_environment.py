"""Text from the environment is parsed by the type of the field that it fills."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from rompy_core.config_files import EnvironmentText
from rompy_core.structuring import structure
from rompy_hooks import ByteSize, Expect, RunConfig, Seconds, Secret, Step


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (bool, "true", True),
        (bool, "False", False),
        (int, "4", 4),
        (int, " -4 ", -4),
        (float, "4", 4.0),
        (float, "1e3", 1000.0),
        (str, "20230101", "20230101"),
        (str, "", ""),
        (str, "[a]", "[a]"),
        (Any, "20230101", "20230101"),
        (Any, "[1]", "[1]"),
        (Seconds, "90", 90.0),
        (Seconds, "15M", 900.0),
        (ByteSize, "1k", 1024),
        (timedelta, "1H", timedelta(hours=1)),
        (datetime, "20230101", datetime(2023, 1, 1)),
        (date, "2023-01-01", date(2023, 1, 1)),
        (Path, "/data", Path("/data")),
        (Literal["stop", 3, True], "3", 3),
        (Literal["stop", 3, True], "true", True),
        (int | None, "", None),
        (int | None, "null", None),
        (int | None, "4", 4),
        (Path | None, "", None),
        (str | None, "", ""),
        (str | None, "null", "null"),
        (int | str, "4", 4),
        (str | int, "4", 4),
        (int | str, "four", "four"),
        (str | tuple[str, ...], "run it", "run it"),
        (str | tuple[str, ...], '["run", "it"]', ("run", "it")),
        (str | tuple[str, ...] | None, "", ""),
        (tuple[str, ...], "*.nc", ("*.nc",)),
        (tuple[str, ...], "[a.nc, 'b, c.nc']", ("a.nc", "b, c.nc")),
        (tuple[int, ...], "[1, 2]", (1, 2)),
        (list[bool], "[true]", [True]),
        (tuple[int | None, ...], "[1, null, ]", (1, None)),
        (dict[str, int], "{a: 1, b: 2}", {"a": 1, "b": 2}),
        (Mapping[str, str], '{"A": "1", "B": 2}', {"A": "1", "B": "2"}),
        (Mapping[str, Any], "{a: [1, {b: x}]}", {"a": ["1", {"b": "x"}]}),
        (Expect, "{outputs: [a.nc]}", Expect(outputs=("a.nc",))),
        (Secret, "sesame", Secret("sesame")),
    ],
)
def test_environment_text_is_parsed_by_the_type_of_its_field(kind: Any, text: str, expected: Any) -> None:
    """One text becomes a number, a truth, a list or stays what it is; afterwards it is a plain value."""
    found = structure(kind, EnvironmentText(text))
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (bool, "yes", "must be true or false, got 'yes' (text)"),
        (int, "4.0", "must be a whole number, got '4.0' (text)"),
        (int, "1_000", "must be a whole number, got '1_000' (text)"),
        (int, "٤", "must be a whole number, got '٤' (text)"),
        (int, "9" * 5000, f"must be a whole number, got '{'9' * 60}'... (text)"),
        (int, "", "must be a whole number, got '' (text)"),
        (float, "nan", "must be a number, got 'nan' (text)"),
        (tuple[int, ...], "1, 2", "must be a list of whole numbers, got '1, 2' (text)"),
        (tuple[int, ...], "[1, 2", "must be a list of whole numbers, got '[1, 2' (text)"),
        (tuple[int, ...], "[1, x]", "[1]: must be a whole number, got 'x' (text)"),
        (tuple[str, ...], "[ab]*.nc", "must be a list of texts, got '[ab]*.nc' (text)"),
        (tuple[int, ...], "[&a [*a]]", "must be a list of whole numbers, got '[&a [*a]]' (text)"),
        (dict[str, int], "{a: x}", "a: must be a whole number, got 'x' (text)"),
        (dict[str, int], "[1]", "must be a mapping of whole numbers, got '[1]' (text)"),
        (Expect, "nothing", "must be a mapping, got 'nothing' (text)"),
        (Literal["stop", 3], "4", "must be one of 3, stop, got '4' (text)"),
        (int | float, "x", "must be a whole number or a number, got 'x' (text)"),
        (int | None, "x", "must be a whole number, got 'x' (text)"),
        (tuple[int, ...], "[" * 3000, f"must be a list of whole numbers, got '{'[' * 60}'... (text)"),
    ],
)
def test_environment_text_that_does_not_fit_is_told(
    kind: Any, text: str, message: str, faults: Callable[..., list[str]]
) -> None:
    """What cannot be parsed by the type is refused in the same words as any other value."""
    assert faults(kind, EnvironmentText(text)) == [message]


def test_environment_text_fills_a_whole_config() -> None:
    """Every key of a run config can come from the environment."""
    data = {
        "ranks": "4",
        "timeout": "2H",
        "env_vars": "{A: 1}",
        "steps": "[{name: a, command: [x, 1], parallel: true}]",
    }
    assert structure(RunConfig, {key: EnvironmentText(text) for key, text in data.items()}) == RunConfig(
        ranks=4, timeout=7200.0, env_vars={"A": "1"}, steps=(Step(name="a", command=("x", "1"), parallel=True),)
    )
