"""Data as the journal keeps it: what JSON can hold, secrets replaced, places relative to the workspace."""

import functools
import math
from collections.abc import Iterable, Mapping, Set, Sized
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path, PurePath
from typing import Any

import attrs

from rompy_hooks import Secret, looks_secret, redact

# Keys under which a text is a place, too: results carry their logs as texts.
_PLACES = frozenset({"stdout", "stderr", "stdin", "logs"})
_AS_IT_IS = frozenset({int, bool, type(None)})
# The same few keys come with every event, and the question costs a regular expression.
_is_secret = functools.lru_cache(maxsize=1024)(looks_secret)


class PlainData(dict[str, Any]):
    """Data that JSON can hold and that tells no secret; :func:`plain_data` makes it."""

    __slots__ = ()


def plain_data(data: Mapping[str, Any], workspace: Path | None = None) -> PlainData:
    """A copy of an event's data that can be written and shown.

    Paths, times, enumerations, attrs instances and sets become what JSON has; numbers that JSON has no word for (NaN,
    infinity) become ``None``; anything else becomes its text.

    Args:
        data: What was told.
        workspace: Paths inside it become relative to it, so that it can be moved.

    >>> plain_data({"stdout": Path("/sims/a/x.log"), "api_token": "abc", "cfl": float("nan")}, Path("/sims/a"))
    {'stdout': 'x.log', 'api_token': '***', 'cfl': None}
    """
    if type(data) is PlainData:
        return data
    return PlainData(_mapping(data, "" if workspace is None else f"{workspace}/"))


def _mapping(data: Mapping[Any, Any], inside: str) -> dict[str, Any]:
    return {name: _plain(value, name, inside) for name, value in zip(map(str, data), data.values(), strict=True)}


def _plain(value: Any, key: str, inside: str) -> Any:
    kind = type(value)
    if kind is dict or kind is PlainData:
        return _mapping(value, inside)
    if kind is list or kind is tuple:
        return [_plain(item, key, inside) for item in value]
    if kind is not str and kind not in _AS_IT_IS:
        value = _plain_object(value, key, inside)
        if isinstance(value, (list, dict)):
            return value
    elif inside and key in _PLACES and kind is str:
        value = _place(value, inside)
    return redact(value, key) if _is_secret(key) else value


def _plain_object(value: Any, key: str, inside: str) -> Any:
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, PurePath):
        return _place(str(value), inside)
    if isinstance(value, Enum):
        return _plain(value.value, key, inside)
    if isinstance(value, (str, Secret, bytes, bytearray)):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return _plain_collection(value, key, inside)


def _plain_collection(value: Any, key: str, inside: str) -> Any:
    if isinstance(value, Mapping):
        return _mapping(value, inside)
    if attrs.has(type(value)):
        return _mapping({field.name: getattr(value, field.name) for field in attrs.fields(type(value))}, inside)
    if isinstance(value, Set):
        return sorted((_plain(item, key, inside) for item in value), key=repr)
    if isinstance(value, Sized) and isinstance(value, Iterable):
        return [_plain(item, key, inside) for item in value]
    return str(value)


def _place(text: str, inside: str) -> str:
    return text[len(inside) :] if inside and text.startswith(inside) else text
