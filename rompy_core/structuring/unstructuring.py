"""Back from objects to plain data that JSON can hold."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from pathlib import PurePath
from typing import Any

import attrs

from rompy_core.structuring.moments import format_timedelta
from rompy_core.structuring.periods import is_period
from rompy_core.structuring.plans import options_field
from rompy_hooks import Secret, redact

_PLAIN = frozenset({bool, int, float, str, type(None)})


def unstructure(value: Any, *, reveal: bool = False, omit_defaults: bool = False) -> Any:
    """Plain data of a value: what :func:`structure` makes an equal value of, when secrets are revealed.

    Args:
        value: An attrs object, or mappings, lists and scalars with such objects in them.
        reveal: Tell secrets, instead of ``***``: for handing on to a process of our own, never for writing or showing.
        omit_defaults: Leave fields out that equal their defaults.

    >>> from rompy_hooks import Step
    >>> unstructure(Step(name="grid", command=["ww3_grid"]), omit_defaults=True)
    {'name': 'grid', 'command': ['ww3_grid']}
    """
    if type(value) in _PLAIN:
        return value
    plain = _plain(value, reveal, omit_defaults)
    return plain if reveal else redact(plain)


def _plain(value: Any, reveal: bool, omit: bool) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {str(key): _plain(item, reveal, omit) for key, item in value.items()}
    if kind is tuple or kind is list:
        return [_plain(item, reveal, omit) for item in value]
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Secret):
        return value.reveal() if reveal else str(value)
    if isinstance(value, Enum):
        return _plain(value.value, reveal, omit)
    if isinstance(value, Mapping):
        return {str(key): _plain(item, reveal, omit) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, reveal, omit) for item in value]
    if attrs.has(type(value)):
        return _object(value, reveal, omit)
    return _scalar(value)


def _object(value: Any, reveal: bool, omit: bool) -> dict[str, Any]:
    if is_period(type(value)):
        period: dict[str, Any] = value.to_dict()
        return period
    options = options_field(type(value))
    data: dict[str, Any] = {}
    for field in attrs.fields(type(value)):
        if not field.init:
            continue
        item = getattr(value, field.name)
        if field.alias == options:
            data |= {key: _plain(option, reveal, omit) for key, option in item.items() if key not in data}
        elif not (omit and _is_default(field, item)):
            data[field.alias] = item if type(item) in _PLAIN else _plain(item, reveal, omit)
    return data


def _is_default(field: "attrs.Attribute[Any]", item: Any) -> bool:
    default: Any = field.default
    if default is attrs.NOTHING:
        return False
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time, a function to type checkers
        return not default.takes_self and bool(default.factory() == item)
    return bool(default == item)


def _scalar(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return format_timedelta(value)
    if isinstance(value, (str, int, float)):  # a subclass; without what it adds
        base = str if isinstance(value, str) else int if isinstance(value, int) else float
        return base.__str__(value) if base is str else base(value)
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)
