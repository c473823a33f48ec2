"""What is offered under which name, when plugins come, go, or break while they are asked."""

import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from rompy_core.plugins import create_plugin_manager
from rompy_core.plugins.conflicts import Claim, judge
from rompy_core.plugins.literals import literal_model_type
from rompy_core.plugins.place import place_of
from rompy_core.plugins.reports import Origin
from rompy_hooks import Backend, ModelConfig, PluginError, RunConfig, UnknownNameError, hookimpl


@attrs.frozen(kw_only=True)
class MineConfig(RunConfig):
    """No keys of its own."""


class Mine:
    """Offers one run backend and one model config."""

    @hookimpl
    def backends(self) -> list[Backend]:
        return [Backend(kind="run", name="mine", config=MineConfig)]

    @hookimpl
    def model_configs(self) -> tuple[ModelConfig, ...]:
        return (ModelConfig(name="mine", cls=MineConfig),)


def distribution(folder: Path, module: str, text: str, points: str) -> None:
    """Write a distribution of one module."""
    (folder / f"{module}.py").write_text(text)
    (folder / f"{module}-1.0.dist-info").mkdir()
    (folder / f"{module}-1.0.dist-info" / "entry_points.txt").write_text(points)


def test_backend_comes_and_goes_with_its_plugin() -> None:
    """The name, the class and the model config; registered again it is asked again."""
    manager = create_plugin_manager(environ={}, search_path=[])
    for _ in range(2):
        name = manager.register(Mine())
        assert manager.backend("run", "mine") is manager.backend("run", "mine")
        assert manager.backend_of(MineConfig()) is manager.backend("run", "mine")
        assert manager.model_config("mine").cls is MineConfig
        manager.unregister(name=name)
        assert manager.backend_of(MineConfig()) is None
        with pytest.raises(UnknownNameError) as caught:
            manager.backend("run", "mine")
        assert str(caught.value) == "no run backend is called 'mine'. Known: docker, local"


def test_backend_of_a_plugin_that_took_a_name_over_is_the_new_one() -> None:
    """What the first of that name offered is forgotten with it."""

    class Other:
        @hookimpl
        def backends(self) -> list[Backend]:
            return [Backend(kind="run", name="other", config=MineConfig)]

    manager = create_plugin_manager(environ={}, search_path=[], builtin=False)
    for plugin in (Mine(), Other()):
        manager.register(plugin, "host:one")
        names = [offer.name for offer in manager.offers()]
        manager.unregister(plugin)
    assert names == ["other"]


@pytest.mark.parametrize("kind", ["process", "pipeline"])
def test_backend_of_another_kind_is_unknown(kind: str) -> None:
    """A run backend's name is none of a processor's; kinds are called as people call them."""
    title, known = {"process": ("processor", "noop"), "pipeline": ("pipeline", "local")}[kind]
    with pytest.raises(UnknownNameError) as caught:
        create_plugin_manager(plugins=[Mine()], environ={}, search_path=[]).backend(kind, "mine")
    assert str(caught.value) == f"no {title} is called 'mine'. Known: {known}"


@pytest.mark.parametrize("error", [SystemExit("no licence"), ValueError("no licence")])
def test_backends_that_raise_cost_only_their_plugin(error: BaseException) -> None:
    """Whatever they raise, the other plugins' offers are there."""

    class Raises:
        @hookimpl
        def backends(self) -> list[Backend]:
            raise error

    manager = create_plugin_manager(plugins=[Raises(), Mine()], environ={}, search_path=[])
    assert manager.backend("run", "mine").config is MineConfig
    told = f"Plugin 'Raises' ({place_of(Raises.backends)}) raised in hook backends: {type(error).__name__}: no licence"
    assert [problem.message for problem in manager.problems] == [told]


