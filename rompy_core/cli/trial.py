"""``--dry-run`` tries what can be tried: the inputs are made in a temporary folder, and deleted."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from rompy_core.cli.foreseen import data_files
from rompy_core.model_configs import model_type_of
from rompy_core.model_run_file import model_run_section
from rompy_core.structuring import fault_at

if TYPE_CHECKING:
    from rompy_core.model_run import ModelRun
    from rompy_core.pipeline_file import PipelineFile
    from rompy_hooks import Fault, Step


@attrs.frozen(kw_only=True)
class Trial:
    """What came of it."""

    #: Files that the model config makes, relative to the workspace; ``None`` where that was not tried.
    rendered: tuple[str, ...] | None
    #: Why it was not, or who would be asked.
    renderer: str
    #: What is wrong.
    fault: str | None = None


def try_render(model_run: "ModelRun") -> Trial:
    """Let a model config that renders in this process do so.

    Others may change their process or take hours, so they are only checked for whether they can be handed to one.
    """
    from rompy_core.run_in_hand.generate_stage import check_renders
    from rompy_hooks import RequestError

    config = model_run.config
    if config is None:
        return Trial(rendered=(), renderer="")
    name = model_type_of(model_run.manager, config) or type(config).__name__
    try:
        check_renders(model_run)
        if not getattr(type(config), "renders_in_process", False):
            return Trial(rendered=None, renderer=f"{name}, in a process of its own")
        return Trial(rendered=_rendered(model_run, config), renderer=name)
    except RequestError as error:
        return Trial(rendered=None, renderer=name, fault=str(error))


def _rendered(model_run: "ModelRun", config: Any) -> tuple[str, ...]:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="rompy-dry-run-") as folder:
        target = Path(folder)
        values = config(model_run) if callable(config) else config
        if hasattr(config, "render"):
            config.render({"runtime": model_run, "config": values}, target)
        return tuple(sorted(str(path.relative_to(target)) for path in target.rglob("*") if not path.is_dir()))


def stdin_fault(
    file: "PipelineFile", step: "Step", rendered: tuple[str, ...] | None, *, emptied: bool
) -> "Fault | None":
    """What is wrong with the ``stdin`` of the first step, before which nobody else could have written it.

    Args:
        file: What is asked for.
        step: The first step.
        rendered: The inputs that are made; ``None`` where nobody knows.
        emptied: Whether what lies in the workspace goes first.
    """
    if step.stdin is None or rendered is None:
        return None
    model_run = file.model_run
    made = {*rendered, *(str(entry.place) for entry in data_files(model_run))}
    if str(step.stdin) in made or (not emptied and (model_run.staging_dir / step.stdin).is_file()):
        return None
    from rompy_core.nearest import did_you_mean

    name = str(step.stdin)
    message = f"step {step.name!r}: no input is called {name!r}.{did_you_mean(name, made)}"
    of_backend = file.backend is not None and bool(file.backend.steps)
    section = ("backend",) if of_backend else (*model_run_section(file.document), "config")
    return fault_at(message.rstrip("."), file.document, (*section, "steps", 0, "stdin"))
