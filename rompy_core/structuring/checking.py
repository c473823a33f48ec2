"""Whether a class can be a config class: only the documented types may be its fields'."""

from collections.abc import Mapping
from typing import Any, ClassVar, get_args, get_origin

import attrs

from rompy_core.structuring import describing
from rompy_core.structuring.periods import is_period
from rompy_core.structuring.plans import fields_of, options_field


def check_config_class(cls: type[Any]) -> None:
    """Refuse a class that files cannot be structured into; called when a plugin offers it.

    Raises:
        TypeError: It is no attrs class, or derives from one without being decorated itself; a field's type is not in
            ``FIELD_TYPES``; ``__rompy_options__`` names no field that could collect options.
    """
    if not describing.is_object(cls):
        raise TypeError(f"{cls!r} is no attrs class; decorate it with @attrs.frozen(kw_only=True)")
    _check_class(cls, set())


def check_field_type(kind: Any, place: str, seen: set[Any] | None = None) -> None:
    """Refuse a type that no field may have.

    Args:
        kind: The type.
        place: The field, for the message.
        seen: Classes that are being checked already: one may hold itself.

    Raises:
        TypeError: No field may have it.
    """
    seen = set() if seen is None else seen
    if describing.is_object(kind) and not is_period(kind):
        _check_class(kind, seen)
    elif describing.is_union(kind):
        for member in get_args(kind):
            if member is not type(None):
                check_field_type(member, place, seen)
    elif describing.is_sequence(kind):
        check_field_type(get_args(kind)[0], place, seen)
    elif describing.is_mapping(kind):
        check_field_type(get_args(kind)[1], place, seen)
    elif not _stands_alone(kind):
        raise TypeError(
            f"{place}: {_name(kind)} is no type of a config class's field. Types: {', '.join(describing.FIELD_TYPES)}"
        )


def _check_class(cls: type[Any], seen: set[Any]) -> None:
    if cls in seen:
        return
    seen.add(cls)
    fields = fields_of(cls)
    for base in cls.__mro__:
        _check_decorated(base)
    for field in fields:
        check_field_type(field.type, f"{cls.__qualname__}.{field.name}", seen)
    _check_options(cls, fields)


def _check_decorated(cls: type[Any]) -> None:
    """Annotations below an attrs class are fields only where the class is decorated, too."""
    if not attrs.has(cls) or "__attrs_attrs__" in vars(cls):
        return
    known = {field.name for field in attrs.fields(cls)}
    for name, kind in vars(cls).get("__annotations__", {}).items():
        if name not in known and not _is_of_class(kind):
            raise TypeError(
                f"{cls.__qualname__}.{name} is no field: decorate {cls.__name__} with @attrs.frozen(kw_only=True)"
            )


def _is_of_class(annotation: Any) -> bool:
    text = annotation if isinstance(annotation, str) else ""
    return annotation is ClassVar or get_origin(annotation) is ClassVar or text.partition("[")[0].endswith("ClassVar")


def _check_options(cls: type[Any], fields: "list[attrs.Attribute[Any]]") -> None:
    options = options_field(cls)
    kinds = {field.alias: field.type for field in fields}
    if options is not None and kinds.get(options) not in (dict[str, Any], Mapping[str, Any]):
        raise TypeError(f"{cls.__qualname__}.__rompy_options__ must name a field of the type Mapping[str, Any]")


def _stands_alone(kind: Any) -> bool:
    if describing.is_enum(kind):
        return len(kind) > 0
    return is_period(kind) or describing.is_literal(kind) or _is_plain(kind)


def _is_plain(kind: Any) -> bool:
    try:
        return kind in describing.PLAIN_TYPES
    except TypeError:  # something that cannot be hashed is no type
        return False


def _name(kind: Any) -> str:
    return "no annotation" if kind is None else kind.__qualname__ if isinstance(kind, type) else repr(kind)
