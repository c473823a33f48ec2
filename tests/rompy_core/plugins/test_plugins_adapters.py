"""Plain classes with ``run``, ``process`` and ``execute`` work by their entry point's name."""

import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.plugins import PluginManager
from rompy_core.plugins.adapters import adapted
from rompy_core.plugins.create import create_plugin_manager
from rompy_core.plugins.options import Signature
from rompy_core.structuring import structure
from rompy_hooks import (
    ConfigError,
    Expect,
    Failure,
    PipelineResult,
    PluginError,
    ProcessResult,
    RunConfig,
    RunResult,
    UnknownNameError,
)

HERE = __name__.replace(".", "/") + ".py"


def manager_with(kind: str, found: object) -> PluginManager:
    """A manager in which ``found`` is the entry point ``x`` of a kind."""
    group = {"run": "rompy.run", "process": "rompy.postprocess", "pipeline": "rompy.pipeline"}[kind]
    plugin = adapted(group, kind, "x", found)
    return create_plugin_manager(plugins=[plugin], builtin=False, autoload=False, environ={})


def config_of(found: object, kind: str = "run", /, **options: Any) -> Any:
    """The config of the adapted class for these keys."""
    return structure(manager_with(kind, found).backend(kind, "x").config, options)  # type: ignore[arg-type]


def test_adapter_imports_a_class_when_its_name_is_asked_for(manager_of, arguments) -> None:
    """Listing the backends doesn't; asking for one imports that one's module."""
    manager = manager_of("plain_classes", builtin=False)
    assert [(offer.kind, offer.name, offer.backend) for offer in manager.offers()] == [
        ("run", "custom", None),
        ("process", "analysis", None),
        ("process", "report", None),
        ("pipeline", "cloud", None),
    ]
    assert "plain.backends" not in sys.modules
    backend = manager.backend("run", "custom")
    assert (backend.name, backend.summary, backend.executes_steps) == ("custom", "Runs somewhere else.", False)
    assert "plain.configs" not in sys.modules
    assert manager.backend_of(backend.config()) is backend
    assert manager.offers("run")[0].backend is backend
    assert {info.name: info.state for info in manager.infos()}["rompy.run:custom"] == "loaded"


def test_adapter_hands_options_to_the_method(manager_of, arguments) -> None:
    """Own and common keys as they were given; expectations stay with the host; the result is normalised."""
    manager = manager_of("plain_classes")
    data = {"command": ["./swan.exe", "-v"], "timeout": "1H", "queue": "long", "expect": {"outputs": ["out.nc"]}}
    config = structure(manager.backend("run", "custom").config, data)
    assert config.expect == Expect(outputs=("out.nc",))
    assert manager.ask("run", config=config, **arguments) == RunResult(success=True)
    assert arguments["model_run"].seen == [{"command": ["./swan.exe", "-v"], "timeout": 3600.0, "queue": "long"}]


def test_adapter_hands_options_to_the_constructor_that_names_them(manager_of, arguments, tmp_path) -> None:
    """A pipeline whose constructor needs an argument; the workspace is passed since the method names it."""
    manager = manager_of("plain_classes")
    config = structure(manager.backend("pipeline", "cloud").config, {"api_key": "k", "size": 3})
    result = manager.ask(
        "execute_pipeline", config=config, model_run=arguments["model_run"], context=arguments["context"]
    )
    assert result == PipelineResult(made=["k", "eu"], given=["main", str(tmp_path), {"size": 3}])


def test_adapter_of_a_processor_passes_only_what_was_given(manager_of, arguments) -> None:
    """No options are forced on a processor that does not know them."""
    manager = manager_of("plain_classes")
    config = structure(manager.backend("process", "analysis").config, {"create_plots": True})
    result = manager.ask("process", config=config, run_result=None, **arguments)
    assert result == ProcessResult(message="analysed", options={"create_plots": True})
    assert "plain.configs" not in sys.modules


