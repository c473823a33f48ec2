"""The file that tells an interpreter what to do, and the command that starts it."""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rompy_core.own_process.travel import packed
from rompy_hooks import RequestError, StageError

if TYPE_CHECKING:
    from rompy_core.model_run import ModelRun

Action = Literal["run", "render"]

_CHILD = Path(__file__).with_name("child.py")


def command_for(
    action: Action, model_run: "ModelRun", job_dir: Path, *, output_dir: Path | None = None
) -> tuple[str, ...]:
    """Write a job and give the command that does it, which ends with exit code 0 when the model config says it worked.

    The job holds the secrets of the model run, so only its owner can read it, and the child removes it once it has read
    it; :func:`remove_jobs` removes that of a child that was never started. What became of it is written to
    ``ACTION-result.json`` beside it.

    Args:
        action: Call the model config's ``run(model_run)``, or render it.
        model_run: What it is about.
        job_dir: Where the job is written; exists.
        output_dir: Where to render to; the workspace unless given.

    Raises:
        RequestError: The model run cannot travel; nothing was written.
        StageError: The job cannot be written.
    """
    if not sys.executable:
        raise RequestError("the model config works in a process of its own, and this program embeds Python without one")
    place = model_run.staging_dir if output_dir is None else output_dir
    job = {
        "action": action,
        "staging_dir": os.path.abspath(place),  # noqa: PTH100 - resolve() would follow links
        "result": str(result_file(action, job_dir)),
        # Where this process finds modules: it may have got there by other ways than the environment.
        "sys_path": [os.path.abspath(folder) for folder in sys.path],  # noqa: PTH100
        "model_run": packed(model_run),
    }
    file = job_dir / f"{action}-job.json"
    _write_for_owner(file, job)
    # -P: neither the script's folder nor the workspace is a place where modules are looked for.
    return sys.executable, "-P", str(_CHILD), str(file)


def result_file(action: Action, job_dir: Path) -> Path:
    """Where the child writes what became of a job, absolute."""
    return job_dir.absolute() / f"{action}-result.json"


def remove_jobs(job_dir: Path) -> None:
    """Remove jobs that no child has read, with their secrets."""
    for action in ("run", "render"):
        (job_dir / f"{action}-job.json").unlink(missing_ok=True)


def _write_for_owner(file: Path, job: dict[str, Any]) -> None:
    with suppress(FileNotFoundError):
        file.unlink()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as text:
            json.dump(job, text)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise StageError(f"{file}: cannot be written: {error.strerror}") from error
