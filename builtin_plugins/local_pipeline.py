"""``local`` (pipeline): generate, run and postprocess in this process, in order."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs
from attrs.validators import instance_of

from rompy_core import ModelRun, did_you_mean
from rompy_hooks import (
    Backend,
    Failure,
    PipelineConfig,
    PipelineResult,
    ProcessConfig,
    ProcessResult,
    RequestError,
    RompyError,
    RunCancelledError,
    RunConfig,
    RunResult,
    RunTimeoutError,
    StageError,
    WorkspaceError,
    WorkspaceInUseError,
    hookimpl,
    redacted_repr,
)


@attrs.frozen(kw_only=True)
class LocalPipelineConfig(PipelineConfig):
    """The keys of ``pipeline: {type: local, ...}``."""

    #: A run backend: its name, a mapping with ``type``, or a config object.
    run_backend: Any = attrs.field(default="local", repr=redacted_repr)
    #: A processor: its name, a mapping with ``type``, a config object, or a list of these, done in order.
    processor: Any = attrs.field(default="noop", repr=redacted_repr)
    #: Options of the run backend.
    run_kwargs: dict[str, Any] = attrs.field(factory=dict, repr=redacted_repr)
    #: Options of the processor, where there is one alone.
    process_kwargs: dict[str, Any] = attrs.field(factory=dict, repr=redacted_repr)
    #: Whether the files of a run that failed are deleted; its record and logs stay.
    cleanup_on_failure: bool = attrs.field(default=False, validator=instance_of(bool))
    #: Whether each stage's files are looked at before the next begins.
    validate_stages: bool = attrs.field(default=True, validator=instance_of(bool))
    #: Whether a failed processor leaves the pipeline successful.
    continue_on_process_failure: bool = attrs.field(default=False, validator=instance_of(bool))


class LocalPipelineBackend:
    """Do the three stages one after the other and stop at the first that fails."""

    def execute(
        self,
        model_run: ModelRun,
        run_backend: Any = "local",
        processor: Any = "noop",
        run_kwargs: Mapping[str, Any] | None = None,
        process_kwargs: Mapping[str, Any] | None = None,
        cleanup_on_failure: bool = False,
        validate_stages: bool = True,
        **kwargs: Any,
    ) -> PipelineResult:
        """Execute the pipeline; everything that was asked for is looked at before anything is created.

        Args:
            model_run: What is simulated.
            run_backend: A run backend: its name, a mapping with ``type``, or a config object.
            processor: A processor, or a list of them.
            run_kwargs: Options of the run backend.
            process_kwargs: Options of the processor.
            cleanup_on_failure: Whether the files of a run that failed are deleted; its record and logs stay.
            validate_stages: Whether each stage's files are looked at before the next begins.
            kwargs: ``continue_on_process_failure``.

        Raises:
            RequestError: Something that was asked for cannot be done; nothing was created.
        """
        _check_options(kwargs)
        config = LocalPipelineConfig(
            run_backend=run_backend,
            processor=processor,
            run_kwargs=dict(run_kwargs or {}),
            process_kwargs=dict(process_kwargs or {}),
            cleanup_on_failure=cleanup_on_failure,
            validate_stages=validate_stages,
            **kwargs,
        )
        return model_run.pipeline(config)

    @hookimpl
    def backends(self) -> list[Backend]:
        """Offer ``local``."""
        return [
            Backend(
                kind="pipeline",
                name="local",
                config=LocalPipelineConfig,
                summary="generate, run and postprocess in this process",
            )
        ]

    @hookimpl(specname="execute_pipeline")
    def answer(self, model_run: ModelRun, config: LocalPipelineConfig) -> PipelineResult:
        """Execute the pipeline of a run in hand."""
        return _Plan(model_run, config).execute(model_run)


def _check_options(options: Mapping[str, Any]) -> None:
    known = [field.name for field in attrs.fields(LocalPipelineConfig)]
    for name in options:
        if name not in known:
            keys = ", ".join(sorted(known))
            raise RequestError(f"pipeline 'local' has no option {name!r}.{did_you_mean(name, known)} Options: {keys}")


class _Plan:
    """Everything that was asked for, resolved; then the stages, one after the other."""

    def __init__(self, model_run: ModelRun, config: LocalPipelineConfig) -> None:
        self.config = config
        self.run_config: RunConfig
        self.processors: tuple[ProcessConfig, ...]
        self.run_config, self.processors = _resolved(model_run, config)
        self.run_name = model_run.backend_name("run", self.run_config)
        names = [model_run.backend_name("process", processor) for processor in self.processors]
        self.result: dict[str, Any] = {
            "run_id": model_run.run_id,
            "stages_completed": [],
            "run_backend": self.run_name,
            "processor": names[0] if len(names) == 1 else names,
            "staging_dir": model_run.staging_dir,
            "run_success": False,
            "run_result": None,
            "postprocess_results": None,
        }

    def execute(self, bound: ModelRun) -> PipelineResult:
        """Do the stages."""
        stages: tuple[tuple[str, Callable[[ModelRun], str | None]], ...] = (
            ("generate", self._generate),
            ("run", self._run),
            ("postprocess", self._postprocess),
        )
        for name, do in stages:
            error = self._error_of(do, bound)
            if error is not None:
                return self._failed(bound, name, error)
            self.result["stages_completed"].append(name)
        message = self.result.pop("warning", None) or f"run {bound.run_id!r} succeeded"
        return PipelineResult(**{**self.result, "success": True, "message": message})

    def _generate(self, bound: ModelRun) -> str | None:
        workspace = bound.generate()
        return None if not self.config.validate_stages or workspace.is_dir() else f"{workspace} vanished"

    def _run(self, bound: ModelRun) -> str | None:
        try:
            result: RunResult = bound.run(backend=self.run_config)
        except RunTimeoutError as error:
            result = error.result
        self.result["run_result"], self.result["run_success"] = result, result.success
        if not result.success:
            return result.message or f"the run failed: {result.failure}"
        if self.config.validate_stages and not bound.staging_dir.is_dir():
            return f"{bound.staging_dir} vanished during the run"
        return None

    def _postprocess(self, bound: ModelRun) -> str | None:
        results: ProcessResult = bound.postprocess(self.processors)
        self.result["postprocess_results"] = results
        if results.success:
            return None
        message = results.message or "the processor reported a failure"
        if not self.config.continue_on_process_failure:
            return message
        self.result["warning"] = f"run {bound.run_id!r} succeeded; its postprocessing failed: {message}"
        return None

    def _error_of(self, do: Callable[[ModelRun], str | None], bound: ModelRun) -> str | None:
        try:
            return do(bound)
        except WorkspaceInUseError:
            raise  # nothing there is ours, and whoever has it may be waited for
        except RunCancelledError as error:
            self.result["failure"] = Failure.CANCELLED
            return str(error)
        except (StageError, WorkspaceError) as error:
            return str(error)
        except RompyError as error:
            refusal = self._clean_up(bound)
            if refusal:
                error.add_note(f"its files are still there: {refusal}")
            raise

    def _clean_up(self, bound: ModelRun) -> str:
        """Delete the files of a run that failed, where that was asked for; why it could not be done."""
        if not self.config.cleanup_on_failure:
            return ""
        self.result["cleaned_up"] = False
        try:
            self.result["cleaned_up"] = bound.clear_workspace()
        except (StageError, WorkspaceError) as refusal:
            return str(refusal)
        return ""

    def _failed(self, bound: ModelRun, stage: str, error: str) -> PipelineResult:
        message = f"run {bound.run_id!r} failed in stage {stage}: {error}"
        refusal = self._clean_up(bound)
        if refusal:
            message += "; its files are still there" + ("" if refusal == error else f": {refusal}")
        return PipelineResult(**{**self.result, "success": False, "stage": stage, "error": error, "message": message})


def _resolved(model_run: ModelRun, config: LocalPipelineConfig) -> tuple[RunConfig, tuple[ProcessConfig, ...]]:
    """The run backend's and the processors' configs; all that is wrong with either is told together."""
    return model_run.configure_pipeline(
        config.run_backend, config.processor, run_options=config.run_kwargs, process_options=config.process_kwargs
    )


plugin = LocalPipelineBackend()