def test_adapter_of_a_config_class_finds_its_processor(manager_of, arguments) -> None:
    """An entry point of rompy.postprocess.config whose class tells the processor."""
    manager = manager_of("plain_classes")
    config = structure(manager.backend("process", "report").config, {"title": "map"})
    result = manager.ask("process", config=config, run_result=None, **arguments)
    assert result == ProcessResult(message="map by ReportConfig")


@pytest.mark.parametrize("name", ["wave", "swan-like"])
def test_adapter_of_a_model_config_is_found_by_name_and_by_literal(name: str, manager_of) -> None:
    """The entry point's name first, then the class's own ``model_type``."""
    manager = manager_of("plain_classes")
    assert [(offer.name, offer.model_config) for offer in manager.model_config_offers()][-1] == ("wave", None)
    found = manager.model_config(name)
    assert (found.name, found.cls.__name__, found.summary) == ("wave", "WaveConfig", "A wave model.")
    assert manager.model_config(name) == found


def test_model_config_that_nobody_offers_is_an_error(manager_of) -> None:
    """The names there are, and the nearest."""
    with pytest.raises(UnknownNameError) as caught:
        manager_of("plain_classes").model_config("wav")
    assert str(caught.value) == "no model config is called 'wav'. Did you mean 'wave'? Known: base, template, wave"


def test_adapter_answers_for_its_own_configs_only(arguments) -> None:
    """Of two adapted classes the one whose config it is, whichever was registered last."""

    class Fine:
        def run(self, model_run) -> bool:
            return True

    class Bad:
        def run(self, model_run) -> bool:
            return False

    plugins = [adapted("rompy.run", "run", name, found) for name, found in (("fine", Fine), ("bad", Bad))]
    manager = create_plugin_manager(plugins=plugins, builtin=False, autoload=False, environ={})
    answers = {
        name: manager.ask("run", config=manager.backend("run", name).config(), **arguments) for name in ("fine", "bad")
    }
    assert (answers["fine"].success, answers["bad"].success) == (True, False)


class Named:
    """Names everything that rompy passes."""

    seen: ClassVar[list[Any]] = []

    def __init__(self, queue: str = "short") -> None:
        self.queue = queue

    def run(self, model_run, config, workspace_dir, context, *, retries=0, cores=1) -> bool:
        self.seen.append((model_run.run_id, config.cores, workspace_dir, context.run_id, self.queue, retries, cores))
        return False


def test_adapter_passes_what_the_method_names(arguments, tmp_path) -> None:
    """config (with the options as attributes), workspace_dir and context."""
    manager = manager_with("run", Named)
    config = config_of(Named, queue="long", cores=4)
    Named.seen.clear()
    manager = create_plugin_manager(builtin=False, autoload=False, environ={})
    plugin = adapted("rompy.run", "run", "x", Named)
    manager.register(plugin)
    config = structure(manager.backend("run", "x").config, {"queue": "long", "cores": 4})
    assert not manager.ask("run", config=config, **arguments)
    assert Named.seen == [("r1", 4, tmp_path, "r1", "long", 0, 4)]
    with pytest.raises(AttributeError, match=r"^xConfig has no key 'nodes'$"):
        _ = config.nodes


class Strict:
    def __init__(self, host, port=1) -> None:
        """Needs a host."""

    def run(self, model_run, case, timeout=None): ...


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"host": "h", "case": "c", "prt": 1}, "run backend 'x' has no key 'prt'. Did you mean 'port'?"),
        ({"host": "h", "case": "c", "memory": 5}, "run backend 'x' has no key 'memory'."),
        ({"port": 1}, "run backend 'x' needs 'case', 'host'"),
        ({"host": "h", "case": "c", "context": 1}, "run backend 'x': 'context' cannot be given, rompy passes it"),
    ],
)
def test_adapter_refuses_options_before_anything_runs(options: dict[str, Any], text: str) -> None:
    """What neither constructor nor method takes, what one of them needs, and what rompy passes itself."""
    keys = " Keys: case, host, port, timeout" if "has no key" in text else ""
    with pytest.raises(ConfigError) as caught:
        config_of(Strict, **options)
    assert str(caught.value) == text + keys


