"""What a run executes: from configs to resolved steps, and the order in which they are done."""

import functools
import shlex
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from rompy_core.backend_configs import name_of
from rompy_core.workspace import redact_command
from rompy_hooks import (
    EventKind,
    Expect,
    Failure,
    NothingToExecuteError,
    RequestError,
    ResolvedStep,
    RunConfig,
    RunContext,
    RunResult,
    Step,
    StepResult,
    Usage,
)

if TYPE_CHECKING:
    from rompy_core.plugins import PluginManager

A = TypeVar("A")

#: Name of the one step of a run that was given a ``command``; its logs are ``stdout.log`` and ``stderr.log``.
ONLY_STEP = "run"


def check_executable(manager: "PluginManager", config: RunConfig, model_config: Any) -> None:
    """Refuse a backend that executes steps when neither it nor the model config says which, or not in words.

    Raises:
        NothingToExecuteError: There is no command, no steps and no ``run`` method.
        RequestError: What the model config says is no step or no expectation, two steps have one name, or a text that
            has to be split into words has a quote without end.
    """
    if not executes_steps(manager, config):
        return
    steps = planned_steps(config, model_config)
    expectations_of(config, model_config)
    names = [step.name for step in steps]
    for step in steps:
        _check_words(step, config)
        if names.count(step.name) > 1:
            raise RequestError(f"steps: each needs a name of its own, got {step.name!r} more than once")
    _check_ranks(steps, config)
    if not steps and not runs_itself(manager, config, model_config):
        raise NothingToExecuteError(
            f"backend {name_of(manager, 'run', config)!r} has nothing to execute: give it a command or steps, or use a"
            " model config that has command, steps or run()"
        )


def _check_words(step: Step, config: RunConfig) -> None:
    texts = [step.command] if not getattr(config, "shell", True) else []
    texts += [config.launcher or ""] if step.parallel else []
    for text in texts:
        try:
            empty = isinstance(text, str) and text and not any(shlex.split(text)[:1])
        except ValueError as error:
            shown = redact_command(str(text))
            raise RequestError(f"step {step.name!r}: {shown!r} cannot be split into words: {error}") from error
        if empty:
            raise RequestError(f"step {step.name!r}: {text!r} names no program")


def _check_ranks(steps: Sequence[Step], config: RunConfig) -> None:
    if not steps or any(step.parallel for step in steps):
        return
    remedy = "but no step is parallel; mark those that the launcher starts with parallel: true"
    if config.ranks is not None:
        raise RequestError(f"ranks: {config.ranks} were given, {remedy}")
    if config.launcher is not None:
        shown = redact_command(config.launcher)
        raise RequestError(f"launcher: {shown if isinstance(shown, str) else ' '.join(shown)!r} was given, {remedy}")


def executes_steps(manager: "PluginManager", config: RunConfig) -> bool:
    """Whether the backend of a config executes steps."""
    backend = manager.backend_of(config)
    return backend is None or backend.executes_steps


def runs_itself(manager: "PluginManager", config: RunConfig, model_config: Any) -> bool:
    """Whether the model config's own ``run`` is what the backend executes, for want of a command and steps."""
    return (
        callable(getattr(model_config, "run", None))
        and executes_steps(manager, config)
        and not planned_steps(config, model_config)
    )


def planned_steps(config: RunConfig, model_config: Any) -> tuple[Step, ...]:
    """The steps of a backend's config, else of the model config; none where neither has any."""
    if config.command is not None:
        return (_only(config.command, config),)
    if config.steps:
        return config.steps
    steps = getattr(model_config, "steps", None)
    if steps:
        return tuple(
            step if isinstance(step, Step) else _structured(Step, step, model_config, "steps", number)
            for number, step in enumerate(steps)
        )
    command = getattr(model_config, "command", None)
    if isinstance(command, (str, list, tuple)) and command:
        return (_only(command, config),)
    return ()


def _only(command: Any, config: RunConfig) -> Step:
    words = command if isinstance(command, str) else tuple(map(str, command))
    try:
        return _one_step(words, config.ranks is not None or config.launcher is not None)
    except ValueError as error:
        raise RequestError(f"command: {error}") from error


@functools.lru_cache(maxsize=8)  # a run asks for it two or three times
def _one_step(command: str | tuple[str, ...], parallel: bool) -> Step:
    return Step(name=ONLY_STEP, command=command, parallel=parallel)


def _structured(cls: type[A], data: Any, model_config: Any, *key: str | int) -> A:
    """What a model config of a stranger's class gave as plain data."""
    from rompy_core.structuring import structure

    return structure(cls, data, key=(type(model_config).__name__, *key))


