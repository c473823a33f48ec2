"""What the interpreter of a model config does: call the config, and tell what became of it."""

import json
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from rompy_core.own_process.travel import unpacked
from rompy_hooks import RompyError

if TYPE_CHECKING:
    from rompy_core.model_run import ModelRun


def act(job: Mapping[str, Any]) -> int:
    """Do a job and write its result file.

    Returns:
        The exit code: 0 when the model config says that it worked. Of a config that leaves with ``sys.exit``, its own,
        but never 0: it has not said that.
    """
    result = Path(job["result"])
    code = 1
    try:
        told = _call(job)
        code = 0 if told["ok"] else 1
    except SystemExit as error:
        # What another program means by an exit code, a step means, too.
        told = _failed(f"left with sys.exit({error.code!r}) instead of returning")
        code = error.code if isinstance(error.code, int) and error.code else 1
    except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything; it is told in full
        traceback.print_exc()
        told = _raised(error)
    if not told["ok"] and "traceback" not in told:
        sys.stderr.write(f"{told['message']}\n")
    _write(result, told)
    return code


def _call(job: Mapping[str, Any]) -> dict[str, Any]:
    staging_dir = Path(job["staging_dir"])
    model_run = bound_to(unpacked(job["model_run"]), staging_dir)
    config = model_run.config
    if job["action"] == "render":
        values = config(model_run) if callable(config) else config
        if hasattr(config, "render"):
            config.render({"runtime": model_run, "config": values}, staging_dir)
        return {"ok": True}
    return judged(config.run(model_run), f"{type(config).__name__}.run()")


def judged(value: Any, what: str) -> dict[str, Any]:
    """What a value that ``run`` returned means: ``True`` or ``False``, or an object such as a ``RunResult``."""
    if value is None:
        return _failed(f"{what} returned None; it must return True or False")
    if isinstance(value, str | bytes | int | float) and not isinstance(value, bool):
        return _failed(f"{what} returned {value!r}; it must return True or False")
    if not value:
        message = getattr(value, "message", "")
        return _failed(f"{what} returned {value if isinstance(value, bool) else type(value).__name__}{_also(message)}")
    return {"ok": True}


def _also(message: object) -> str:
    return f": {message}" if message else ""


def _failed(message: str) -> dict[str, Any]:
    return {"ok": False, "message": message}


def _raised(error: Exception) -> dict[str, Any]:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return {
        "ok": False,
        "kind": type(error).__name__,
        "rompy": isinstance(error, RompyError),
        "message": str(error),
        "where": f"{last.filename}:{last.lineno}",
        "traceback": "".join(traceback.format_exception(error)),
    }


def _write(file: Path, told: Mapping[str, Any]) -> None:
    new = file.with_name(f".{file.name}.{os.getpid()}")
    new.write_text(json.dumps(told), encoding="utf-8")
    new.replace(file)


def bound_to(model_run: "ModelRun", staging_dir: Path) -> "ModelRun":
    """A model run whose workspace is this directory, and that is generated already: the parent has it in hand."""
    kind = type(model_run)

    class BoundModelRun(kind):  # type: ignore[misc, valid-type]  # a class that is known at run time
        """A model run in the hand of another process."""

        @property
        def staging_dir(self) -> Path:
            return staging_dir

        def generate(self) -> Path:
            return staging_dir

    names = [field for field in attrs.fields(kind) if field.init]
    bound: ModelRun = BoundModelRun(**{(field.alias or field.name): getattr(model_run, field.name) for field in names})
    return bound
