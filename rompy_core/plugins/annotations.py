"""What the annotations of an implementation say: which configs it wants, and what it returns."""

import typing
from collections.abc import Callable
from types import NoneType, SimpleNamespace, UnionType
from typing import Any


class AnnotationError(Exception):
    """An annotation that cannot be understood; the message follows ``the argument 'config' ...``."""


def annotation_of(function: Callable[..., Any], name: str) -> Any:
    """One annotation, resolved; ``Any`` where there is none.

    Only this one is looked at: what other arguments are annotated with may exist for type checkers alone.

    Raises:
        AnnotationError: It is a text that names what its module doesn't have.
    """
    plain = getattr(function, "__func__", function)
    value = getattr(plain, "__annotations__", {}).get(name, Any)
    if isinstance(value, str) or typing.get_origin(value) is not None:
        holder = SimpleNamespace(__annotations__={name: value})
        try:
            value = typing.get_type_hints(holder, globalns=getattr(plain, "__globals__", {}))[name]
        except Exception as error:
            raise AnnotationError(f"is annotated with {value!r}, which cannot be resolved: {error}") from error
    return NoneType if value is None else value


def config_classes(function: Callable[..., Any]) -> tuple[type, ...] | None:
    """The classes whose instances the implementation is asked for; ``None`` for all.

    Raises:
        AnnotationError: The annotation is no class, and no union of classes.
    """
    annotation = annotation_of(function, "config")
    if annotation is Any or annotation is object:
        return None
    members = typing.get_args(annotation) if is_union(annotation) else (annotation,)
    classes = tuple(member for member in members if member is not NoneType)
    for each in classes:
        _must_tell_instances(each)
    return classes


def _must_tell_instances(annotation: Any) -> None:
    try:
        issubclass(NoneType, annotation)
    except TypeError:
        usable = False
    else:
        usable = isinstance(annotation, type)
    if not usable:
        told = repr(annotation) if typing.get_origin(annotation) else getattr(annotation, "__name__", repr(annotation))
        raise AnnotationError(f"is annotated with {told}, which must be a class, or classes joined by |")


def is_union(annotation: Any) -> bool:
    """Whether it is ``A | B``, ``Union[A, B]`` or ``Optional[A]``."""
    return isinstance(annotation, UnionType) or typing.get_origin(annotation) is typing.Union


def contradicts(annotation: Any, allowed: tuple[type, ...]) -> bool:
    """Whether a function so annotated can return none of the ``allowed``; only what is plain is judged."""
    if is_union(annotation):
        return all(contradicts(member, allowed) for member in typing.get_args(annotation))
    plain = typing.get_origin(annotation) or annotation
    if plain is Any or not isinstance(plain, type):  # Any is a class since Python 3.11
        return False
    return not any(issubclass(plain, each) or issubclass(each, plain) for each in allowed)
