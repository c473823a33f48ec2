"""The hooks, in the order of a run's life. A spec's docstring is its contract.

An implementation takes only the arguments that it wants, by their names here. Firstresult hooks stop at the first
answer that is not ``None``. **Who is asked**: where a spec has ``config``, an implementation whose ``config`` is
annotated with a class is asked only for its instances; one without an annotation is asked always and returns ``None``
for what is not its own. Those asked are called last registered first; ``tryfirst``, ``trylast`` and ``wrapper=True``
work as in pluggy. Results are lists where a list is asked for, never generators.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rompy_hooks.configs import Backend, ModelConfig, PipelineConfig, ProcessConfig, RunConfig
from rompy_hooks.events import Event
from rompy_hooks.markers import hookspec
from rompy_hooks.protocols import ModelRunLike, RunContext
from rompy_hooks.results import FetchResult, PipelineResult, ProcessResult, RunResult


@hookspec
def backends() -> list[Backend]:
    """Offer backends: the names that users write, and the classes of their settings.

    Called once a manager, when somebody first asks for a backend; every implementation, one at a time, no wrappers.
    The results are put together. A raise, or a wrong type, costs your plugin only: what it would have offered is
    missing, and the error that names it is shown to who asks for it.

    Returns:
        One descriptor for each name.

    >>> import attrs
    >>> from rompy_hooks import Backend, RunConfig, hookimpl
    >>> @attrs.frozen(kw_only=True)
    ... class DryRunConfig(RunConfig):
    ...     verbose: bool = False
    >>> @hookimpl
    ... def backends() -> list[Backend]:
    ...     return [Backend(kind="run", name="dry-run", config=DryRunConfig, summary="run nothing")]
    >>> backends()[0].name
    'dry-run'
    """
    raise NotImplementedError


@hookspec
def model_configs() -> list[ModelConfig]:
    """Offer model configs: the names for ``model_type``, and the classes.

    Called once a manager, when somebody first asks for a model config; every implementation, one at a time, no
    wrappers. The results are put together; a raise, or a wrong type, costs your plugin only.

    Returns:
        One descriptor for each name.

    >>> import attrs
    >>> from rompy_hooks import ModelConfig, hookimpl
    >>> @attrs.frozen(kw_only=True)
    ... class TideConfig:
    ...     harmonics: int = 8
    ...     command: str = "tide_model input.nml"
    ...     def __call__(self, model_run):
    ...         return {"harmonics": self.harmonics}
    >>> @hookimpl
    ... def model_configs() -> list[ModelConfig]:
    ...     return [ModelConfig(name="tide", cls=TideConfig)]
    >>> model_configs()[0].cls().harmonics
    8
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def execute_pipeline(
    model_run: ModelRunLike, config: PipelineConfig, context: RunContext
) -> PipelineResult | Mapping[str, Any] | None:
    """Do the whole workflow of a run: generate, run, postprocess, or whatever your pipeline is.

    Called once a pipeline, in the thread that asked, before anything is created. Asked are the implementations whose
    ``config`` is annotated with a class of the config at hand, last registered first; the first answer that is not
    ``None`` is the result. A raise ends the pipeline as a failure of your plugin; for a stage that failed return a
    false ``PipelineResult`` instead.

    Args:
        model_run: What is simulated, bound to this run: its ``generate``, ``run`` and ``postprocess`` do the stages
            under the run's lock and in its record.
        config: The pipeline's settings, an instance of a class that some plugin offered in ``backends``.
        context: Cancellation, events, logger.

    Returns:
        What became of it; a mapping is checked for ``success`` and kept with all its keys.

    >>> import attrs
    >>> from rompy_hooks import PipelineConfig, PipelineResult, hookimpl
    >>> @attrs.frozen(kw_only=True)
    ... class InputsOnlyConfig(PipelineConfig):
    ...     pass
    >>> @hookimpl
    ... def execute_pipeline(model_run, config: InputsOnlyConfig) -> PipelineResult:
    ...     model_run.generate()
    ...     return PipelineResult(stages_completed=["generate"])
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def fetch(source: str, target: Path, context: RunContext) -> FetchResult | bool | None:
    """Bring one data file to where the inputs are made.

    Called for each file of a model config's ``data``, in the thread that generates; all implementations, last
    registered first, until one doesn't return ``None``. ``target`` is a temporary name: the host compares size and
    checksum and gives the file its place afterwards, so an interrupted download never becomes an input. A raise fails
    the stage, and the host may ask again where the entry has ``retry``.

    Args:
        source: An absolute path or a URL, as ``scheme://...``.
        target: The file to write; its folder exists.
        context: Cancellation, deadline, events, logger.

    Returns:
        What is known about the source (``True`` for nothing in particular), or ``None`` for a source that is not yours.

    >>> from rompy_hooks import hookimpl
    >>> @hookimpl
    ... def fetch(source: str, target: Path) -> bool | None:
    ...     if not source.startswith("text://"):
    ...         return None
    ...     target.write_text(source.removeprefix("text://"))
    ...     return True
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def run(
    model_run: ModelRunLike, config: RunConfig, workspace_dir: Path, context: RunContext
) -> RunResult | bool | None:
    """Execute the steps of a generated run.

    Called once an attempt, in the thread that asked, after the inputs are in place. Asked are the implementations whose
    ``config`` is annotated with a class of the config at hand, last registered first; the first answer that is not
    ``None`` is the result. The host then judges the expectations. A raise ends the attempt as a failure of your plugin;
    for a model that failed return a false ``RunResult`` instead.

    Args:
        model_run: What is simulated, bound to this run. Do not change it.
        config: The backend's settings, an instance of a class that some plugin offered in ``backends``.
        workspace_dir: Where the inputs are and the outputs go; exists, absolute.
        context: The steps to run, cancellation and deadline, events, logger.

    Returns:
        The result; ``True`` stands for a successful one, ``False`` for a failed one of unknown cause.

    >>> import attrs
    >>> from rompy_hooks import RunConfig, hookimpl
    >>> @attrs.frozen(kw_only=True)
    ... class DryRunConfig(RunConfig):
    ...     pass
    >>> @hookimpl
    ... def run(config: DryRunConfig) -> bool:
    ...     return True
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def process(
    model_run: ModelRunLike,
    config: ProcessConfig,
    workspace_dir: Path,
    run_result: RunResult | None,
    context: RunContext,
) -> ProcessResult | Mapping[str, Any] | None:
    """Postprocess what the model wrote.

    Called once a processor, in the thread that asked. Asked are the implementations whose ``config`` is annotated with
    a class of the config at hand, last registered first; the first answer that is not ``None`` is the result. A raise
    ends the stage as a failure of your plugin; for outputs that are not good return a false ``ProcessResult`` instead.

    Args:
        model_run: What was simulated, bound to this run.
        config: The processor's settings, an instance of a class that some plugin offered in ``backends``.
        workspace_dir: Where the inputs and outputs are; exists, absolute.
        run_result: How the run ended, or ``None`` when postprocessing was asked for alone.
        context: Cancellation, events, logger.

    Returns:
        The result; a mapping is checked for ``success`` and kept with all its keys.

    >>> import attrs
    >>> from rompy_hooks import ProcessConfig, ProcessResult, hookimpl
    >>> @attrs.frozen(kw_only=True)
    ... class CountConfig(ProcessConfig):
    ...     pattern: str = "*.nc"
    >>> @hookimpl
    ... def process(config: CountConfig, workspace_dir: Path) -> ProcessResult:
    ...     return ProcessResult(metrics={"files": len(list(workspace_dir.glob(config.pattern)))})
    """
    raise NotImplementedError


@hookspec
def on_event(event: Event) -> None:
    """Watch a run: progress, metrics, notifications.

    Called for each event, in the thread that caused it, after the journal has it; every implementation, one at a time,
    no wrappers; results are ignored. A raise costs only itself: the first one of a watcher is logged and told in the
    record as a warning. Be quick: the run waits.

    Args:
        event: What happened; :class:`~rompy_hooks.EventKind` lists the kinds and their data.

    >>> from rompy_hooks import EventKind, hookimpl
    >>> @hookimpl
    ... def on_event(event) -> None:
    ...     if event.kind == EventKind.STAGE_ENDED and not event.data["success"]:
    ...         print(event.run_id, event.stage, "failed")
    """
    raise NotImplementedError
