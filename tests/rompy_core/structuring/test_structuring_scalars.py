"""Plain values: what each type takes, and what it says to the rest."""

import math
from collections.abc import Callable
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest

from rompy_core.structuring import structure
from rompy_hooks import Secret


class Level(IntEnum):
    """Whole numbers with names."""

    HIGH = 3


class Word(StrEnum):
    """Texts with names."""

    YES = "yes"


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (bool, True, True),
        (bool, False, False),
        (int, 0, 0),
        (int, -(10**30), -(10**30)),
        (int, Level.HIGH, 3),
        (float, 3, 3.0),
        (float, 2.5, 2.5),
        (float, math.inf, math.inf),
        (str, "", ""),
        (str, "false", "false"),
        (str, Word.YES, "yes"),
        (Any, {"a": [1, (2, "x")], "b": None}, {"a": [1, [2, "x"]], "b": None}),
    ],
)
def test_scalar_takes_what_is_meant(kind: Any, data: Any, expected: Any) -> None:
    """Values of the type become the value itself, of the plain type."""
    found = structure(kind, data)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        (bool, "false", "must be true or false, got 'false' (text)"),
        (bool, 0, "must be true or false, got 0"),
        (bool, None, "must be true or false, got null"),
        (int, True, "must be a whole number, got true"),
        (int, 3.9, "must be a whole number, got 3.9"),
        (int, 3.0, "must be a whole number, got 3.0"),
        (int, "3x", "must be a whole number, got '3x' (text)"),
        (int, "3", "must be a whole number, got '3' (text)"),
        (int, [3], "must be a whole number, got a list"),
        (int, {"a": 3}, "must be a whole number, got a mapping"),
        (int, object, "must be a whole number, got an object of the class type"),
        (float, "2.5", "must be a number, got '2.5' (text)"),
        (float, False, "must be a number, got false"),
        (float, 10**400, "must be a number that a computer holds, got a whole number of 1329 bits"),
        (str, 20230101, "must be a text, got 20230101; put it in quotes"),
        (str, 1.10, "must be a text, got 1.1; put it in quotes"),
        (str, True, "must be a text, got true; put it in quotes"),
        (str, None, "must be a text, got null"),
        (str, ["a"], "must be a text, got a list"),
        (int, "x" * 99, f"must be a whole number, got '{'x' * 60}'... (text)"),
        (int, Secret("sesame"), "must be a whole number, got ***"),
        (int, Path("/a"), "must be a whole number, got '/a' (path)"),
        (int, Word.YES, "must be a whole number, got Word.YES"),
        (Any, {"a": {3: 4}}, "keys must be texts, got 3; put it in quotes"),
    ],
)
def test_scalar_never_guesses(kind: Any, data: Any, message: str, faults: Callable[..., list[str]]) -> None:
    """A value of another type is refused with what would do and what was given."""
    key = "grid.nx.a" if kind is Any else "grid.nx"
    assert faults(kind, data, key=("grid", "nx")) == [f"{key}: {message}"]


def test_secret_is_made_of_text_and_never_told(faults: Callable[..., list[str]]) -> None:
    """A secret takes a text or a secret; the fault for another value does not quote it."""
    assert structure(Secret, "sesame") == Secret("sesame")
    assert structure(Secret, Secret("sesame")) == Secret("sesame")
    assert faults(Secret, 12345) == ["must be a text, got ***; put it in quotes"]


def test_any_copies_plain_data() -> None:
    """Who changes what was structured does not change what was given, and other objects are not touched."""
    data = {"list": [1], "object": object()}
    found = structure(Any, data)
    found["list"].append(2)
    assert data["list"] == [1]
    assert found["object"] is data["object"]
