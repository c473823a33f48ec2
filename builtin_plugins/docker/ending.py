"""How a container ended, in the words of a step's result."""

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from builtin_plugins.docker.advice import advice_on_output
from builtin_plugins.docker.config import DockerConfig
from rompy_hooks import Failure, ResolvedStep, RunContext, StepResult, Usage

#: What an init process and shells add to the number of a signal.
_SIGNAL_BASE = 128
_NOT_EXECUTABLE, _NOT_FOUND = 126, 127
_LAST_BYTES = 4000


@attrs.frozen(kw_only=True)
class Ending:
    """What is known at the end of a step."""

    #: ``timeout``, ``cancelled``, ``disk``, ``lost``, ``not_started``, or empty where the program ended by itself.
    ended_by: str = ""
    #: What there is to say about that.
    detail: str = ""
    exit_code: int | None = None
    #: Whether the kernel killed the program or a child of it for its memory.
    out_of_memory: bool = False
    duration: float = 0.0
    usage: Usage = attrs.field(factory=Usage)
    #: Seconds that the step had.
    limit: float | None = None

    @classmethod
    def of_state(cls, state: Mapping[str, Any], **known: Any) -> "Ending":
        """The end that the engine tells of a container that has exited."""
        if state.get("Error"):
            known = {"ended_by": "not_started", "detail": str(state["Error"])} | known
        return cls(exit_code=int(state["ExitCode"]), out_of_memory=bool(state.get("OOMKilled")), **known)


_FAILURES = {
    "timeout": Failure.TIMEOUT,
    "cancelled": Failure.CANCELLED,
    "disk": Failure.DISK,
    "lost": Failure.LOST,
    "not_started": Failure.NOT_STARTED,
}


def result_of(step: ResolvedStep, ending: Ending, config: DockerConfig, context: RunContext) -> StepResult:
    """The result of a step."""
    tail = _tail(step.stderr)
    number = _signal_of(ending.exit_code)
    failure = _failure(ending, number, tail)
    known = failure not in (Failure.LOST, Failure.NOT_STARTED, Failure.DISK)
    return StepResult(
        name=step.name,
        success=failure is None,
        exit_code=ending.exit_code if known and number is None else None,
        signal=number if known else None,
        failure=failure,
        message="" if failure is None else _message(failure, step, ending, tail, config, context),
        duration=ending.duration,
        stdout=step.stdout,
        stderr=step.stderr,
        usage=ending.usage,
    )


def _signal_of(exit_code: int | None) -> int | None:
    """The signal behind an exit code above 128, which is how an init process tells of one."""
    number = (exit_code or 0) - _SIGNAL_BASE
    return number if number in signal.valid_signals() else None


def _failure(ending: Ending, number: int | None, tail: str) -> Failure | None:
    if ending.ended_by:
        return _FAILURES[ending.ended_by]
    if ending.out_of_memory:
        return Failure.OUT_OF_MEMORY
    if ending.exit_code in (_NOT_EXECUTABLE, _NOT_FOUND) and _of_init(tail):
        return Failure.NOT_STARTED
    if number is not None:
        return Failure.SIGNAL
    return None if ending.exit_code == 0 else Failure.EXIT_CODE


def _of_init(tail: str) -> str | None:
    """Why the engine's init process could not start the program: ``[FATAL tini (7)] exec swan failed: ...``."""
    last = tail.splitlines()[-1] if tail else ""
    if last.startswith("[FATAL tini") and "exec " in last:
        return last.rpartition(" failed: ")[2]
    return None


def _message(
    failure: Failure, step: ResolvedStep, ending: Ending, tail: str, config: DockerConfig, context: RunContext
) -> str:
    program = shown(step)
    match failure:
        case Failure.TIMEOUT:
            return _timed_out(program, step, ending, config, context)
        case Failure.CANCELLED:
            return f"{program} was ended: {context.cancellation.reason}"
        case Failure.OUT_OF_MEMORY:
            return _out_of_memory(program, ending, config)
        case Failure.NOT_STARTED:
            why = ending.detail or f"{_of_init(tail)}; is it in the image, and may the container's user execute it?"
            return f"{program} could not be started: {why}"
        case Failure.LOST | Failure.DISK:
            return f"{program} {'was lost' if failure is Failure.LOST else 'was ended'}: {ending.detail}"
        case Failure.SIGNAL:
            how = f"was ended by signal {_signal_name(ending.exit_code)}"
        case _:
            how = f"ended with exit code {ending.exit_code}{_hint(ending.exit_code)}"
    return f"{program} {how}{_last_line(tail)}{advice_on_output(tail, ending.exit_code, config)}"


def _timed_out(program: str, step: ResolvedStep, ending: Ending, config: DockerConfig, context: RunContext) -> str:
    if config.timeout is None or ending.limit == step.timeout:
        return f"{program} took longer than {ending.limit:g} s and was ended"
    # What the step got is what the ones before it left.
    who = program if len(context.steps) == 1 else f"the run, by now at {program},"
    return f"{who} took longer than {config.timeout:g} s and was ended"


def _out_of_memory(program: str, ending: Ending, config: DockerConfig) -> str:
    limit = "its machine has" if config.memory is None else f"{config.memory} bytes of memory"
    if ending.exit_code == 0:
        return f"{program} exited 0, but a child of it was killed because they used more than {limit}; give more memory"
    return f"{program} used more than {limit} and was ended; give more memory"


def shown(step: ResolvedStep) -> str:
    """The program as people know it."""
    from rompy_core.workspace import program_of

    return program_of(step.command) if step.name == "run" else f"step {step.name!r}"


def _signal_name(exit_code: int | None) -> str:
    number = _signal_of(exit_code) or 0
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _hint(exit_code: int | None) -> str:
    return {_NOT_FOUND: " (command not found)", _NOT_EXECUTABLE: " (not executable)"}.get(exit_code or 0, "")


def _tail(log: Path) -> str:
    """The end of a log, as text."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - _LAST_BYTES))
            return stream.read().decode("utf-8", "replace").strip()
    except FileNotFoundError:
        return ""


def _last_line(tail: str) -> str:
    return f': "{tail.splitlines()[-1].strip()[:300]}"' if tail else ""
