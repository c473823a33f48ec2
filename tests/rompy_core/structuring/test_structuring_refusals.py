"""attrs validators speak in the words of the project."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest
from attrs.validators import (
    and_,
    deep_iterable,
    deep_mapping,
    ge,
    gt,
    in_,
    instance_of,
    is_callable,
    le,
    lt,
    matches_re,
    max_len,
    min_len,
    not_,
    optional,
)

from rompy_core.structuring import structure
from rompy_hooks import Seconds
from rompy_hooks.configs import to_seconds


def refuse_odd(_instance: object, _attribute: object, value: int) -> None:
    """A plugin's own validator."""
    if value % 2:
        raise ValueError(f"must be even, got {value}")


def refuse_all(_instance: object, _attribute: object, _value: object) -> None:
    """A plugin's own validator that says nothing."""
    raise ValueError


@pytest.mark.parametrize(
    ("kind", "validator", "data", "messages"),
    [
        (int, gt(0), -3, [": must be > 0, got -3"]),
        (float, ge(1.5), 1, [": must be >= 1.5, got 1"]),
        (int, lt(5), 5, [": must be < 5, got 5"]),
        (int, le(5), 6, [": must be <= 5, got 6"]),
        (float, gt(0), float("nan"), [": must be > 0, got nan"]),
        (float, lt(0), float("nan"), [": must be < 0, got nan"]),
        (str, in_(["tcp", "udp"]), "tpc", [": must be one of tcp, udp, got 'tpc' (text). Did you mean 'tcp'?"]),
        (int, in_({4, 2}), 3, [": must be one of 2, 4, got 3"]),
        (str, matches_re(re.compile("[a-z]+")), "A b", [": must match [a-z]+, got 'A b' (text)"]),
        (str, min_len(1), "", [": must have at least 1 character, got '' (text)"]),
        (list[int], min_len(2), [1], [": must have at least 2 items, got 1"]),
        (list[int], max_len(1), [1, 2], [": must have at most 1 item, got 2"]),
        (Any, instance_of(int), "x", [": must be a whole number, got 'x' (text)"]),
        (Any, instance_of((str, dict)), 1, [": must be a text or a mapping, got 1"]),
        (Any, instance_of(complex), 1, [": must be a complex, got 1"]),
        (int | None, optional(gt(0)), 0, [": must be > 0, got 0"]),
        (int, [gt(5), lt(3)], 4, [": must be > 5, got 4"]),
        (int, and_(gt(0), refuse_odd), 3, [": must be even, got 3"]),
        (int, and_(gt(0), and_(lt(9), refuse_odd)), 11, [": must be < 9, got 11"]),
        (tuple[int, ...], deep_iterable(gt(0)), [1, 0, -1], ["[1]: must be > 0, got 0", "[2]: must be > 0, got -1"]),
        (tuple[int, ...], deep_iterable(gt(0), min_len(1)), [], [": must have at least 1 item, got 0"]),
        (
            dict[str, int],
            deep_mapping(matches_re("[a-z]"), gt(0), max_len(9)),
            {"a": 0, "B": 1},
            [".a: must be > 0, got 0", ": key must match [a-z], got 'B' (text)"],
        ),
        (int, not_(in_([1, 2]), msg="must not be 1 or 2"), 1, [": must not be 1 or 2"]),
        (Any, is_callable(), 1, [": 'value' must be callable (got 1 that is a <class 'int'>)."]),
        (int, refuse_all, 1, [": ValueError"]),
    ],
)
def test_validator_refuses_in_the_words_of_the_project(
    kind: Any, validator: Any, data: Any, messages: list[str], faults: Callable[..., list[str]]
) -> None:
    """Each of attrs' validators says what would do and what was given, at the item that is wrong."""
    cls = attrs.make_class("Settings", {"value": attrs.field(type=kind, validator=validator)}, kw_only=True)
    assert faults(cls, {"value": data}) == [f"value{message}" for message in messages]


def test_validator_quotes_what_was_written_instead_of_what_a_converter_made_of_it(
    faults: Callable[..., list[str]],
) -> None:
    """Who wrote 0s is told about 0s, not about 0.0."""

    @attrs.frozen(kw_only=True)
    class Settings:
        timeout: Seconds = attrs.field(default=Seconds(1), converter=to_seconds, validator=gt(0))

    assert faults(Settings, {"timeout": "0s"}) == ["timeout: must be > 0, got '0s' (text)"]


def test_validator_that_looks_at_a_field_which_could_not_be_read_says_nothing(
    faults: Callable[..., list[str]],
) -> None:
    """Only the field that is wrong is told, not what follows from it."""

    @attrs.define(kw_only=True)
    class Settings:
        low: int
        high: int = attrs.field()

        @high.validator
        def _above(self, _attribute: object, value: int) -> None:
            if value <= self.low:
                raise ValueError(f"must be above low, got {value} and {self.low}")

    assert faults(Settings, {"low": "x", "high": 3}) == ["low: must be a whole number, got 'x' (text)"]
    assert faults(Settings, {"low": 4, "high": 3}) == ["high: must be above low, got 3 and 4"]


def test_converters_of_every_kind_are_asked(faults: Callable[..., list[str]]) -> None:
    """Converters that take the object and the field work, and what they raise is told beside other faults."""

    def doubled(value: int, instance: Any, field: Any) -> int:
        return value * instance.factor if field.name == "value" else value

    @attrs.define(kw_only=True)
    class Settings:
        factor: int
        value: int = attrs.field(converter=attrs.Converter(doubled, takes_self=True, takes_field=True), validator=lt(9))
        other: int = attrs.field(default=1, validator=gt(0))
        mapping: Mapping[str, str] = attrs.field(factory=dict, converter=dict)

    assert structure(Settings, {"factor": 2, "value": 4, "mapping": {"a": "b"}}).value == 8
    assert faults(Settings, {"factor": 3, "value": 4, "other": 0}) == [
        "value: must be < 9, got 4",
        "other: must be > 0, got 0",
    ]
