"""Lists, mappings, choices and unions."""

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, Literal, Optional

import pytest

from rompy_core.structuring import structure
from rompy_core.structuring.describing import describe
from rompy_hooks import Expect, Seconds, Secret, Step


class Colour(Enum):
    """Members with values of several types."""

    RED = "red"
    TWO = 2


class Mode(StrEnum):
    """Members that are texts."""

    FAST = "fast"
    EXACT = "exact"


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (tuple[int, ...], [1, 2], (1, 2)),
        (tuple[int, ...], (1,), (1,)),
        (tuple[str, ...], "a b", ("a b",)),
        (list[str], ("a", "b"), ["a", "b"]),
        (list[dict[str, tuple[float, ...]]], [{"a": [1]}], [{"a": (1.0,)}]),
        (Mapping[str, str], {"A": "1"}, {"A": "1"}),
        (Colour, "red", Colour.RED),
        (Colour, 2, Colour.TWO),
        (Colour, Colour.RED, Colour.RED),
        (Mode, "fast", Mode.FAST),
        (Literal["stop", 1, True, None], True, True),
        (Literal["stop", 1, True, None], 1, 1),
        (Literal["stop", 1, True, None], None, None),
        (Optional[int], None, None),  # noqa: UP045 - plugins write it so
        (str | tuple[str, ...], "run it", "run it"),
        (tuple[str, ...] | str, "run it", "run it"),
        (str | tuple[str, ...], ["run", "it"], ("run", "it")),
        (int | float, 3, 3),
        (float | int, 3, 3),
        (int | float, 3.5, 3.5),
        (bool | int, True, True),
        (Path | None, "/a", Path("/a")),
        (Seconds | None, "1M", 60.0),
        (Mode | Path, "fast", Mode.FAST),
        (Mode | str, "fast", "fast"),
        (Expect | Step, {"outputs": "a"}, Expect(outputs=("a",))),
        (Secret | None, "x", Secret("x")),
    ],
)
def test_container_takes_what_its_items_take(kind: Any, data: Any, expected: Any) -> None:
    """Items are read by their type; of a union the member that fits is found whatever its order."""
    found = structure(kind, data)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "data", "messages"),
    [
        (
            tuple[int, ...],
            [1, "a", None],
            ["key[1]: must be a whole number, got 'a' (text)", "key[2]: must be a whole number, got null"],
        ),
        (tuple[int, ...], {"a": 1}, ["key: must be a list of whole numbers, got a mapping"]),
        (list[Expect], {1, 2}, ["key: must be a list, got an object of the class set"]),
        (
            dict[str, int],
            {"a": "x", "b c": "y", 3: 1},
            [
                "key: keys must be texts, got 3; put it in quotes",
                "key.a: must be a whole number, got 'x' (text)",
                "key.\"b c\": must be a whole number, got 'y' (text)",
            ],
        ),
        (Mapping[str, int], [1], ["key: must be a mapping of whole numbers, got a list"]),
        (Mode, "fsat", ["key: must be one of exact, fast, got 'fsat' (text). Did you mean 'fast'?"]),
        (Colour, "2", ["key: must be one of 2, red, got '2' (text); leave the quotes out"]),
        (Colour, True, ["key: must be one of 2, red, got true"]),
        (Literal["stop", None], "leave", ["key: must be one of null, stop, got 'leave' (text)"]),
        (Literal["a", 1], 1.0, ["key: must be one of 1, a, got 1.0"]),
        (Literal["a", 1], [1], ["key: must be one of 1, a, got a list"]),
        (int | str, 1.5, ["key: must be a whole number or a text, got 1.5"]),
        (str | tuple[str, ...], 5, ["key: must be a text or a list of texts, got 5"]),
        (str | tuple[str, ...], [5], ["key[0]: must be a text, got 5; put it in quotes"]),
        (str | tuple[str, ...] | None, {"a": 1}, ["key: must be a text or a list of texts, got a mapping"]),
        (
            Expect | Step,
            {"name": "a", "command": 5},
            ["key.command: must be a text or a list of texts, got 5"],
        ),
        (bool | None, "x", ["key: must be true or false, got 'x' (text)"]),
    ],
)
def test_container_tells_every_item_that_does_not_fit(
    kind: Any, data: Any, messages: list[str], faults: Callable[..., list[str]]
) -> None:
    """Each bad item is told with its index or name; of a union the member that comes nearest tells."""
    assert faults(kind, data, key=("key",)) == messages


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (bool, "true or false"),
        (Mode, "one of exact, fast"),
        (Literal["b", "a"], "one of a, b"),
        (str | tuple[str, ...] | None, "a text or a list of texts"),
        (list[Expect], "a list"),
        (dict[str, Path], "a mapping of paths"),
        (Expect, "a mapping"),
        (Any, "anything"),
    ],
)
def test_describe_says_what_a_field_wants(kind: Any, words: str) -> None:
    """Messages name types as people know them."""
    assert describe(kind) == words
