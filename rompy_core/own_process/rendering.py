"""Render a model config that rompy does not own: in an interpreter of its own, waited for, its errors told as ours."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import rompy_hooks
from rompy_core.own_process.job import command_for, result_file
from rompy_hooks import Cancellation, ConfigError, PluginError, RequestError, RompyError, RunCancelledError, StageError

if TYPE_CHECKING:
    from rompy_core.model_run import ModelRun
    from rompy_core.processes import ProcessOutcome

_LAST_LINES = 20


def render_in_own_process(
    model_run: "ModelRun",
    output_dir: Path,
    *,
    lock_descriptor: int | None = None,
    cancellation: Cancellation | None = None,
) -> None:
    """Call a model config and its ``render`` in a fresh interpreter, and wait for its end.

    It starts in our working directory with our environment, both of which it may change. What it sees as
    ``staging_dir`` is ``output_dir``; what it prints is shown when it fails.

    Args:
        model_run: What to render.
        output_dir: Where to; exists.
        lock_descriptor: The workspace's lock, which the process tree holds until it is gone.
        cancellation: Ends it, as does its deadline.

    Raises:
        RequestError: The model run cannot travel; nothing was started.
        RompyError: Of the same kind as the model config raised.
        PluginError: The model config raised something else, or its process died.
        RunCancelledError: The end was asked for.
        StageError: The run's time is over.
    """
    from rompy_core.processes import ProcessRequest, run_process

    with TemporaryDirectory(prefix="rompy-") as text:
        folder = Path(text)
        request = ProcessRequest(
            argv=command_for("render", model_run, folder, output_dir=output_dir),
            cwd=Path.cwd(),
            env=dict(os.environ),
            stdout=folder / "output.log",
            stderr=folder / "output.log",
            timeout=_left(cancellation),
        )
        outcome = run_process(
            request,
            hold=() if lock_descriptor is None else (lock_descriptor,),
            cancelled_fd=None if cancellation is None else cancellation.fileno(),
        )
        told = _read(result_file("render", folder))
        if told.get("ok") and outcome.exit_code == 0:
            return
        _raise(told, outcome, type(model_run.config), _tail(folder / "output.log"), cancellation)


def _left(cancellation: Cancellation | None) -> float | None:
    if cancellation is None or cancellation.deadline is None:
        return None
    return max(0.001, cancellation.deadline - time.monotonic())


def _read(file: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return told


def _raise(
    told: Mapping[str, Any], outcome: "ProcessOutcome", kind: type, output: str, cancellation: Cancellation | None
) -> None:
    name = f"{kind.__module__}.{kind.__qualname__}"
    if outcome.ended_by == "cancelled":
        raise RunCancelledError((cancellation and cancellation.reason) or "cancelled")
    if outcome.ended_by == "timeout":
        raise StageError(f"the model config {name} was still rendering when the run's time was over")
    if not told:
        ended = outcome.error or (f"signal {outcome.signal}" if outcome.signal else f"exit code {outcome.exit_code}")
        raise PluginError(f"the model config {name} could not be rendered, its process ended: {ended}{output}")
    error = _error(told, name)
    if "traceback" in told:
        error.add_note(told["traceback"])
    raise error


def _error(told: Mapping[str, Any], name: str) -> RompyError:
    """The error that the child told of: rompy's own as they are, others as the fault of a plugin."""
    if told.get("rompy"):
        kind = getattr(rompy_hooks, told["kind"], RompyError)
        if isinstance(kind, type) and issubclass(kind, ConfigError):
            return RequestError(told["message"])  # its faults did not travel, their text did
        try:
            error = kind(told["message"])
        except TypeError:
            error = RompyError(told["message"])
        assert isinstance(error, RompyError)  # noqa: S101 - the child looked
        return error
    if "kind" not in told:
        return PluginError(f"the model config {name} {told['message']}")
    return PluginError(f"the model config {name} raised {told['kind']}: {told['message']} ({told['where']})")


def _tail(log: Path) -> str:
    """The last lines that the child wrote, for an end that nothing else explains."""
    if not log.exists():
        return ""
    lines = log.read_bytes()[-4000:].decode("utf-8", "replace").strip().splitlines()[-_LAST_LINES:]
    return "".join(f"\n  {line}" for line in lines)
