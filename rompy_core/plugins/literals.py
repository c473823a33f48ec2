"""The ``model_type`` that a model config class has in itself: ``model_type: Literal["swan"] = "swan"``."""

import typing
from typing import Any


def literal_model_type(cls: type[Any]) -> tuple[str, ...]:
    """The texts that the class's own ``model_type`` may be; none where it doesn't say."""
    try:
        annotation = typing.get_type_hints(cls).get("model_type")
    except Exception:  # noqa: BLE001 - annotations of a stranger's class, which may exist for type checkers alone
        annotation = getattr(cls, "__annotations__", {}).get("model_type")
    values = typing.get_args(annotation) if typing.get_origin(annotation) is typing.Literal else ()
    return tuple(value for value in values if isinstance(value, str))
