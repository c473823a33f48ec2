"""The one strict cattrs converter, and the two ways to use it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

from rompy_core.data_files.source_location import SourceLocation
from rompy_core.structuring import amounts, choices, describing, paths, scalars
from rompy_core.structuring.checking import check_field_type
from rompy_core.structuring.containers import Reader, mapping_reader, read_any, sequence_reader
from rompy_core.structuring.cursor import Cursor, Refusal
from rompy_core.structuring.objects import object_reader
from rompy_core.structuring.origin import Key, Origin, PythonOrigin
from rompy_core.structuring.periods import is_period, period_reader
from rompy_core.structuring.unions import union_reader
from rompy_hooks import ByteSize, ConfigError, Fault, Seconds, Secret, WorkspacePath

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")


def structure(cls: type[T], data: Any, *, origin: Origin | None = None, key: Key = (), title: str | None = None) -> T:
    """An instance of a class, made of plain data.

    Args:
        cls: An attrs class, or any other type that a field may have.
        data: Mappings, lists and scalars; values that are instances already pass through.
        origin: Where the data comes from; data from Python unless given.
        key: The place of the data in its origin.
        title: What the object is called in messages (the backend's name); made of the class's name unless given.

    Raises:
        ConfigError: The data does not fit; it has every fault, in the order of the file.

    >>> from rompy_hooks import RunConfig
    >>> structure(RunConfig, {"command": ["./swan.exe"], "timeout": "2H30m"}).timeout
    9000.0
    """
    faults: list[Fault] = []
    found = structure_collecting(cls, data, origin=origin, key=key, title=title, faults=faults)
    if faults:
        raise ConfigError(faults)
    return found  # type: ignore[return-value]  # without faults there is an instance


def structure_collecting(
    cls: type[T],
    data: Any,
    *,
    faults: list[Fault],
    origin: Origin | None = None,
    key: Key = (),
    title: str | None = None,
) -> T | None:
    """As :func:`structure`, but faults are added to a list, so that several sections of a file share one report.

    Returns:
        The instance, or ``None`` when there were faults.
    """
    cursor = Cursor(data, origin or PythonOrigin(), key)
    cursor.title = title
    try:
        found: T = reader_of(cls)(cursor, cls)  # type: ignore[arg-type]  # types can be hashed
    except Refusal as refusal:
        faults += _in_order(refusal.faults)
    except RecursionError:
        faults.append(cursor.fault("is nested too deeply"))
    else:
        return found
    return None


@cache
def reader_of(kind: Any) -> Reader:
    """The strict hook of a type.

    Raises:
        TypeError: No field may have the type.
    """
    check_field_type(kind, "structure")
    if describing.is_enum(kind):
        return choices.read_enum  # cattrs would take a StrEnum for a str: it asks by base class first
    hook: Reader = strict_converter().get_structure_hook(kind)
    return hook


@cache
def strict_converter() -> "Converter":
    """The converter: it knows no user's data, so one serves the whole process.

    cattrs finds the hook of each type and keeps it. Its own hooks guess (``bool("false")``) and see no more than a
    value, so every type that a field may have gets a strict one here, classes included.
    """
    from cattrs import Converter  # 30 ms beside attrs, and not every command reads a config

    converter = Converter(detailed_validation=True, forbid_extra_keys=True)
    for kind, read in _PLAIN_READERS.items():
        converter.register_structure_hook(kind, read)
    for recognised, factory in _FACTORIES:
        converter.register_structure_hook_factory(recognised, factory)
    return converter


def _sequence(kind: Any) -> Reader:
    item = get_args(kind)[0]
    return sequence_reader(get_origin(kind), item, reader_of(item), describing.describe(kind))


def _mapping(kind: Any) -> Reader:
    item = get_args(kind)[1]
    return mapping_reader(item, reader_of(item), describing.describe(kind))


_PLAIN_READERS: dict[Any, Reader] = {
    bool: scalars.read_bool,
    int: scalars.read_int,
    float: scalars.read_float,
    str: scalars.read_str,
    Secret: scalars.read_secret,
    Path: paths.read_path,
    WorkspacePath: paths.read_workspace_path,
    SourceLocation: paths.read_source_location,
    Seconds: amounts.read_seconds,
    ByteSize: amounts.read_byte_size,
    datetime: amounts.read_datetime,
    date: amounts.read_date,
    timedelta: amounts.read_timedelta,
}

_FACTORIES: tuple[tuple[Callable[[Any], bool], Callable[[Any], Reader]], ...] = (
    (lambda kind: kind is Any, lambda _: read_any),
    (describing.is_union, lambda kind: union_reader(kind, reader_of)),
    (describing.is_literal, lambda _: choices.read_literal),
    (describing.is_sequence, _sequence),
    (describing.is_mapping, _mapping),
    (describing.is_object, lambda kind: object_reader(kind, reader_of)),
    (is_period, lambda kind: period_reader(kind, reader_of)),  # an object too, so it is asked first: last
)


def _in_order(faults: list[Fault]) -> list[Fault]:
    """The faults by file, as they were met, and in each by line."""
    files = list(dict.fromkeys(fault.file for fault in faults))
    return sorted(faults, key=lambda fault: (files.index(fault.file), fault.line or 0))