def resolve_steps(steps: Iterable[Step], workspace: Path, log_dir: Path) -> tuple[ResolvedStep, ...]:
    """Steps with absolute paths: where stdin comes from and where the output goes."""
    return tuple(
        ResolvedStep(
            name=step.name,
            command=step.command,
            stdin=None if step.stdin is None else workspace / step.stdin,
            parallel=step.parallel,
            outputs=step.outputs,
            timeout=step.timeout,
            stdout=log_dir / log_name(step.name, "stdout"),
            stderr=log_dir / log_name(step.name, "stderr"),
        )
        for step in steps
    )


def log_name(step: str, stream: str) -> str:
    """File name of a step's log in its attempt's folder."""
    return f"{stream}.log" if step == ONLY_STEP else f"{step}.{stream}.log"


def environment_of(config: RunConfig) -> dict[str, str]:
    """What the settings add to the environment; ``env_vars`` win over ``threads``."""
    threads = {} if config.threads is None else {"OMP_NUM_THREADS": str(config.threads)}
    return {**threads, **config.env_vars}


def expectations_of(config: RunConfig, model_config: Any) -> Expect:
    """What the backend's config and the model config expect together."""
    expect = getattr(model_config, "expect", None)
    if isinstance(expect, Mapping):
        expect = _structured(Expect, expect, model_config, "expect")
    return config.expect | expect if isinstance(expect, Expect) else config.expect


def words_of(step: ResolvedStep, config: RunConfig, *, shell: bool) -> tuple[str, ...]:
    """Program and arguments of a step: a text through a shell where ``shell``; under the launcher if parallel."""
    if isinstance(step.command, str):
        words = ("/bin/sh", "-c", step.command) if shell else tuple(shlex.split(step.command))
    else:
        words = step.command
    return (*launcher_of(config), *words) if step.parallel else words


def launcher_of(config: RunConfig) -> tuple[str, ...]:
    """Words that start a parallel step on all ranks; ``mpiexec`` unless a launcher is given, none without ranks."""
    if config.launcher is None and config.ranks is None:
        return ()
    given = config.launcher if config.launcher is not None else "mpiexec"
    words = tuple(shlex.split(given)) if isinstance(given, str) else given
    if config.ranks is None:
        return words
    ranks = str(config.ranks)
    if any("{ranks}" in word for word in words):
        return tuple(word.replace("{ranks}", ranks) for word in words)
    return (*words, "-n", ranks)


def run_steps(context: RunContext, execute: Callable[[ResolvedStep, float | None], StepResult]) -> RunResult:
    """Execute a run's steps in order and stop at the first that fails; what every backend that has steps calls.

    Args:
        context: The run in hand.
        execute: Executes one step in at most so many seconds (``None``: no limit), and tells how it ended.

    Returns:
        The result of the run, that of the last step that was executed.
    """
    results: list[StepResult] = []
    began = time.monotonic()
    for step in context.steps:
        results.append(_run_step(context, step, execute))
        if not results[-1].success:
            break
    return _together(tuple(results), time.monotonic() - began)


def _run_step(
    context: RunContext, step: ResolvedStep, execute: Callable[[ResolvedStep, float | None], StepResult]
) -> StepResult:
    if context.cancellation.requested:
        return StepResult(
            name=step.name,
            success=False,
            failure=Failure.CANCELLED,
            message=f"step {step.name!r} was not started: {context.cancellation.reason}",
        )
    context.emit(
        EventKind.STEP_STARTED,
        step=step.name,
        command=redact_command(step.command),
        stdout=step.stdout,
        stderr=step.stderr,
    )
    result = execute(step, _seconds_left(context, step))
    unmet = context.unmet(step) if result.success else None
    if unmet:
        result = attrs.evolve(result, success=False, failure=Failure.EXPECTATION, message=unmet)
    context.emit(
        EventKind.STEP_ENDED,
        step=step.name,
        success=result.success,
        exit_code=result.exit_code,
        signal=result.signal,
        failure=result.failure,
        duration=result.duration,
    )
    return result


def _seconds_left(context: RunContext, step: ResolvedStep) -> float | None:
    deadline = context.cancellation.deadline
    left = None if deadline is None else max(deadline - time.monotonic(), 0.001)
    limits = [limit for limit in (left, step.timeout) if limit is not None]
    return min(limits, default=None)


def _together(results: tuple[StepResult, ...], duration: float) -> RunResult:
    if not results:
        return RunResult(success=False, failure=Failure.NOT_STARTED, message="there was no step to execute")
    last = results[-1]
    return RunResult(
        success=last.success,
        exit_code=last.exit_code,
        signal=last.signal,
        failure=last.failure,
        message=last.message,
        duration=duration,
        steps=results,
        stdout=last.stdout,
        stderr=last.stderr,
        usage=last.usage if len(results) == 1 else sum((result.usage for result in results), Usage()),
    )