def test_adapter_takes_common_keys_that_the_class_takes() -> None:
    """A method that names ``timeout`` gets it; the kind's own checks still hold."""
    assert config_of(Strict, host="h", case="c", timeout="2H").timeout == 7200.0
    with pytest.raises(ConfigError, match="timeout"):
        config_of(Strict, host="h", case="c", timeout=-1)


class Method:
    def run(self, queue): ...
    def process(self, queue, **options): ...
    @staticmethod
    def execute(queue, size=1): ...


@given(st.dictionaries(st.sampled_from(["queue", "size", "api_key", "colour"]), st.integers()))
def test_options_go_to_one_place(options: dict[str, int]) -> None:
    """Of the options that pass the check, each goes to the constructor or to the method, never to both."""

    class Both:
        def __init__(self, api_key=0, size=0): ...
        def run(self, model_run, size=0, colour=0): ...

    signature = Signature.of(Both, "run")
    try:
        signature.check("run backend 'x'", options)
    except ValueError:
        assert "queue" in options
    else:
        assert all(signature.goes_to_constructor(name) != signature.goes_to_method(name) for name in options)


def test_signature_leaves_out_the_model_run() -> None:
    """Of methods, static methods and objects that are made already; whatever the argument is called."""
    assert Signature.of(Method, "run").method.names == {}
    assert Signature.of(Method(), "run").method.names == {}
    assert Signature.of(Method, "process").method.everything
    assert Signature.of(Method, "execute").method.names == {"size": False}
    assert Signature.of(Method(), "run").constructor is None


def test_adapter_refuses_what_it_cannot_adapt() -> None:
    """No method, a method without a model run, no class."""

    class NoRun:
        """Has nothing."""

    class NoModelRun:
        def run(self): ...

    with pytest.raises(PluginError) as caught:
        adapted("rompy.run", "run", "x", NoRun)
    assert str(caught.value) == f"Plugin 'x': {NoRun!r} has no method 'run'"
    with pytest.raises(PluginError) as caught:
        adapted("rompy.run", "run", "x", NoModelRun)
    line = NoModelRun.run.__code__.co_firstlineno
    assert str(caught.value) == f"Plugin 'x' ({HERE}:{line}): 'run' takes no model_run"
    with pytest.raises(PluginError) as caught:
        adapted("rompy.config", "model_config", "x", 3)
    assert str(caught.value) == "Plugin 'x': 3 is no class, so it cannot be a model config"
    with pytest.raises(PluginError) as caught:
        adapted("rompy.postprocess.config", "process", "x", NoRun)
    assert str(caught.value) == f"Plugin 'x': {NoRun!r} has no method 'get_postprocessor_class'"


@attrs.frozen
class AttrsAnswer:
    success: bool
    message: str = "told"


@dataclass
class DataAnswer:
    success: bool
    message: str = "told"


class PydanticAnswer:
    def model_dump(self) -> dict[str, Any]:
        return {"success": True, "message": "told"}


class PropertyAnswer:
    def __init__(self) -> None:
        self.message = "told"
        self._hidden = 1

    @property
    def success(self) -> bool:
        return True


ANSWERS = [
    {"success": True, "message": "told"},
    AttrsAnswer(True),
    DataAnswer(True),
    PydanticAnswer(),
    PropertyAnswer(),
    SimpleNamespace(success=True, message="told"),
]


