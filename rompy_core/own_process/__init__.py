"""Model configs that rompy does not own work in an interpreter of their own: never a fork, never in the host's.

``command_for`` gives what starts it for a backend that executes steps, ``render_in_own_process`` does the whole of a
rendering. The model run travels as data with the recipe of its plugin manager (``travel``), in a file that only its
owner can read (``job``); ``child`` is what the interpreter starts with, ``acting`` what it does.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rompy_core.own_process.job import command_for, remove_jobs
    from rompy_core.own_process.rendering import render_in_own_process
    from rompy_core.own_process.travel import check_travels

__all__ = ["check_travels", "command_for", "remove_jobs", "render_in_own_process"]

_HOMES = {
    "check_travels": "travel",
    "command_for": "job",
    "remove_jobs": "job",
    "render_in_own_process": "rendering",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
