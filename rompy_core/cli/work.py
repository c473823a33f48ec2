"""A model run in hand of the command: config read, progress shown, signals heard."""

import gc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rompy_core.cancellation import RunCancellation
    from rompy_core.cli.host_options import HostOptions
    from rompy_core.cli.request import Request
    from rompy_core.model_run import ModelRun
    from rompy_core.pipeline_file import PipelineFile
    from rompy_hooks import ProcessConfig, RunConfig


class Work:
    """What a command needs to do its stages."""

    __slots__ = ("cancellation", "file", "model_run")

    def __init__(self, file: "PipelineFile", model_run: "ModelRun", cancellation: "RunCancellation") -> None:
        """Take the parts.

        Args:
            file: The config as it was read.
            model_run: The model run, bound to the run in hand.
            cancellation: Asked by signals.
        """
        self.file = file
        self.model_run = model_run
        self.cancellation = cancellation


@contextmanager
def work_in_hand(host: "HostOptions", request: "Request", action: str, *, existing: bool = False) -> Iterator[Work]:
    """Read the config and take its run in hand, with progress on stderr.

    Args:
        host: What was said before the command.
        request: What the command was asked.
        action: The command, for the record.
        existing: Whether the workspace has to be there, inputs and all.

    Raises:
        RompyError: The config is wrong, or a stage in the block raises.
    """
    from rompy_core.cancellation import RunCancellation
    from rompy_core.cli.display import display_for
    from rompy_core.cli.log_output import log_shown
    from rompy_core.cli.signals import signals_end

    with ExitStack() as entered:
        log = entered.enter_context(log_shown(host))
        display = display_for(host)
        file = request.read(request.manager(host, *display.watchers))
        check_request(file, action, existing=existing)
        log.let_go()
        cancellation = RunCancellation()
        entered.enter_context(signals_end(cancellation, display.signalled))
        entered.enter_context(display)
        model_run = file.model_run
        bound = entered.enter_context(
            model_run.in_hand(
                action,
                cancellation=cancellation,
                workspace_dir=model_run.staging_dir if existing else None,
                configs=file.configs,
            )
        )
        _collect_garbage_from_now()
        yield Work(file, bound, cancellation)


def _collect_garbage_from_now() -> None:
    """Switch the collector on for the stages, where ``main`` had switched it off; modules stay out of its way."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def check_request(file: "PipelineFile", action: str, *, existing: bool = False) -> None:
    """Refuse, before anything is created, what cannot be done.

    Args:
        file: What is asked for.
        action: The command.
        existing: Whether the workspace has to be there.

    Raises:
        NothingToExecuteError: The model is to be run, and nobody says how.
        WorkspaceError: There is no workspace, and it is not to be made.
    """
    # A stranger's pipeline may run something else than a run backend.
    if action == "run" or (action == "pipeline" and hasattr(file.pipeline, "run_backend")):
        _check_executable(file)
    workspace = file.model_run.staging_dir
    if existing and not workspace.is_dir():
        from rompy_hooks.errors import WorkspaceError

        raise WorkspaceError(f"there is no workspace {workspace}; 'rompy run' or 'rompy generate' makes it")


def _check_executable(file: "PipelineFile") -> None:
    from rompy_core.structuring import fault_at
    from rompy_hooks.errors import ConfigError, NothingToExecuteError

    try:
        file.model_run.check_executable(run_backend(file))
    except NothingToExecuteError as error:
        raise ConfigError(fault_at(str(error), file.document, ())) from error


def run_backend(file: "PipelineFile") -> "RunConfig":
    """The run backend of a file; ``local`` unless it says otherwise."""
    if file.backend is not None:
        return file.backend
    config: RunConfig = file.model_run.configure("run", "local")
    return config


def processors(file: "PipelineFile") -> "tuple[ProcessConfig, ...]":
    """The processors of a file; ``noop`` unless it says otherwise."""
    return file.processors or file.model_run.configure_processors("noop")
