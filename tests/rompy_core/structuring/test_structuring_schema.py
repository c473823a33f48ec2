"""JSON Schema of config classes."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import attrs

from rompy_core.period import Period
from rompy_core.structuring import json_schema
from rompy_hooks import ByteSize, RunConfig, Seconds, Secret


class Speed(StrEnum):
    """A choice."""

    FAST = "fast"
    SLOW = "slow"


@attrs.frozen(kw_only=True)
class Base:
    """The first sentence,
    over two lines.

    More that nobody needs in an editor.
    """

    #: Number of cells
    #: from west to east.
    nx: int
    on: bool = False


@attrs.frozen(kw_only=True)
class Full(Base):
    size: float | None = None
    file: Path = Path("/a")
    limit: Seconds = attrs.field(default=Seconds(10))
    memory: ByteSize | None = None
    start: datetime
    step: timedelta = timedelta(hours=1)
    mode: Literal["a", 3, None] = "a"
    speed: Speed = Speed.FAST
    names: tuple[str, ...] = ()
    numbers: list[int] = attrs.field(factory=list)
    table: Mapping[str, float] = attrs.field(factory=dict)
    inner: "Full | None" = None
    key: Secret = attrs.field(default=Secret("x"))
    free: Any = None
    period: Period | None = None


def test_json_schema_tells_types_defaults_choices_and_comments() -> None:
    """Every field type has a schema that an editor can use; a class that holds itself ends."""
    schema = json_schema(Full)
    period = schema["properties"].pop("period")
    reference = {"pattern": r"\$\{"}
    assert schema == {
        "type": "object",
        "additionalProperties": False,
        "required": ["nx", "start"],
        "properties": {
            "nx": {"type": ["integer", "string"], **reference, "description": "Number of cells from west to east."},
            "on": {"type": ["boolean", "string"], **reference, "default": False},
            "size": {"anyOf": [{"type": ["number", "string"], **reference}, {"type": "null"}], "default": None},
            "file": {"type": "string", "default": "/a"},
            "limit": {"type": ["number", "string"], "default": 10},
            "memory": {"anyOf": [{"type": ["integer", "string"]}, {"type": "null"}], "default": None},
            "start": {"type": "string"},
            "step": {"type": ["number", "string"], "default": "PT1H"},
            "mode": {"enum": ["a", 3, None], "default": "a"},
            "speed": {"enum": ["fast", "slow"], "default": "fast"},
            "names": {"type": ["array", "string"], "items": {"type": "string"}, "default": []},
            "numbers": {"type": "array", "items": {"type": ["integer", "string"], **reference}, "default": []},
            "table": {
                "type": "object",
                "additionalProperties": {"type": ["number", "string"], **reference},
                "default": {},
            },
            "inner": {"anyOf": [{"type": "object"}, {"type": "null"}], "default": None},
            "key": {"type": "string"},
            "free": {"default": None},
        },
    }
    assert list(period["then"]["properties"]) == ["start", "end", "duration", "interval"]
    assert (period["if"], period["else"]) == ({"type": "object"}, {"type": "null"})
    json.dumps(schema)


def test_json_schema_takes_descriptions_from_docstring_and_comments() -> None:
    """The class's first paragraph describes the object; comments of base classes count."""
    assert json_schema(Base)["description"] == "The first sentence, over two lines."
    described = json_schema(RunConfig)["properties"]
    assert described["env_vars"]["description"] == "Added to the environment; texts only."
    assert all("description" in field for field in described.values())


@attrs.frozen(kw_only=True)
class Narrow(Base):
    """A field is declared anew."""

    #: One cell or two.
    nx: int = 1


def test_json_schema_takes_the_comment_of_the_class_nearest_to_it() -> None:
    """Who declares a field anew describes it anew."""
    assert json_schema(Narrow)["properties"]["nx"]["description"] == "One cell or two."


def test_json_schema_of_a_class_without_source_has_no_comments() -> None:
    """A class that was made at run time still has its types; options of its own may follow."""
    cls = attrs.make_class(
        "Made",
        {"a": attrs.field(type=int), "rest": attrs.field(type=dict[str, Any], factory=dict)},
        class_body={"__rompy_options__": "rest"},
    )
    assert json_schema(cls) == {
        "type": "object",
        "properties": {"a": {"type": ["integer", "string"], "pattern": r"\$\{"}},
        "additionalProperties": True,
        "required": ["a"],
    }
