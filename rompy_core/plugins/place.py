"""Where a function stands, as messages tell it: ``tides/hooks.py:12``."""

import inspect
from collections.abc import Callable
from pathlib import PurePath
from types import CodeType, ModuleType
from typing import Any

#: A function that stands for another (an adapter's) names it in this attribute.
STANDS_FOR = "_rompy_stands_for"


def place_of(function: Callable[..., Any]) -> str:
    """File and line of a function; the file as its module is imported, else as it was opened."""
    told = getattr(function, STANDS_FOR, function)
    plain = inspect.unwrap(getattr(told, "__func__", told))
    code = getattr(plain, "__code__", None)
    module = getattr(plain, "__module__", None) or ""
    if code is None:  # a builtin, a partial
        return module or "unknown file"
    return f"{_short(code.co_filename, module)}:{code.co_firstlineno}"


def file_of(module: ModuleType) -> str:
    """The file of a module, told as :func:`place_of` tells it."""
    file = getattr(module, "__file__", None)
    return _short(file, module.__name__) if file else module.__name__


def _short(file: str, module: str) -> str:
    parts = PurePath(file).with_suffix("").parts
    names = tuple(module.split("."))
    if parts and parts[-1] == "__init__":
        names = (*names, "__init__")
    return "/".join(names) + PurePath(file).suffix if module and parts[-len(names) :] == names else file


def code_of(function: Callable[..., Any]) -> CodeType | None:
    """The code that a frame of the function has."""
    return getattr(getattr(function, "__func__", function), "__code__", None)
