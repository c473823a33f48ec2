"""Plugins are found where they are installed, in order, and one that is broken costs only itself."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from rompy_core.plugins import PluginManager, create_plugin_manager
from rompy_hooks import Backend, PluginError, RequestError, RunConfig, RunResult, UnknownNameError, hookimpl

BUILTIN = [
    "builtin:local",
    "builtin:docker",
    "builtin:noop",
    "builtin:local_pipeline",
    "builtin:template",
    "builtin:fetch_files",
]
SYNTAX_ERROR = "SyntaxError: invalid syntax (syntax_error.py, line 3)"

ManagerOf = Callable[..., PluginManager]


def states(manager: PluginManager) -> dict[str, str]:
    """The state of each plugin that is not built in."""
    return {info.name: info.state for info in manager.infos() if info.source != "builtin"}


def test_discovery_finds_the_built_in_plugins() -> None:
    """All of them, by name, without a problem."""
    manager = create_plugin_manager(environ={}, search_path=[])
    assert [info.name for info in manager.infos()] == BUILTIN
    assert manager.problems == ()
    assert {(offer.kind, offer.name) for offer in manager.offers()} == {
        ("run", "local"),
        ("run", "docker"),
        ("process", "noop"),
        ("pipeline", "local"),
    }


def test_discovery_imports_entry_points_when_a_hook_is_first_called(
    manager_of: ManagerOf, arguments: dict[str, Any]
) -> None:
    """Making a manager and listing its plugins imports none."""
    manager = manager_of("good")
    assert states(manager) == {"rompy:tides": "pending"}
    assert "tides" not in sys.modules
    config = manager.backend("run", "tides").config(harmonics=3)
    assert states(manager) == {"rompy:tides": "loaded"}
    assert manager.ask("run", config=config, **arguments) == RunResult(success=True)
    info = manager.infos()[-1]
    assert info.to_dict() == {
        "name": "rompy:tides",
        "source": "rompy",
        "distribution": "rompy-tides",
        "version": "0.2.0",
        "value": "tides.hooks",
        "state": "loaded",
        "hooks": ["backends", "process", "run"],
        "backends": ["run:tides", "process:harmonics"],
    }
    assert manager.version_of("rompy:tides") == manager.version_of(manager.get_plugin("rompy:tides")) == "0.2.0"
    assert manager.versions()["rompy-tides"] == "0.2.0"


@pytest.mark.parametrize(
    ("name", "stage", "message"),
    [
        (
            "import_error",
            "import",
            "Plugin 'pbs' (rompy-pbs 0.3.1) failed to load: No module named 'pbs4py'",
        ),
        (
            "misspelt_hook",
            "validate",
            (
                "Plugin 'misspelt-hook' (misspelt_hook.py:6) implements the hook 'proces', which there is not. Did you"
                " mean 'process'? Hooks: backends, execute_pipeline, fetch, model_configs, on_event, process, run"
            ),
        ),
        (
            "misspelt_argument",
            "validate",
            (
                "Plugin 'misspelt-argument' (misspelt_argument.py:6) asks the hook run for 'confg'. Did you mean"
                " 'config'? It passes: config, context, model_run, workspace_dir"
            ),
        ),
        (
            "syntax_error",
            "import",
            f"Plugin 'syntax-error' (rompy-syntax-error 1.0) failed to load: {SYNTAX_ERROR}",
        ),
        (
            "system_exit",
            "import",
            (
                "Plugin 'system-exit' (rompy-system-exit 1.0) failed to load: it wants to end the program"
                " (SystemExit: no licence)"
            ),
        ),
    ],
)
def test_discovery_of_a_broken_distribution_costs_only_itself(
    name: str, stage: str, message: str, manager_of: ManagerOf, caplog: pytest.LogCaptureFixture
) -> None:
    """The plugin beside it works; the broken one is kept with its traceback and told once."""
    manager = manager_of(name, "good")
    assert manager.backend("run", "tides").name == "tides"
    assert manager.backend("run", "local").name == "local"
    manager.offers()
    (problem,) = manager.problems
    assert (problem.message, problem.stage) == (message, stage)
    assert problem.distribution == {"import_error": "rompy-pbs"}.get(name, f"rompy-{name.replace('_', '-')}")
    assert bool(problem.traceback) == (stage == "import")
    assert [record.getMessage() for record in caplog.records] == [message]
    assert states(manager)[problem.plugin] == "failed"
    with pytest.raises(UnknownNameError) as caught:
        manager.backend("run", "pbs")
    assert str(caught.value) == f"no run backend is called 'pbs'. Known: docker, local, tides. {message}"


@pytest.mark.parametrize("name", ["import_error", "misspelt_hook", "syntax_error", "system_exit", "clash_with_builtin"])
def test_discovery_in_a_strict_manager_makes_it_an_error(name: str, manager_of: ManagerOf) -> None:
    """The first use raises, and so does every further one; the list of plugins still works."""
    manager = manager_of(name, strict=True)
    messages = []
    for _ in range(2):
        with pytest.raises(PluginError) as caught:
            manager.backend("run", "local")
        messages.append(str(caught.value))
    assert messages == [manager.problems[0].message] * 2
    assert len(states(manager)) == 1


def test_discovery_without_autoload_finds_no_entry_points(manager_of: ManagerOf) -> None:
    """By argument or by environment; what is named is loaded all the same."""
    assert states(manager_of("good", autoload=False)) == {}
    disabled = manager_of(environ={"ROMPY_DISABLE_PLUGIN_AUTOLOAD": "1"}, search_path=None)
    assert not disabled.recipe.autoload
    assert manager_of(environ={"ROMPY_DISABLE_PLUGIN_AUTOLOAD": "1"}, autoload=True).recipe.autoload


@pytest.mark.parametrize("word", ["tides", "rompy:tides", "tides.hooks"])
@pytest.mark.parametrize("by_environment", [False, True])
def test_discovery_loads_an_entry_point_that_is_named(word: str, by_environment: bool, manager_of: ManagerOf) -> None:
    """By its short name, in full, or by what it imports; at once, and without autoload."""
    options: dict[str, Any] = {"environ": {"ROMPY_PLUGINS": f" {word} ,"}} if by_environment else {"load": [word]}
    manager = manager_of("good", autoload=False, **options)
    assert "tides.hooks" in sys.modules
    assert manager.backend("run", "tides").name == "tides"
    assert manager.recipe.load == (word,)


def test_discovery_loads_a_module_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that nobody registered, or an object of it."""
    text = "from rompy_hooks import hookimpl\nclass P:\n    @hookimpl\n    def on_event(self): pass\nmade = P()\n"
    (tmp_path / "named_by_hand.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    manager = create_plugin_manager(load=["named_by_hand:made", "named_by_hand:P"], environ={}, search_path=[])
    assert manager.has_watchers
    assert [info.name for info in manager.infos()][len(BUILTIN) :] == ["-p:named_by_hand:made", "-p:named_by_hand:P"]
    del sys.modules["named_by_hand"]


def test_discovery_of_a_name_that_nobody_has_is_an_error() -> None:
    """What was asked for has to be there."""
    with pytest.raises(PluginError) as caught:
        create_plugin_manager(load=["no_such_module"], environ={}, search_path=[])
    assert str(caught.value) == (
        "-p no_such_module: Plugin 'no_such_module' failed to load: No module named 'no_such_module'"
    )
    with pytest.raises(PluginError, match=r"^-p nop: .* No module named 'nop'\. Did you mean 'noop'\?$"):
        create_plugin_manager(load=["nop"], environ={}, search_path=[])


@pytest.mark.parametrize("name", ["import_error", "misspelt_hook"])
def test_discovery_of_a_broken_plugin_that_is_named_is_an_error(name: str, manager_of: ManagerOf) -> None:
    """As it would be with a strict manager, for this one."""
    word = {"import_error": "pbs", "misspelt_hook": "misspelt-hook"}[name]
    with pytest.raises(PluginError, match=f"^Plugin '{word}' "):
        manager_of(name, load=[word])


@pytest.mark.parametrize("word", ["no:tides", "no:rompy:tides"])
def test_discovery_leaves_out_what_is_blocked(word: str, manager_of: ManagerOf) -> None:
    """A blocked plugin is listed and never imported."""
    manager = manager_of("good", load=[word])
    assert [offer.name for offer in manager.offers("run")] == ["local", "docker"]
    assert states(manager) == {"rompy:tides": "blocked"}
    assert "tides" not in sys.modules


def test_discovery_blocks_built_in_and_local_plugins(tmp_path: Path) -> None:
    """By the same words; the last word about a name counts."""
    file = tmp_path / "rompy_plugins.py"
    file.write_text("raise RuntimeError\n")
    load = ["no:local", "no:rompy_plugins", "no:noop", "noop"]
    manager = create_plugin_manager(load=load, local_file=file, environ={}, search_path=[])
    blocked = [info.name for info in manager.infos() if info.state == "blocked"]
    assert blocked == ["builtin:local", "local:rompy_plugins"]
    assert [offer.name for offer in manager.offers()] == ["docker", "noop", "local"]
    assert manager.problems == ()


def test_discovery_refuses_a_short_name_that_means_several(manager_of: ManagerOf) -> None:
    """To block or to load: the full names are listed."""
    with pytest.raises(RequestError) as caught:
        manager_of("plain_classes", "clash_a", load=["cloud"])
    assert str(caught.value) == (
        "-p cloud: 'cloud' means several plugins, write one in full: rompy.pipeline:cloud, rompy.run:cloud"
    )
    with pytest.raises(RequestError, match=r"^-p no:cloud: 'cloud' means several plugins, write one in full: rompy"):
        create_plugin_manager(load=["no:cloud"], environ={}).offers()


def test_discovery_takes_an_object_that_is_there_already_once(manager_of: ManagerOf) -> None:
    """A host that passes the module of an entry point has one plugin, not a conflict."""
    manager = manager_of("good", builtin=False)
    import tides.hooks  # type: ignore[import-not-found]

    manager.register(tides.hooks)
    assert [offer.conflict for offer in manager.offers()] == ["", ""]
    assert states(manager) == {"host:tides.hooks": "loaded", "rompy:tides": "loaded"}


@attrs.frozen(kw_only=True)
class OrderConfig(RunConfig):
    """What the plugins of the order test are asked with."""


def test_discovery_orders_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, install: Callable[..., list[str]]
) -> None:
    """Called first are the host's objects, then the local file, what was named, and last what was found."""
    text = "from rompy_hooks import hookimpl\n@hookimpl\ndef on_event(): pass\n"
    (tmp_path / "named.py").write_text(text)
    (tmp_path / "rompy_plugins.py").write_text(text)
    (tmp_path / "found.py").write_text(text)
    info = tmp_path / "found-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[rompy]\nfound = found\n")
    monkeypatch.syspath_prepend(tmp_path)

    class Host:
        @hookimpl
        def on_event(self) -> None:
            """Listens."""

    manager = create_plugin_manager(
        plugins=[Host(), Host()],
        load=["named"],
        local_file=tmp_path / "rompy_plugins.py",
        environ={},
        search_path=[str(tmp_path)],
    )
    assert [impl.plugin_name for impl in manager.implementations("on_event")] == [
        "host:Host-2",
        "host:Host",
        "local:rompy_plugins",
        "-p:named",
        "rompy:found",
    ]
    assert next(impl.plugin_name for impl in manager.hook.on_event.get_hookimpls()) == "rompy:found"
    for name in ("named", "found"):
        del sys.modules[name]


