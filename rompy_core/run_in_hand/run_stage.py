"""The stage ``run``: an attempt, its backend's answer, and the judgement of what was left behind."""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs

from rompy_core.backend_configs import name_of
from rompy_core.expectations import explain, judge, set_aside, snapshot_before
from rompy_core.run_in_hand.context import HostContext
from rompy_core.run_in_hand.made_of import made_of
from rompy_core.run_in_hand.stage import Stage, stage
from rompy_core.run_in_hand.steps import (
    ONLY_STEP,
    environment_of,
    expectations_of,
    planned_steps,
    resolve_steps,
    runs_itself,
    words_of,
)
from rompy_core.workspace import Snapshot, changes, take_snapshot, write_manifest
from rompy_hooks import (
    EventKind,
    Expect,
    Failure,
    PluginError,
    ResolvedStep,
    RunConfig,
    RunResult,
    RunTimeoutError,
    Secret,
    Step,
)

if TYPE_CHECKING:
    from rompy_core.run_in_hand.hand import RunInHand


def run(hand: "RunInHand", config: RunConfig) -> RunResult:
    """Run the model once; the inputs are made first where that has not been done.

    Raises:
        RunTimeoutError: It took too long; all its processes are gone.
        PluginError: The backend's plugin raised, or answered with a wrong type.
    """
    _ensure_generated(hand)
    hand.check_not_cancelled("run")
    if hand.attempted:
        hand.attempt += 1
    hand.attempted = True
    result = _attempt(hand, config, name_of(hand.manager, "run", config))
    if result.failure == Failure.TIMEOUT:
        raise RunTimeoutError(f"Run {result.run_id!r} timed out: {result.message}", result)
    return result


def _ensure_generated(hand: "RunInHand") -> None:
    if hand.generated:
        _warn_of_other_inputs(hand)
        return
    made = hand.record.generated_from
    if made is not None and made == made_of(hand.model_run) and _are_there(hand):
        hand.generated = True
    else:
        hand.generate()


def _warn_of_other_inputs(hand: "RunInHand") -> None:
    """Inputs that are taken as they are may be those of another config than the one in the record."""
    made = hand.record.generated_from
    if hand.inputs_given and made is not None and made != made_of(hand.model_run):
        message = "the inputs that are there were made of another config or template, and are taken as they are"
        hand.emit(EventKind.WARNING, "run", message=message)


def _are_there(hand: "RunInHand") -> bool:
    return all((hand.workspace / name).exists() for name in hand.record.inputs)


@attrs.frozen(kw_only=True)
class _Prepared:
    """What an attempt begins with."""

    steps: tuple[ResolvedStep, ...]
    environment: Mapping[str, str]
    expect: Expect
    before: Snapshot
    #: Whether the step is the model config's own ``run``.
    is_own_run: bool


def _attempt(hand: "RunInHand", config: RunConfig, backend: str) -> RunResult:
    hand.make_log_dir()
    prepared = _prepare(hand, config)
    try:
        return _done(hand, config, backend, prepared)
    finally:
        if prepared.is_own_run:
            from rompy_core.own_process import remove_jobs

            # That of a run that was ended before its interpreter had read it.
            remove_jobs(hand.log_dir)


def _done(hand: "RunInHand", config: RunConfig, backend: str, prepared: _Prepared) -> RunResult:
    with stage(hand, "run", backend) as done:
        hand.emit(
            EventKind.ATTEMPT_STARTED,
            "run",
            backend=backend,
            steps=[step.name for step in prepared.steps],
            logs=f"attempts/{hand.attempt}",
        )
        hand.put_off(lambda: _write_repeat_script(hand, config, prepared))
        try:
            result = _answered(hand, config, backend, prepared, done)
        except BaseException:
            with suppress(OSError):  # what was raised says more
                hand.catch_up()
            raise
        hand.catch_up()
        done.success, done.message = result.success, result.message
    return result


def _prepare(hand: "RunInHand", config: RunConfig) -> _Prepared:
    workspace, model_config = hand.workspace, hand.model_run.config
    expect = expectations_of(config, model_config)
    _set_aside(hand, expect)
    planned = planned_steps(config, model_config)
    steps = planned or _own_run(hand, config)
    return _Prepared(
        is_own_run=bool(steps) and not planned,
        steps=resolve_steps(steps, workspace, hand.log_dir),
        environment=environment_of(config),
        expect=expect,
        before=snapshot_before(_with_outputs_of(steps, expect), workspace),
    )


