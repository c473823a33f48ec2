"""What a command would do, told without doing it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from rompy_core.backend_configs import name_of
from rompy_core.cli.durations import readable
from rompy_core.cli.work import processors, run_backend
from rompy_core.run_in_hand.steps import environment_of, expectations_of, planned_steps

if TYPE_CHECKING:
    from rompy_core.pipeline_file import PipelineFile
    from rompy_core.plugins import PluginManager

STAGES = {
    "generate": ("generate",),
    "run": ("generate", "run"),
    "postprocess": ("postprocess",),
    "pipeline": ("generate", "run", "postprocess"),
}


class Plan:
    """A config file that was found to be good, and what a command would make of it."""

    def __init__(
        self, manager: "PluginManager", file: "PipelineFile", action: str, *, skip_generate: bool = False
    ) -> None:
        """Resolve all that the command would use.

        Raises:
            RequestError: Something cannot be asked for.
        """
        self._manager = manager
        self._file = file
        self._model_run = file.model_run
        self._stages = tuple(stage for stage in STAGES[action] if not (skip_generate and stage == "generate"))
        self._backend = run_backend(file)
        self._processors = processors(file)
        self._pipeline = name_of(manager, "pipeline", file.pipeline) if action == "pipeline" else None

    @property
    def backend(self) -> str:
        """The run backend's name."""
        return name_of(self._manager, "run", self._backend)

    @property
    def processors(self) -> list[str]:
        """The processors' names."""
        return [name_of(self._manager, "process", config) for config in self._processors]

    def summary(self) -> str:
        """One line."""
        names = ", ".join(self.processors)
        return (
            f"run {self._model_run.run_id!r}, backend {self.backend}, processor {names},"
            f" workspace {self._model_run.staging_dir}"
        )

    def to_dict(self) -> dict[str, Any]:
        """The plan as data that JSON can hold."""
        steps = planned_steps(self._backend, self._model_run.config)
        facts: dict[str, Any] = {
            "run_id": self._model_run.run_id,
            "workspace": str(self._model_run.staging_dir),
            "stages": list(self._stages),
        }
        if self._pipeline is not None:
            facts["pipeline"] = self._pipeline
        if "run" in self._stages:
            facts["backend"] = self.backend
            facts["steps"] = [{"name": step.name, "command": _plain(step.command)} for step in steps]
            facts["timeout"] = self._backend.timeout
            facts["environment"] = sorted(environment_of(self._backend))
            facts["expect"] = self._expectations()
        if "postprocess" in self._stages:
            facts["processors"] = self.processors
        return facts

    def _expectations(self) -> dict[str, list[str]]:
        expect = attrs.asdict(expectations_of(self._backend, self._model_run.config))
        return {name: list(values) for name, values in expect.items() if values}

    def lines(self) -> Iterator[str]:
        """The plan for people."""
        model_run = self._model_run
        there = "exists" if model_run.staging_dir.exists() else "would be made"
        yield f"run: {model_run.run_id}"
        if model_run.period is not None:
            yield f"period: {model_run.period.start.isoformat()} to {model_run.period.end.isoformat()}"
        yield f"workspace: {model_run.staging_dir} ({there})"
        if self._pipeline is not None:
            yield f"pipeline: {self._pipeline}"
        yield f"stages: {', '.join(self._stages)}"
        if "run" in self._stages:
            yield from self._run_lines()
        if "postprocess" in self._stages:
            yield f"processors: {', '.join(self.processors)}"
        yield "nothing was created"

    def _run_lines(self) -> Iterator[str]:
        limit = self._backend.timeout
        yield f"backend: {self.backend}" + ("" if limit is None else f", at most {readable(float(limit))}")
        for step in planned_steps(self._backend, self._model_run.config):
            parallel = f" on {self._backend.ranks} ranks" if step.parallel and self._backend.ranks else ""
            yield f"step {step.name}: {_shown(step.command)}{parallel}"
        for name, values in self._expectations().items():
            yield f"expect {name}: {', '.join(values)}"


def _plain(command: Any) -> Any:
    from rompy_hooks import redact

    return redact(list(command) if isinstance(command, tuple) else command)


def _shown(command: Any) -> str:
    import shlex

    return command if isinstance(command, str) else shlex.join(command)
