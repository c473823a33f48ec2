"""A module gives its hooks as functions or as the object ``plugin``; one that gives none is told why."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from rompy_core.plugins import PluginManager, create_plugin_manager
from rompy_hooks import PluginError, hookimpl

HEAD = "from rompy_hooks import hookimpl\n"
CLASS = f"{HEAD}class Nice:\n    @hookimpl\n    def on_event(self): ...\n"
FUNCTION = f"{HEAD}@hookimpl\ndef on_event(): ...\n"


def local(file: Path, text: str) -> PluginManager:
    """A manager with a local file alone."""
    file.write_text(text)
    return create_plugin_manager(local_file=file, builtin=False, autoload=False, environ={})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the plugin stands."""
    return tmp_path / "rompy_plugins.py"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "mark functions with @hookimpl"),
        (CLASS, "class 'Nice' has hook methods but no instance: add plugin = Nice()"),
        (f"{CLASS}one = Nice()\nNICE = one\n", "'NICE' has hook methods: call it plugin"),
        ("def process(config): ...\ndef tell(): ...\n", "mark the function 'process' with @hookimpl"),
        ("def proces(config): ...\n", "mark the function 'proces' with @hookimpl"),
        (
            f"{CLASS}class Other:\n    on_event = Nice.on_event\ndef run(config): ...\n",
            (
                "class 'Nice' has hook methods but no instance: add plugin = Nice();"
                " class 'Other' has hook methods but no instance: add plugin = Other();"
                " mark the function 'run' with @hookimpl"
            ),
        ),
        ("from rompy_core.plugins.calls import execute as run\nplugin = 'a text'\n", "mark functions with @hookimpl"),
    ],
)
def test_module_without_a_hook_is_a_problem(text: str, told: str, file: Path) -> None:
    """It is named, with what would do."""
    manager = local(file, text)
    assert [problem.message for problem in manager.problems] == [f"Plugin 'rompy_plugins' ({file}) has no hook: {told}"]
    assert [info.state for info in manager.infos()] == ["failed"]


def test_module_without_a_hook_that_was_named_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is an object; the file is told as the module is imported."""
    (tmp_path / "hookless_by_name.py").write_text("def run(): ...\nclass P: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    options: dict[str, Any] = {"environ": {}, "autoload": False}
    with pytest.raises(PluginError) as caught:
        create_plugin_manager(load=["hookless_by_name"], **options)
    assert str(caught.value) == (
        "-p hookless_by_name: Plugin 'hookless_by_name' (hookless_by_name.py) has no hook:"
        " mark the function 'run' with @hookimpl"
    )
    with pytest.raises(PluginError) as caught:
        create_plugin_manager(load=["hookless_by_name:P"], **options)
    assert str(caught.value) == (
        "-p hookless_by_name:P: Plugin 'hookless_by_name:P' (hookless_by_name.P) has no hook:"
        " mark its methods with @hookimpl"
    )
    del sys.modules["hookless_by_name"]


def test_entry_point_without_a_hook_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And costs only itself."""
    (tmp_path / "hookless_found.py").write_text("")
    info = tmp_path / "hookless-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[rompy]\nnothing = hookless_found\n")
    monkeypatch.syspath_prepend(tmp_path)
    manager = create_plugin_manager(environ={}, search_path=[str(tmp_path)])
    assert manager.backend("run", "local").name == "local"
    assert [problem.message for problem in manager.problems] == [
        "Plugin 'nothing' (hookless_found.py) has no hook: mark functions with @hookimpl"
    ]
    del sys.modules["hookless_found"]


def test_object_named_plugin_is_the_plugin_of_a_module(file: Path) -> None:
    """Its methods are the hooks; a module with hooks of its own may call anything else plugin."""
    assert local(file, f"{CLASS}plugin = Nice()\n").has_watchers
    assert local(file, f"{FUNCTION}plugin = 'a text'\n").has_watchers
    assert local(file, f"{FUNCTION}import rompy_core.plugins as plugin\n").has_watchers


def test_class_named_plugin_is_told_to_be_no_instance(file: Path) -> None:
    """The brackets were forgotten."""
    (problem,) = local(file, f"{CLASS}plugin = Nice\n").problems
    assert problem.message == (
        f"Plugin 'rompy_plugins' ({file}:3) asks the hook on_event for 'self': the plugin is a class."
        " Give an instance of it"
    )


def test_module_with_hooks_in_two_places_is_a_problem(file: Path) -> None:
    """One of them would be left out without a word."""
    (problem,) = local(file, f"{FUNCTION}{CLASS}plugin = Nice()\n").problems
    assert problem.message == (
        f"Plugin 'rompy_plugins' ({file}) has hooks of its own (on_event) and an object 'plugin' with hooks (on_event);"
        " put them together, rompy takes one of the two"
    )


def test_package_may_take_its_hooks_from_a_module_called_plugin() -> None:
    """``from tides.plugin import run`` leaves that module in the package, too; without it, the module is the plugin."""

    @hookimpl
    def on_event() -> None:
        """Listens."""

    inner: Any
    outer: Any
    inner, outer = ModuleType("tides.plugin"), ModuleType("tides")
    inner.on_event = outer.on_event = on_event
    outer.plugin = inner
    manager = create_plugin_manager(plugins=[outer], builtin=False, autoload=False, environ={})
    assert manager.get_plugin("host:tides") is outer
    del outer.on_event
    manager = create_plugin_manager(plugins=[outer], builtin=False, autoload=False, environ={})
    assert manager.get_plugin("host:tides") is inner


def test_module_with_an_object_is_unregistered_by_either() -> None:
    """A host has the module in its hands."""
    module: Any = ModuleType("tides")
    module.plugin = SimpleNamespace(on_event=hookimpl(lambda: None))
    manager = create_plugin_manager(builtin=False, autoload=False, environ={})
    for found in (module, module.plugin):
        manager.register(module)
        assert manager.has_watchers
        manager.unregister(found)
        assert not manager.has_watchers
