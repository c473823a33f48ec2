"""Each hook, answered by a plugin through the host; and the page on hooks, which shows the signatures of the specs."""

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pluggy
import pytest

from rompy_hooks import (
    Backend,
    Event,
    EventKind,
    FetchResult,
    ModelConfig,
    ModelRunLike,
    PipelineConfig,
    PipelineResult,
    ProcessConfig,
    ProcessResult,
    RunConfig,
    RunContext,
    RunResult,
    hookimpl,
    specs,
)

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SPECS = {name: spec for name, spec in vars(specs).items() if getattr(spec, "rompy_spec", None) is not None}


@attrs.frozen(kw_only=True)
class TideRun(RunConfig):
    """A run backend's keys."""

    fails: bool = False


@attrs.frozen(kw_only=True)
class TideProcess(ProcessConfig):
    """A processor's keys."""


@attrs.frozen(kw_only=True)
class TidePipeline(PipelineConfig):
    """A pipeline's keys."""


@attrs.frozen(kw_only=True)
class TideModel:
    """A model config."""

    amplitude: float
    command: str = "cat tide.txt"


class Tides:
    """Offers one backend of each kind and a model config, and keeps what its hooks were given."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}

    @hookimpl
    def backends(self) -> list[Backend]:
        return [
            Backend(kind="run", name="tides", config=TideRun, summary="by harmonics", executes_steps=False),
            Backend(kind="process", name="tides", config=TideProcess),
            Backend(kind="pipeline", name="tides", config=TidePipeline),
        ]

    @hookimpl
    def model_configs(self) -> list[ModelConfig]:
        return [ModelConfig(name="tide", cls=TideModel)]

    @hookimpl
    def execute_pipeline(
        self, model_run: ModelRunLike, config: TidePipeline, context: RunContext
    ) -> PipelineResult | Mapping[str, Any] | None:
        self.given = {"config": config, "stage": context.stage, "exists": model_run.staging_dir.exists()}
        model_run.generate()
        return {"stages_completed": ["generate"], "made": model_run.staging_dir.is_dir()}

    @hookimpl
    def fetch(self, source: str, target: Path, context: RunContext) -> FetchResult | bool | None:
        if not source.startswith("tide://"):
            return None
        self.given = {"source": source, "folder": target.parent.is_dir(), "stage": context.stage}
        target.write_text("1.2")
        return FetchResult(size=3)

    @hookimpl
    def run(
        self, model_run: ModelRunLike, config: TideRun, workspace_dir: Path, context: RunContext
    ) -> RunResult | bool | None:
        self.given = {"run_id": model_run.run_id, "workspace": workspace_dir, "attempt": context.attempt}
        return not config.fails

    @hookimpl
    def process(
        self,
        model_run: ModelRunLike,
        config: TideProcess,
        workspace_dir: Path,
        run_result: RunResult | None,
        context: RunContext,
    ) -> ProcessResult | Mapping[str, Any] | None:
        self.given = {"workspace": workspace_dir, "run_result": run_result, "stage": context.stage}
        return ProcessResult(metrics={"range_m": 2.4})


class Watcher:
    """Keeps the events that it is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    @hookimpl
    def on_event(self, event: Event) -> None:
        self.events.append(event)

    def data(self) -> dict[tuple[str, str | None], set[str]]:
        """The keys of what came with each kind of event, in each stage."""
        return {(str(event.kind), event.stage): set(event.data) for event in self.events}


@pytest.fixture
def tides() -> Tides:
    """A plugin."""
    return Tides()


def test_hook_backends(host: Any, tides: Tides) -> None:
    """What a plugin offers is found by its name and kind."""
    manager = host.manager_with(tides)
    assert manager.backend("run", "tides").config is TideRun
    assert {offer.kind for offer in manager.offers() if offer.name == "tides"} == {"run", "process", "pipeline"}


def test_hook_model_configs(host: Any, tides: Tides) -> None:
    """``model_type`` chooses the class, and the other keys are its fields."""
    model = host.model(tides, config={"model_type": "tide", "amplitude": 1.2})
    assert model.config == TideModel(amplitude=1.2)


def test_hook_execute_pipeline(host: Any, tides: Tides) -> None:
    """It is asked before anything is made, has the run in hand, and its mapping becomes a result with all its keys."""
    model = host.model(tides, config=host.template(INPUT="a"))
    result = model.pipeline("tides")
    assert tides.given == {"config": TidePipeline(), "stage": None, "exists": False}
    assert isinstance(result, PipelineResult)
    assert (result.success, result["stages_completed"], result["made"]) == (True, ["generate"], True)
    assert [event["kind"] for event in host.events(model)].count("run_opened") == 1


def test_hook_fetch(host: Any, tides: Tides) -> None:
    """It brings the sources that are its own to a temporary name; the others are somebody else's."""
    (host.folder / "b.txt").write_text("2")
    data = [{"source": "tide://m2", "target": "a.txt"}, {"source": str(host.folder / "b.txt")}]
    workspace = host.model(tides, config=host.template(INPUT="a", more={"data": data})).generate()
    assert tides.given == {"source": "tide://m2", "folder": True, "stage": "generate"}
    assert host.files(workspace) == {"INPUT": "a", "a.txt": "1.2", "b.txt": "2"}


def test_hook_run(host: Any, tides: Tides) -> None:
    """``True`` becomes a successful result, ``False`` a failed one that says who was silent."""
    model = host.model(tides)
    assert model.run("tides").success
    assert tides.given == {"run_id": "sea", "workspace": model.staging_dir, "attempt": 1}
    failed = model.run("tides", fails=True)
    assert (failed.success, failed.failure, failed.attempt) == (False, "other", 2)
    assert failed.message == "the backend returned False and did not say why"


