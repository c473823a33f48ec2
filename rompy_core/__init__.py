"""The host: model runs, the plugin manager, workspaces, records, processes and the command.

Names are imported when they are first used, so that ``rompy --help`` does not pay for what it doesn't need.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rompy_core.cancellation import RunCancellation
    from rompy_core.log_tail import LogFollower
    from rompy_core.model_run import ModelRun
    from rompy_core.nearest import did_you_mean
    from rompy_core.period import Period
    from rompy_core.pipeline_file import PipelineFile, read_pipeline_file
    from rompy_core.plugins import PluginManager, create_plugin_manager
    from rompy_core.run_in_hand.steps import run_steps, words_of

__version__ = "0.1.0"

__all__ = [
    "LogFollower",
    "ModelRun",
    "Period",
    "PipelineFile",
    "PluginManager",
    "RunCancellation",
    "__version__",
    "create_plugin_manager",
    "did_you_mean",
    "read_pipeline_file",
    "run_steps",
    "words_of",
]

_HOMES = {
    "LogFollower": "rompy_core.log_tail",
    "ModelRun": "rompy_core.model_run",
    "Period": "rompy_core.period",
    "PipelineFile": "rompy_core.pipeline_file",
    "PluginManager": "rompy_core.plugins",
    "RunCancellation": "rompy_core.cancellation",
    "create_plugin_manager": "rompy_core.plugins",
    "did_you_mean": "rompy_core.nearest",
    "read_pipeline_file": "rompy_core.pipeline_file",
    "run_steps": "rompy_core.run_in_hand.steps",
    "words_of": "rompy_core.run_in_hand.steps",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