def answers(kind: str, answer: Any, arguments: dict[str, Any]) -> Any:
    """What becomes of an answer of a plain class."""

    class Plain:
        def run(self, model_run):
            return answer

        process = execute = run

    manager = manager_with(kind, Plain)
    hook = {"pipeline": "execute_pipeline"}.get(kind, kind)
    return manager.ask(hook, config=manager.backend(kind, "x").config(), run_result=None, **arguments)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("run", RunResult(success=True, message="told")),
        ("process", ProcessResult(message="told")),
        ("pipeline", PipelineResult(message="told")),
    ],
)
def test_adapter_normalises_results(kind: str, expected: Any, answer: Any, arguments: dict[str, Any]) -> None:
    """Mappings, attrs, dataclasses, pydantic models and other objects that tell of success."""
    result = answers(kind, answer, arguments)
    assert (type(result), result) == (type(expected), expected)


def test_adapter_normalises_bools_and_results_of_ours(arguments: dict[str, Any]) -> None:
    """True, False, and what is a result already."""
    assert answers("process", True, arguments) == ProcessResult()
    assert not answers("pipeline", False, arguments)
    assert answers("run", RunResult(success=True, exit_code=0), arguments).exit_code == 0
    failed = answers(
        "run", {"success": False, "exit_code": 3, "failure": "timeout", "job": 7, "stdout": "text"}, arguments
    )
    assert failed == RunResult(
        success=False, exit_code=3, failure=Failure.TIMEOUT, metadata={"job": 7, "stdout": "text"}
    )
    assert answers("run", {"success": False}, arguments).failure is Failure.OTHER


@pytest.mark.parametrize(
    ("kind", "answer", "text"),
    [
        (
            "run",
            None,
            "returned None, so nobody knows whether it succeeded; return True, False or a mapping with 'success'",
        ),
        (
            "process",
            None,
            "returned None, so nobody knows whether it succeeded; return True, False or a mapping with 'success'",
        ),
        ("run", {"exit_code": 0}, "returned {'exit_code': 0} (a dict): success must be true or false, got None"),
        ("pipeline", {"success": 1}, "returned {'success': 1} (a dict): success must be true or false, got 1"),
        ("process", "a.png", "returned 'a.png' (a str): expected True, False, a mapping, or an object with 'success'"),
        ("run", 0, "returned 0 (a int): expected True, False, a mapping, or an object with 'success'"),
    ],
)
def test_adapter_guesses_no_success(kind: str, answer: Any, text: str, arguments: dict[str, Any]) -> None:
    """What tells neither success nor failure is the plugin's fault."""
    with pytest.raises(PluginError) as caught:
        answers(kind, answer, arguments)
    line = answers.__code__.co_consts
    place = next(each for each in line if getattr(each, "co_name", "") == "Plain").co_consts
    number = next(each.co_firstlineno for each in place if getattr(each, "co_name", "") == "run")
    assert str(caught.value) == f"Plugin 'x' ({HERE}:{number}) {text}"


def test_adapter_names_the_class_that_raised(arguments: dict[str, Any]) -> None:
    """Where the plain class's method stands, not where the adapter does."""

    class Fails:
        def run(self, model_run):
            raise OSError("queue is full")

    manager = manager_with("run", Fails)
    with pytest.raises(PluginError) as caught:
        manager.ask("run", config=manager.backend("run", "x").config(), **arguments)
    line = Fails.run.__code__.co_firstlineno
    assert str(caught.value) == (f"Plugin 'SimpleNamespace' ({HERE}:{line}) raised in hook run: OSError: queue is full")


def test_adapter_that_cannot_be_imported_is_told_when_it_is_asked_for(manager_of) -> None:
    """By its name; the others of the distribution work."""
    manager = manager_of("upstream", load=[])
    with pytest.raises(PluginError, match=r"^Plugin 'docker' \(rompy 0\.6\.4\) failed to load: No module named"):
        manager_of(load=["docker"], search_path=manager.recipe.search_path)
    assert isinstance(manager.backend("run", "local").config(), RunConfig)