def test_hook_process(host: Any, tides: Tides) -> None:
    """Asked for alone it gets no run result, after a run in the same hand it does."""
    model = host.model(tides)
    model.generate()
    assert model.postprocess("tides").metrics == {"range_m": 2.4}
    assert tides.given == {"workspace": model.staging_dir, "run_result": None, "stage": "postprocess"}
    model.pipeline(run_backend="tides", processor="tides")
    assert tides.given["run_result"].backend == "tides"


def test_hook_on_event(host: Any) -> None:
    """A watcher is told everything that the journal has, in the same order, and the output that it doesn't have."""
    watcher = Watcher()
    model = host.model(watcher)
    model.run(command="echo high; echo water >&2", stream_output=True)
    told = [str(event.kind) for event in watcher.events]
    assert [kind for kind in told if kind != "output"] == [event["kind"] for event in host.events(model)]
    lines = {event.data["stream"]: event.data["lines"] for event in watcher.events if event.kind == EventKind.OUTPUT}
    assert lines == {"stdout": ["high"], "stderr": ["water"]}


class Broken:
    """A watcher that raises at every event."""

    @hookimpl
    def on_event(self, event: Event) -> None:
        raise KeyError(event.kind)


def test_hook_on_event_that_raises_costs_only_itself(host: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The first raise is logged, told in the record and to the other watchers; the run goes on."""
    watcher = Watcher()
    model = host.model(watcher, Broken())
    assert model.run(command="true")
    (warning,) = host.record(model).warnings
    assert re.fullmatch(r"Plugin 'Broken' \(.*\) raised in hook on_event: KeyError: .*run_opened.*", warning["message"])
    assert [record.getMessage() for record in caplog.records] == [warning["message"]]
    (told,) = [event for event in watcher.events if event.kind == EventKind.WARNING]
    assert (told.stage, told.data) == (None, {"message": warning["message"]})


@pytest.mark.parametrize("name", SPECS)
def test_signature_on_the_page_is_that_of_the_spec(name: str) -> None:
    """Arguments, annotations and what is returned, to the letter."""
    (code,) = re.findall(r"```python\n(.*?)```", (REFERENCE / "hooks.md").read_text(), re.DOTALL)
    shown: dict[str, Any] = {"__name__": "page"}
    exec(code, shown)
    assert inspect.signature(shown[name]) == inspect.signature(SPECS[name])
    functions = [found for found, value in shown.items() if inspect.isfunction(value)]
    assert functions == list(SPECS)


def test_every_hook_has_a_test_here_and_a_row_on_the_page() -> None:
    """A hook that is added to the specs is added to both."""
    rows = re.findall(r"^\| (`.*?`) \|", (REFERENCE / "hooks.md").read_text(), re.MULTILINE)
    assert set(re.findall(r"\w+", " ".join(rows))) == set(SPECS)
    assert [name for name in SPECS if f"test_hook_{name}" not in globals()] == []


def test_hooks_that_are_asked_for_one_answer_are_marked() -> None:
    """The others collect."""
    first = {name for name, spec in SPECS.items() if spec.rompy_spec["firstresult"]}
    assert first == {"execute_pipeline", "fetch", "run", "process"}


def test_specs_are_a_contract_that_pluggy_takes() -> None:
    """A bare pluggy manager checks a plugin against them, so that others may test theirs without the host."""
    manager = pluggy.PluginManager("rompy")
    manager.add_hookspecs(specs)
    manager.register(Tides())
    manager.check_pending()
    (offers,) = manager.hook.backends()
    assert [offer.kind for offer in offers] == ["run", "process", "pipeline"]


def test_events_on_the_page_have_the_fields_that_a_run_tells(host: Any) -> None:
    """All kinds that the host emits, in all stages, with their data."""
    watcher = Watcher()
    source = host.folder / "grid.nc"
    source.write_text("grid")
    model = host.model(watcher, Broken(), config=host.template(INPUT="a", more={"data": [{"source": str(source)}]}))
    model.pipeline(run_kwargs={"command": "echo high", "stream_output": True})
    assert watcher.data() == emitted_by_the_host()


def emitted_by_the_host() -> dict[tuple[str, str | None], set[str]]:
    """The first table of the page: the keys of each kind of event, in each stage."""
    table = (REFERENCE / "events.md").read_text().partition("These are for plugins")[0]
    rows = re.findall(r"^\| `(\w+)` \| .*? \| (.*) \|$", table, re.MULTILINE)
    stages = {"run_opened": (None,), "run_ended": (None,), "warning": (None,), "progress": ("generate",)}
    stages["inputs_planned"] = ("generate",)
    per_stage = {"stage_started", "stage_ended"}
    found: dict[tuple[str, str | None], set[str]] = {}
    for kind, data in rows:
        common, *of_stages = data.split("; of ")
        for stage in stages.get(kind, ("generate", "run", "postprocess") if kind in per_stage else ("run",)):
            special = [part for part in of_stages if part.startswith(str(stage))]
            found[kind, stage] = set(re.findall(r"`(\w+)`", " ".join([common, *special])))
    return found


def test_page_lists_every_kind_of_event() -> None:
    """In one of its two tables."""
    listed = set(re.findall(r"^\| `(\w+)` \|", (REFERENCE / "events.md").read_text(), re.MULTILINE))
    assert listed == {str(kind) for kind in EventKind}