def test_interrupts_are_nobodys_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while a plugin is imported, or offers, ends the program as it should."""

    class Interrupted:
        @hookimpl
        def backends(self) -> list[Backend]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create_plugin_manager(plugins=[Interrupted()], environ={}, search_path=[]).offers()
    (tmp_path / "rompy_plugins.py").write_text("raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        create_plugin_manager(local_file=tmp_path / "rompy_plugins.py", environ={}, search_path=[])


def test_class_that_cannot_be_imported_is_told_to_who_asks(tmp_path: Path) -> None:
    """The first time as the plugin's fault, afterwards beside the names there are; others don't hear of it."""
    distribution(tmp_path, "gone_class", "", "[rompy.run]\ngone = gone_class_module:Gone\n")
    manager = create_plugin_manager(environ={}, search_path=[str(tmp_path)])
    assert manager.backend("run", "local").name == "local"
    assert manager.problems == ()
    told = "Plugin 'gone' (gone-class 1.0) failed to load: No module named 'gone_class_module'"
    with pytest.raises(PluginError) as caught:
        manager.backend("run", "gone")
    assert str(caught.value) == told
    with pytest.raises(UnknownNameError) as unknown:
        manager.backend("run", "gone")
    assert str(unknown.value) == f"no run backend is called 'gone'. Known: docker, local. {told}"


def test_plugin_that_calls_a_hook_while_it_is_imported_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked about what is there so far, and those that come after it are loaded once."""
    text = (
        "import sys\nfrom rompy_hooks import hookimpl\nfound = sys.rompy_test_manager.backend('run', 'local').name\n"
        "@hookimpl\ndef on_event(): ...\nclass Other:\n    @hookimpl\n    def on_event(self): ...\n"
    )
    distribution(tmp_path, "curious", text, "[rompy]\ncurious = curious\nother = curious:Other\n")
    monkeypatch.syspath_prepend(tmp_path)
    manager = create_plugin_manager(environ={}, search_path=[str(tmp_path)])
    monkeypatch.setattr(sys, "rompy_test_manager", manager, raising=False)
    assert manager.backend("run", "local").name == "local"
    assert manager.problems == ()
    assert sys.modules.pop("curious").found == "local"


def test_nothing_is_no_plugin() -> None:
    """None is refused, as an argument and as what a module's ``plugin`` is."""
    with pytest.raises(PluginError, match=r"^Plugin 'NoneType' is None$"):
        create_plugin_manager(plugins=[None], environ={}, search_path=[])


def test_name_that_was_given_twice_is_refused() -> None:
    """Two plugins of one full name could not be told apart."""
    manager = create_plugin_manager(environ={}, search_path=[])
    manager.register(Mine(), "host:mine")
    with pytest.raises(PluginError, match=r"^Plugin 'host:mine' is there already$"):
        manager.register(Mine(), "host:mine")


def test_stranger_loses_to_one_that_was_named_where_a_built_in_does() -> None:
    """Neither the built-in nor the other stranger stands."""
    claims = [
        Claim("run", "local", Origin(name="builtin:local", source="builtin", distribution="rompy-core", version="1")),
        Claim("run", "local", Origin(name="rompy:other", source="rompy", distribution="other", version="2")),
        Claim("run", "local", Origin(name="rompy:named", source="rompy", explicit=True)),
    ]
    assert [(verdict.conflict, verdict.left_out) for verdict in judge(claims)] == [
        ("plugin 'rompy:named' was named with -p and takes the run backend 'local'", False),
        ("plugin 'rompy:named' was named with -p and has the run backend 'local'", False),
        ("", False),
    ]


class Unresolved:
    """A class whose annotations exist for type checkers alone."""

    other: "NowhereAtAll"  # noqa: F821 - that it is not there is what is tried
    model_type: str = "x"


@pytest.mark.parametrize("cls", [Unresolved, int])
def test_class_without_a_literal_has_no_name_of_its_own(cls: type[Any]) -> None:
    """Nothing is raised for a class that doesn't say."""
    assert literal_model_type(cls) == ()


def test_place_of_what_has_no_code() -> None:
    """A function written in C is told by its module, a package's by its __init__."""
    assert place_of(len) == "builtins"
    import logging

    assert place_of(logging.getLogger).startswith("logging/__init__.py:")
