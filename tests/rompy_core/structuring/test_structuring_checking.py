"""Classes that cannot be config classes are refused when they are offered."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

import attrs
import pytest

from rompy_core.period import Period
from rompy_core.structuring import FIELD_TYPES, check_config_class, structure
from rompy_hooks import Expect, PipelineConfig, ProcessConfig, RunConfig, Seconds, Step

TYPES = ", ".join(FIELD_TYPES)


@attrs.frozen
class Node:
    """A class that holds itself, and one by its name."""

    children: "tuple[Node, ...]" = ()
    period: Period | None = None
    data: Mapping[str, Seconds | list[datetime]] = attrs.field(factory=dict)


class Empty(Enum):
    """No member can be given."""


@pytest.mark.parametrize("cls", [RunConfig, ProcessConfig, PipelineConfig, Step, Expect, Node])
def test_check_config_class_accepts_documented_types(cls: type) -> None:
    """The contract's own classes, and every way to write a documented type."""
    check_config_class(cls)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (bytes, "bytes"),
        (set[str], "set[str]"),
        (tuple[int, int], "tuple[int, int]"),
        (dict[int, str], "dict[int, str]"),
        (dict, "dict"),
        (list, "list"),
        (complex | None, "complex"),
        (list[tuple[bytes, ...]], "bytes"),
        (dict[str, object], "object"),
        (Empty, "Empty"),
        (None, "no annotation"),
        (RunConfig | bytes, "bytes"),
    ],
)
def test_check_config_class_refuses_other_types(kind: Any, name: str) -> None:
    """The error names class, field and type, and what could be used instead."""
    cls = attrs.make_class("Grid", {"size": attrs.field(type=kind)})
    with pytest.raises(TypeError) as caught:
        check_config_class(cls)
    assert str(caught.value) == f"Grid.size: {name} is no type of a config class's field. Types: {TYPES}"


def test_check_config_class_looks_into_nested_classes() -> None:
    """The class that is wrong is named, not the one that was offered."""
    inner = attrs.make_class("Inner", {"raw": attrs.field(type=bytes)})
    outer = attrs.make_class("Outer", {"inner": attrs.field(type=tuple[inner, ...])})  # type: ignore[valid-type]
    with pytest.raises(TypeError, match=r"^Inner\.raw: bytes is no type of a config class's field\."):
        check_config_class(outer)


def test_check_config_class_refuses_what_is_no_attrs_class() -> None:
    """A plain class and a misspelt annotation are told with what to do."""

    class Plain:
        pass

    with pytest.raises(TypeError, match=r"Plain'> is no attrs class; decorate it with @attrs\.frozen\(kw_only=True\)$"):
        check_config_class(Plain)
    misspelt = attrs.make_class("Misspelt", {"size": attrs.field(type="itn")})
    with pytest.raises(TypeError, match=r"^Misspelt: an annotation cannot be resolved: name 'itn' is not defined$"):
        check_config_class(misspelt)


def test_check_config_class_refuses_options_that_collect_nothing() -> None:
    """``__rompy_options__`` has to name a mapping."""
    cls = attrs.make_class("Adapted", {"options": attrs.field(type=int)}, class_body={"__rompy_options__": "options"})
    with pytest.raises(TypeError) as caught:
        check_config_class(cls)
    assert str(caught.value) == "Adapted.__rompy_options__ must name a field of the type Mapping[str, Any]"


def test_check_config_class_refuses_fields_below_an_attrs_class_without_a_decorator() -> None:
    """Their keys would be unknown; what is no field by its annotation, and a mixin, are left alone."""

    class CountConfig(ProcessConfig):
        hint: ClassVar[str] = "of the class"
        text: "ClassVar[str]" = "too"
        size: int = 1

    class Mixin:
        note: str = "not of attrs"

    class Plain(Mixin, ProcessConfig):
        title: ClassVar[str] = "no key of its own"

    @attrs.frozen(kw_only=True)
    class Derived(CountConfig):
        depth: int = 1

    name = CountConfig.__qualname__
    for cls in (CountConfig, Derived):
        with pytest.raises(TypeError) as caught:
            check_config_class(cls)
        assert str(caught.value) == f"{name}.size is no field: decorate CountConfig with @attrs.frozen(kw_only=True)"
    check_config_class(Plain)


def test_structure_refuses_a_type_that_no_field_may_have() -> None:
    """cattrs would read a set or bytes somehow; here it is the programmer's error."""
    with pytest.raises(TypeError, match=r"^structure: set\[str\] is no type of a config class's field\."):
        structure(set[str], ["a"])
