"""Objects become plain data, and the same objects again."""

import json
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Any

import attrs
import pytest

from rompy_core.config_files import EnvironmentText
from rompy_core.period import Period
from rompy_core.structuring import structure, unstructure
from rompy_hooks import Expect, RunConfig, Step, WorkspacePath


class Colour(Enum):
    """A choice."""

    RED = "red"


class Word(StrEnum):
    """A choice of texts."""

    YES = "yes"


class Level(IntEnum):
    """A choice of numbers."""

    HIGH = 3


class Model:
    """What a pydantic model offers."""

    def model_dump(self, mode: str) -> dict[str, str]:
        """Its own plain data."""
        return {"mode": mode}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (2.5, 2.5),
        ("a", "a"),
        (EnvironmentText("a"), "a"),
        (Path("/a/b"), "/a/b"),
        (datetime(2023, 1, 1, tzinfo=UTC), "2023-01-01T00:00:00+00:00"),
        (date(2023, 1, 1), "2023-01-01"),
        (timedelta(hours=6), "PT6H"),
        (timedelta(0), "PT0S"),
        (timedelta(seconds=-1.5), -1.5),
        (Colour.RED, "red"),
        (Word.YES, "yes"),
        (Level.HIGH, 3),
        ((1, [2]), [1, [2]]),
        ({3: {"a"}}, {"3": ["a"]}),
        (Model(), {"mode": "json"}),
        (Period("2023-01-01", duration="1D"), {"start": "2023-01-01T00:00:00", "end": "2023-01-02T00:00:00"}),
        (
            Expect(outputs=("a",)),
            {"outputs": ["a"], "error_files": [], "logs": [], "log_errors": [], "log_success": []},
        ),
    ],
)
def test_unstructure_gives_data_that_json_can_hold(value: Any, expected: Any) -> None:
    """Every type of a field, and what lies beside it, becomes plain."""
    found = unstructure(value)
    assert found == expected
    assert type(found) is type(expected)
    assert json.loads(json.dumps(found)) == found


def test_unstructure_leaves_defaults_out_when_asked() -> None:
    """What nobody gave need not be in a record."""
    config = RunConfig(steps=(Step(name="a", command="true"),), ranks=None, expect=Expect())
    assert unstructure(config, omit_defaults=True) == {"steps": [{"name": "a", "command": "true"}]}
    assert set(unstructure(config)) == {field.name for field in attrs.fields(RunConfig)}


def test_unstructure_lets_a_field_win_over_an_option_of_its_name() -> None:
    """Code may build what no file can say; the field's value is the one that counts."""
    assert unstructure(Everything(place=Path("/b"), settings={"place": "x", "y": 1})) | {"y": 2} == {
        **unstructure(Everything(place=Path("/b"))),
        "y": 2,
    }


@attrs.frozen(kw_only=True)
class Everything:
    """A field of every kind."""

    _private: int = 1
    computed: int = attrs.field(init=False, default=7)
    place: Path = Path("/a")
    inside: WorkspacePath | None = None
    colour: Colour = Colour.RED
    interval: timedelta | None = None
    period: Period | None = None
    settings: dict[str, Any] = attrs.field(factory=dict)
    __rompy_options__ = "settings"


@pytest.mark.parametrize("omit_defaults", [True, False])
@pytest.mark.parametrize(
    "value",
    [
        RunConfig(command=("a", "b"), timeout=90.5, memory=3, env_vars={"TOKEN": "x"}, working_dir=Path("sub")),
        RunConfig(steps=(Step(name="a", command="b", stdin=Path("in"), outputs=("*.nc",)),), on_driver_loss="leave"),
        Everything(),
        Everything(
            private=3,
            place=Path("/b"),
            inside=Path("c"),
            interval=timedelta(minutes=15),
            period=Period("2023-01-01T00Z", duration="2D", interval="1H"),
            settings={"free": [1, {"a": None}]},
        ),
    ],
)
def test_structure_of_unstructured_is_the_same(value: Any, *, omit_defaults: bool) -> None:
    """A record holds enough to make an equal config, also after JSON."""
    data = json.loads(json.dumps(unstructure(value, reveal=True, omit_defaults=omit_defaults)))
    assert structure(type(value), data) == value