def test_discovery_makes_objects_of_classes_and_factories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point may name a module, an object, a class or a function that makes one."""
    (tmp_path / "shapes.py").write_text(
        "from rompy_hooks import hookimpl\nclass P:\n    @hookimpl\n    def on_event(self): pass\n"
        "made = P()\ndef make():\n    return P()\n"
    )
    info = tmp_path / "shapes-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[rompy]\ncls = shapes:P\nobj = shapes:made\nfactory = shapes:make\n")
    monkeypatch.syspath_prepend(tmp_path)
    manager = create_plugin_manager(environ={}, search_path=[str(tmp_path)], builtin=False)
    assert len(manager.implementations("on_event")) == 3
    del sys.modules["shapes"]


@attrs.frozen(kw_only=True)
class TwiceConfig(RunConfig):
    """Offered under one name twice."""


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ([TwiceConfig], f"answered the hook backends with [{TwiceConfig!r}] (a list): expected a list of Backend"),
        (
            [Backend(kind="run", name="x", config=TwiceConfig), Backend(kind="run", name="x", config=TwiceConfig)],
            "offers the run backend 'x' twice",
        ),
    ],
)
def test_discovery_of_wrong_offers_costs_only_the_plugin(answer: Any, text: str) -> None:
    """All that this plugin offers is left out; asking for it tells why."""

    class Wrong:
        @hookimpl
        def backends(self) -> list[Backend]:
            found: list[Backend] = answer
            return found

    manager = create_plugin_manager(plugins=[Wrong()], environ={}, search_path=[])
    with pytest.raises(UnknownNameError) as caught:
        manager.backend("run", "x")
    line = Wrong.backends.__code__.co_firstlineno
    place = f"{__name__.replace('.', '/')}.py:{line}"
    shown = text if len(text) < 100 else text[: text.index("[") + 57] + "... (a list): expected a list of Backend"
    assert str(caught.value) == f"no run backend is called 'x'. Known: docker, local. Plugin 'Wrong' ({place}) {shown}"


def test_managers_are_independent(manager_of: ManagerOf) -> None:
    """What one loads or has trouble with the other doesn't know."""
    one, other = manager_of("good"), create_plugin_manager(environ={}, search_path=[])
    assert one.backend("run", "tides")
    with pytest.raises(UnknownNameError):
        other.backend("run", "tides")
