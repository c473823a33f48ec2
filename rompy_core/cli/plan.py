"""What a command would do, told without doing it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from rompy_core.backend_configs import name_of
from rompy_core.cli.durations import readable
from rompy_core.cli.work import processors, run_backend
from rompy_core.run_in_hand.expanded_secrets import expanded_secrets, without
from rompy_core.run_in_hand.steps import environment_of, expectations_of, planned_steps
from rompy_core.workspace import is_marked, redact_command

if TYPE_CHECKING:
    from rompy_core.cli.trial import Trial
    from rompy_core.pipeline_file import PipelineFile
    from rompy_core.plugins import PluginManager

T = TypeVar("T")

#: Inputs that are listed; a template may make thousands.
_LISTED = 10

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
        #: What would be done, in order.
        self.stages = tuple(stage for stage in STAGES[action] if not (skip_generate and stage == "generate"))
        #: What came of making the inputs elsewhere, where that was tried.
        self.trial: Trial | None = None
        self._backend = run_backend(file)
        #: What would be executed.
        self.steps = planned_steps(self._backend, self._model_run.config)
        self._secrets = expanded_secrets(file.document.written, file.configs)
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

    @property
    def empties(self) -> str:
        """What ``delete_existing`` would delete in the workspace: ``all``, what is ``ours``, or nothing."""
        model_run = self._model_run
        asked = model_run.delete_existing and "generate" in self.stages
        if not asked or not is_marked(model_run.staging_dir, model_run.run_id):
            return ""
        from rompy_core.record import read_record

        return "all" if model_run.run_id_subdir and not read_record(model_run.staging_dir).adopted else "ours"

    def summary(self) -> str:
        """One line."""
        names = ", ".join(self.processors)
        return self._told(
            f"run {self._model_run.run_id!r}, backend {self.backend}, processor {names},"
            f" workspace {self._model_run.staging_dir}"
        )

    def _told(self, data: T) -> T:
        """Text or data without what came in by variables that are secret."""
        told: T = without(data, self._secrets)
        return told

    def to_dict(self) -> dict[str, Any]:
        """The plan as data that JSON can hold."""
        facts: dict[str, Any] = {
            "run_id": self._model_run.run_id,
            "workspace": str(self._model_run.staging_dir),
            "stages": list(self.stages),
        }
        if self._pipeline is not None:
            facts["pipeline"] = self._pipeline
        if "generate" in self.stages:
            facts["deletes"] = self.empties or None
            facts["inputs"] = None if self.trial is None or self.trial.rendered is None else list(self.trial.rendered)
            facts["data"] = [{"source": source, "target": target} for source, target in self._data()]
        if "run" in self.stages:
            facts["backend"] = self.backend
            facts["steps"] = [{"name": step.name, "command": redact_command(step.command)} for step in self.steps]
            facts["timeout"] = self._backend.timeout
            facts["environment"] = sorted(environment_of(self._backend))
            facts["expect"] = self._expectations()
        if "postprocess" in self.stages:
            facts["processors"] = self.processors
        return self._told(facts)

    def _data(self) -> Iterator[tuple[str, str]]:
        from rompy_core.cli.foreseen import data_files
        from rompy_core.data_files import shown_source

        for entry in data_files(self._model_run):
            yield shown_source(entry.source), str(entry.place)

    def _expectations(self) -> dict[str, list[str]]:
        expect = attrs.asdict(expectations_of(self._backend, self._model_run.config))
        return {name: list(values) for name, values in expect.items() if values}

    def lines(self) -> Iterator[str]:
        """The plan for people."""
        return map(self._told, self._lines())

    def _lines(self) -> Iterator[str]:
        model_run = self._model_run
        there = "exists" if model_run.staging_dir.exists() else "would be made"
        yield f"run: {model_run.run_id}"
        if model_run.period is not None:
            yield f"period: {model_run.period.start.isoformat()} to {model_run.period.end.isoformat()}"
        yield f"workspace: {model_run.staging_dir} ({there})"
        if self._pipeline is not None:
            yield f"pipeline: {self._pipeline}"
        yield f"stages: {', '.join(self.stages)}"
        if "generate" in self.stages:
            yield from self._generate_lines()
        if "run" in self.stages:
            yield from self._run_lines()
        if "postprocess" in self.stages:
            yield f"processors: {', '.join(self.processors)}"
        yield "nothing was created"

    def _generate_lines(self) -> Iterator[str]:
        if self.empties:
            what = {"all": "all that is in the workspace but its record", "ours": "what the run has made"}[self.empties]
            yield f"delete_existing: would delete {what}"
        trial = self.trial
        if trial is not None and trial.renderer:
            yield f"inputs, by {trial.renderer}: " + ("not tried" if trial.rendered is None else _some(trial.rendered))
        for source, target in self._data():
            yield f"data: {target} from {source}"

    def _run_lines(self) -> Iterator[str]:
        limit = self._backend.timeout
        yield f"backend: {self.backend}" + ("" if limit is None else f", at most {readable(float(limit))}")
        for step in self.steps:
            parallel = f" on {self._backend.ranks} ranks" if step.parallel and self._backend.ranks else ""
            yield f"step {step.name}: {_shown(redact_command(step.command))}{parallel}"
        names = sorted(environment_of(self._backend))
        if names:
            yield f"environment: {', '.join(names)}"
        for name, values in self._expectations().items():
            yield f"expect {name}: {', '.join(values)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more if names else "none"


def _shown(command: str | list[str]) -> str:
    import shlex

    return command if isinstance(command, str) else shlex.join(command).replace("'***'", "***")
