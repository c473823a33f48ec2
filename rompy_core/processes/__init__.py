"""Child processes: run one to its end and leave nothing of its tree, whatever dies meanwhile.

``run_process`` is all that a caller needs; ``start_supervisor`` may be called early, and ``driver_environment`` is what
a child gets where nothing else was said. How it works: ``run`` (the wait)
asks ``client`` for the supervisor of this process (``supervision``), whose workers (``worker``) start the child
(``spawn``) and end its tree (``tree``).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rompy_core.processes.client import start_supervisor
    from rompy_core.processes.environment import driver_environment
    from rompy_core.processes.errors import SupervisorError
    from rompy_core.processes.outcome import ProcessOutcome
    from rompy_core.processes.request import ProcessRequest
    from rompy_core.processes.run import run_process

__all__ = [
    "ProcessOutcome",
    "ProcessRequest",
    "SupervisorError",
    "driver_environment",
    "run_process",
    "start_supervisor",
]

_HOMES = {
    "ProcessOutcome": "outcome",
    "ProcessRequest": "request",
    "SupervisorError": "errors",
    "driver_environment": "environment",
    "run_process": "run",
    "start_supervisor": "client",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: ``start_supervisor`` must not wait for attrs."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
