"""Data as the journal keeps it: what JSON can hold, secrets replaced, places relative to the workspace."""

import functools
import math
from collections.abc import Callable, Iterable, Mapping, Set, Sized
from datetime import date, timedelta
from enum import Enum
from pathlib import Path, PurePath
from typing import Any, TypeAlias

import attrs

from rompy_hooks import Secret, looks_secret, redact
from rompy_hooks.array_values import is_array_type, python_value
from rompy_hooks.secret import redact_urls

# Keys under which a text is a place, too: results carry their logs as texts.
_PLACES = frozenset({"stdout", "stderr", "stdin", "logs"})
_AS_IT_IS = frozenset({int, bool, type(None)})
# A call for each value costs as much as the rest of an event, so what most of them are is asked for where they stand.
# The same few keys come with every event, and the question costs a regular expression.
_is_secret = functools.lru_cache(maxsize=1024)(looks_secret)


@functools.lru_cache(maxsize=1024)
def _is_special(key: str) -> bool:
    """Whether a text under a key may be changed."""
    return key in _PLACES or _is_secret(key)


class PlainData(dict[str, Any]):
    """Data that JSON can hold and that tells no secret; :func:`plain_data` makes it."""

    __slots__ = ()


def plain_data(data: Mapping[str, Any], workspace: Path | None = None) -> PlainData:
    """A copy of an event's data that can be written and shown.

    Paths, times, enumerations, attrs instances and sets become what JSON has; numbers that JSON has no word for (NaN,
    infinity) become ``None``; numpy's numbers and arrays become Python's; anything else becomes its text.

    Args:
        data: What was told.
        workspace: Paths inside it become relative to it, so that it can be moved.

    Raises:
        ValueError: The data contain themselves, or are nested too deeply.

    >>> plain_data({"stdout": Path("/sims/a/x.log"), "api_token": "abc", "cfl": float("nan")}, Path("/sims/a"))
    {'stdout': 'x.log', 'api_token': '***', 'cfl': None}
    """
    if type(data) is PlainData:
        return data
    try:
        return PlainData(_mapping(data, "" if workspace is None else f"{workspace}/"))
    except RecursionError as error:
        raise ValueError(
            "an event's data must be what JSON can hold; these contain themselves, or are nested too deeply"
        ) from error


def _mapping(data: Mapping[Any, Any], inside: str, key: str = "") -> dict[str, Any]:
    """The mapping that stands under a key; below one that looks secret, every value stands under it."""
    names = map(str, data)
    if key and _is_secret(key):
        return {name: _plain(value, key, inside) for name, value in zip(names, data.values(), strict=True)}
    return {
        name: value
        if (type(value) in _AS_IT_IS or (type(value) is str and "://" not in value)) and not _is_special(name)
        else _plain(value, name, inside)
        for name, value in zip(names, data.values(), strict=True)
    }


def _plain(value: Any, key: str, inside: str) -> Any:
    kind = type(value)
    if kind is str:
        value = redact_urls(_place(value, inside) if inside and key in _PLACES else value)
    elif kind not in _AS_IT_IS:
        value = _way_of(kind)(value, key, inside)  # type: ignore[arg-type]  # types can be hashed
    return redact(value, key) if _is_secret(key) else value


#: How a value becomes plain, by its type: the value, the key it stands under, and the workspace with a slash.
_Way: TypeAlias = Callable[[Any, str, str], Any]


@functools.lru_cache(maxsize=1024)
def _way_of(kind: type) -> _Way:
    # Found once a type: a result has thirty values, and asking all the questions below of each cost 40 us a run.
    for classes, way in _WAYS:
        if issubclass(kind, classes):
            return way
    if is_array_type(kind):
        return lambda value, key, inside: _plain(python_value(value), key, inside)
    if attrs.has(kind):
        return _object_way(tuple(field.name for field in attrs.fields(kind)))
    return _collection if issubclass(kind, Sized) and issubclass(kind, Iterable) else _text


def _object_way(names: tuple[str, ...]) -> _Way:
    special = frozenset(filter(_is_special, names))

    def way(value: Any, _key: str, inside: str) -> dict[str, Any]:
        return {
            name: item
            if (type(item := getattr(value, name)) in _AS_IT_IS or (type(item) is str and "://" not in item))
            and name not in special
            else _plain(item, name, inside)
            for name in names
        }

    return way


def _text(value: Any, _key: str, _inside: str) -> str:
    return str(value)


def _collection(value: Any, key: str, inside: str) -> list[Any]:
    items = (_plain(item, key, inside) for item in value)
    return sorted(items, key=repr) if isinstance(value, Set) else list(items)


_WAYS: tuple[tuple[type | tuple[type, ...], _Way], ...] = (
    (PlainData, lambda value, _key, _inside: value),
    (float, lambda value, _key, _inside: float(value) if math.isfinite(value) else None),
    (PurePath, lambda value, _key, inside: _place(str(value), inside)),
    (Enum, lambda value, key, inside: _plain(value.value, key, inside)),
    (Secret, _text),
    ((str, bytes, bytearray), lambda value, _key, _inside: redact_urls(str(value))),
    (int, lambda value, _key, _inside: int(value)),
    (date, lambda value, _key, _inside: value.isoformat()),
    (timedelta, lambda value, _key, _inside: value.total_seconds()),
    (Mapping, lambda value, _key, inside: _mapping(value, inside)),
)


def _place(text: str, inside: str) -> str:
    return text[len(inside) :] if inside and text.startswith(inside) else text
