"""``local``: run a model as a child process on this machine."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import attrs

from rompy_core import LogFollower, ModelRun, run_steps, words_of
from rompy_core.processes import ProcessOutcome, ProcessRequest, driver_environment, run_process
from rompy_hooks import (
    Backend,
    EventKind,
    Failure,
    ResolvedStep,
    RunConfig,
    RunContext,
    RunResult,
    StepResult,
    Usage,
    hookimpl,
)


@attrs.frozen(kw_only=True)
class LocalConfig(RunConfig):
    """The keys of ``backend: {type: local, ...}``."""

    #: Whether a command that is a text goes through ``/bin/sh``; else it is split into words.
    shell: bool = attrs.field(default=True, validator=attrs.validators.instance_of(bool))
    #: Whether watchers get the model's output, line by line, as events.
    stream_output: bool = attrs.field(default=False, validator=attrs.validators.instance_of(bool))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.on_driver_loss == "leave":
            raise ValueError(
                "on_driver_loss: 'leave' is for containers and cluster jobs; a local model ends with the process that"
                " watches it"
            )


class LocalRunBackend:
    """Run a model as child processes, their output straight to files."""

    def run(self, model_run: ModelRun, config: LocalConfig, workspace_dir: Path | None = None) -> RunResult:
        """Run a model run with this backend, without asking for it by name.

        Raises:
            RunTimeoutError: It took longer than the config allows.
        """
        return model_run.run(backend=config, workspace_dir=workspace_dir)

    @hookimpl
    def backends(self) -> list[Backend]:
        """Offer ``local``."""
        return [Backend(kind="run", name="local", config=LocalConfig, summary="child processes on this machine")]

    @hookimpl(specname="run")
    def answer(self, config: LocalConfig, workspace_dir: Path, context: RunContext) -> RunResult:
        """Execute the steps, each as a process tree that ends with its first process."""
        working_dir = workspace_dir if config.working_dir is None else workspace_dir / config.working_dir
        environment = {**driver_environment(), "PWD": str(working_dir), **context.environment}

        def execute(step: ResolvedStep, limit: float | None) -> StepResult:
            request = ProcessRequest(
                argv=words_of(step, config, shell=config.shell),
                cwd=working_dir,
                env=environment,
                stdin=step.stdin,
                stdout=step.stdout,
                stderr=step.stderr,
                timeout=limit,
                grace_period=config.grace_period,
                memory=config.memory,
            )
            return _executed(step, request, config, context)

        return run_steps(context, execute)


def _executed(step: ResolvedStep, request: ProcessRequest, config: LocalConfig, context: RunContext) -> StepResult:
    hold = () if context.lock_descriptor is None else (context.lock_descriptor,)
    cancelled = context.cancellation.fileno()
    if not config.stream_output:
        outcome = run_process(request, hold=hold, cancelled_fd=cancelled, meanwhile=context.started)
        _warn_of_leftovers(step, outcome, context)
        return _result(step, request, outcome, config, context)

    def tell(stream: str, lines: list[str]) -> None:
        context.emit(EventKind.OUTPUT, step=step.name, stream=stream, lines=lines)

    with LogFollower({"stdout": step.stdout, "stderr": step.stderr}, tell):
        outcome = run_process(request, hold=hold, cancelled_fd=cancelled, meanwhile=context.started)
    _warn_of_leftovers(step, outcome, context)
    return _result(step, request, outcome, config, context)


def _warn_of_leftovers(step: ResolvedStep, outcome: ProcessOutcome, context: RunContext) -> None:
    """Who ends and leaves processes behind has perhaps not finished: they are ended, and that is told."""
    if outcome.leftovers and outcome.ended_by == "exit":
        left = "a process" if outcome.leftovers == 1 else f"{outcome.leftovers} processes"
        context.emit(EventKind.WARNING, message=f"{_shown(step)} left {left} behind when it ended; ended with it")


_FAILURES: Mapping[str, Failure] = {
    "timeout": Failure.TIMEOUT,
    "cancelled": Failure.CANCELLED,
    "out_of_memory": Failure.OUT_OF_MEMORY,
    "not_started": Failure.NOT_STARTED,
    "lost": Failure.LOST,
}


def _result(
    step: ResolvedStep, request: ProcessRequest, outcome: ProcessOutcome, config: LocalConfig, context: RunContext
) -> StepResult:
    failure = _FAILURES.get(outcome.ended_by)
    if failure is None and outcome.signal is not None:
        failure = Failure.SIGNAL
    elif failure is None and outcome.exit_code != 0:
        failure = Failure.EXIT_CODE
    return StepResult(
        name=step.name,
        success=failure is None,
        exit_code=outcome.exit_code,
        signal=outcome.signal,
        failure=failure,
        message="" if failure is None else _message(failure, step, request, outcome, config, context),
        duration=outcome.duration,
        stdout=step.stdout,
        stderr=step.stderr,
        usage=Usage(cpu_seconds=outcome.cpu_seconds, peak_memory=outcome.peak_memory),
    )


def _message(
    failure: Failure,
    step: ResolvedStep,
    request: ProcessRequest,
    outcome: ProcessOutcome,
    config: LocalConfig,
    context: RunContext,
) -> str:
    program = _shown(step)
    match failure:
        case Failure.TIMEOUT:
            if config.timeout is None or request.timeout == step.timeout:
                return f"{program} took longer than {request.timeout:g} s and was ended"
            # What the step got is what the ones before it left.
            who = program if len(context.steps) == 1 else f"the run, by now at {program},"
            return f"{who} took longer than {config.timeout:g} s and was ended"
        case Failure.CANCELLED:
            return f"{program} was ended: {context.cancellation.reason}"
        case Failure.OUT_OF_MEMORY:
            return f"{program} used more than {request.memory} bytes of memory and was ended"
        case Failure.NOT_STARTED | Failure.LOST:
            return (
                f"{program} {'could not be started' if failure is Failure.NOT_STARTED else 'was lost'}: {outcome.error}"
            )
        case Failure.SIGNAL:
            return f"{program} was ended by signal {_signal_name(outcome.signal)}{_last_line(request.stderr)}"
    return f"{program} ended with exit code {outcome.exit_code}{_hint(outcome.exit_code)}{_last_line(request.stderr)}"


def _shown(step: ResolvedStep) -> str:
    """The program as people know it."""
    from rompy_core.workspace import program_of

    return program_of(step.command) if step.name == "run" else f"step {step.name!r}"


def _signal_name(number: int | None) -> str:
    try:
        return signal.Signals(number or 0).name
    except ValueError:
        return str(number)


def _hint(exit_code: int | None) -> str:
    # What POSIX shells mean by these two: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_08_02
    return {127: " (command not found)", 126: " (not executable)"}.get(exit_code or 0, "")


def _last_line(log: Path) -> str:
    """The last line that the model wrote to stderr, for the message; it often says why."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - 2000))
            lines = stream.read(2000).decode("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""  # the model removed it, or made something else of it
    return f': "{lines[-1].strip()[:300]}"' if lines else ""


plugin = LocalRunBackend()