def _set_aside(hand: "RunInHand", expect: Expect) -> None:
    """Move logs and error files of earlier attempts away; those of others stay, and that is told."""

    def ours() -> Snapshot:
        from rompy_core.record import own_outputs

        return own_outputs(hand.record_dir, hand.record)

    for path in set_aside(expect, hand.workspace, hand.log_dir, ours=ours, keep=hand.record.inputs).stayed:
        message = f"{path} is expected to be a log or error file, but no attempt of this run left it so, and it stays"
        hand.emit(EventKind.WARNING, "run", message=message)


def _with_outputs_of(steps: tuple[Step, ...], expect: Expect) -> Expect:
    """The outputs that steps promise must be new, too."""
    outputs = tuple(glob for step in steps for glob in step.outputs)
    return attrs.evolve(expect, outputs=expect.outputs + outputs) if outputs else expect


def _own_run(hand: "RunInHand", config: RunConfig) -> tuple[Step, ...]:
    """A model config that runs itself, as a step: an interpreter of its own that calls ``run(model_run)``."""
    if not runs_itself(hand.manager, config, hand.model_run.config):
        return ()
    from rompy_core.own_process import command_for

    return (Step(name=ONLY_STEP, command=command_for("run", hand.model_run, hand.log_dir)),)


def _write_repeat_script(hand: "RunInHand", config: RunConfig, prepared: _Prepared) -> None:
    from rompy_core.record.run_script import write_repeat_script

    if prepared.steps:
        write_repeat_script(
            hand.record_dir,
            None if config.working_dir is None else hand.workspace / config.working_dir,
            prepared.steps,
            _without_values_of_references(hand, prepared.environment),
            # Its job is gone by then, and told secrets.
            [None if prepared.is_own_run else _shown_words(step, config) for step in prepared.steps],
            hand.secrets,
        )


def _without_values_of_references(hand: "RunInHand", environment: Mapping[str, str]) -> Mapping[str, str | Secret]:
    """What was written as ``${VAR}`` may be a secret, and must not be stored."""
    backend = hand.configs.get("backend")
    written = backend.get("env_vars") if isinstance(backend, Mapping) else None
    if not isinstance(written, Mapping):
        return environment
    return {name: Secret(value) if "${" in str(written.get(name, "")) else value for name, value in environment.items()}


def _shown_words(step: ResolvedStep, config: RunConfig) -> tuple[str, ...]:
    """What is executed for a step, as a backend without a ``shell`` key of its own would."""
    return words_of(step, config, shell=getattr(config, "shell", True))


def _answered(hand: "RunInHand", config: RunConfig, backend: str, prepared: _Prepared, done: Stage) -> RunResult:
    """Ask the backend; whatever comes of it, the attempt's end is in the record."""
    started, began = datetime.now(UTC), time.monotonic()
    context = HostContext(
        hand,
        "run",
        backend=backend,
        steps=prepared.steps,
        environment=prepared.environment,
        deadline=None if config.timeout is None else began + config.timeout,
        before=prepared.before,
        expect=prepared.expect,
    )
    answer: RunResult | None = None
    failure, message = Failure.CANCELLED, "interrupted"
    try:
        answer = hand.manager.ask(
            "run", model_run=hand.model_run, config=config, workspace_dir=hand.workspace, context=context
        )
    except PluginError as error:
        failure, message = Failure.PLUGIN, str(error)
        raise
    except Exception as error:
        failure, message = Failure.OTHER, str(error)
        raise
    finally:
        if answer is None:
            answer = RunResult(success=False, failure=failure, message=message)
        facts: dict[str, Any] = {
            "backend": backend,
            "run_id": hand.model_run.run_id,
            "attempt": hand.attempt,
            "started": started,
            "finished": datetime.now(UTC),
            "duration": answer.duration or time.monotonic() - began,
        }
        result = _judged(hand, attrs.evolve(answer, **facts), prepared, done)
    return result


def _judged(hand: "RunInHand", result: RunResult, prepared: _Prepared, done: Stage) -> RunResult:
    """Compare what was left behind with what was expected, and record the attempt's end."""
    after = take_snapshot(hand.workspace)
    made = changes(prepared.before, after)
    if result.success and prepared.expect:
        logs = [path for step in prepared.steps for path in (step.stdout, step.stderr) if path.exists()]
        unmet = judge(prepared.expect, hand.workspace, prepared.before, after, logs)
        if unmet:
            message = explain(unmet, _program(prepared))
            result = attrs.evolve(result, success=False, failure=Failure.EXPECTATION, message=message)
    write_manifest(hand.log_dir, made)
    hand.emit(EventKind.ATTEMPT_ENDED, "run", result=result, outputs=len(made))
    done.data["failure"] = result.failure
    return result


def _program(prepared: _Prepared) -> str:
    """The program of the last step, as people know it."""
    if not prepared.steps:
        return "the model"
    from rompy_core.workspace import program_of

    last = prepared.steps[-1]
    return program_of(last.command) if last.name == ONLY_STEP else last.name
