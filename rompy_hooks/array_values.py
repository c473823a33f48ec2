"""Numbers and arrays of numpy, xarray and their like as Python's own, told by what they can do: none is imported."""

from typing import Any


def is_array_type(kind: type) -> bool:
    """Whether values of a class say what they are in Python's own: by ``tolist()`` or ``item()``."""
    return any(callable(getattr(kind, name, None)) for name in ("tolist", "item"))


def python_value(value: Any) -> Any:
    """A scalar as a bool, number, text or time; an array as a list; what cannot tell as its text.

    >>> import array
    >>> python_value(array.array("d", [0.5, 2.0]))
    [0.5, 2.0]
    """
    for name in ("tolist", "item"):
        method = getattr(value, name, None)
        if callable(method):
            try:
                plain = method()
            except Exception:  # noqa: BLE001, S112 - an array of many has no item(), and a stranger's may raise anything
                continue
            if type(plain) is not type(value):
                return plain
    return str(value)


def truth(value: Any) -> bool:
    """What ``success`` says: a bool, or a scalar whose ``item()`` is one; nothing else is guessed at.

    Raises:
        TypeError: It is something else, the text ``False`` for example, which would be true.
    """
    if value is True or value is False:
        return value
    plain = python_value(value) if is_array_type(type(value)) else None
    if isinstance(plain, bool):
        return plain
    raise TypeError(f"success must be true or false, got {value!r}")
