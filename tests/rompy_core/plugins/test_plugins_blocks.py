"""What ``-p no:NAME`` and ``ROMPY_PLUGINS`` name has to be there, and what was blocked is told to who misses it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rompy_core.plugins import PluginManager, create_plugin_manager
from rompy_hooks import PluginError, RequestError, UnknownNameError

ManagerOf = Callable[..., PluginManager]

BUILTIN = "docker, fetch_files, local, local_pipeline, noop, template"


def test_block_of_a_name_that_nobody_has_is_an_error(manager_of: ManagerOf) -> None:
    """A misspelt one would leave the plugin in."""
    with pytest.raises(RequestError) as caught:
        manager_of("good", load=["no:tide"])
    assert str(caught.value) == (
        f"-p no:tide: no plugin is called 'tide'. Did you mean 'tides'? Known: {BUILTIN}, tides"
    )


def test_block_in_the_variable_of_a_name_that_nobody_has_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """It is set for all that is started, with these plugins installed or others."""
    manager = create_plugin_manager(environ={"ROMPY_PLUGINS": "no:nonsense"}, search_path=[])
    assert manager.backend("run", "local").name == "local"
    assert [record.getMessage() for record in caplog.records] == [
        f"ROMPY_PLUGINS: no:nonsense: no plugin is called 'nonsense'. Known: {BUILTIN}"
    ]


@pytest.mark.parametrize(
    ("word", "options"),
    [
        ("no:tides", {"autoload": False}),
        ("no:rompy:tides", {}),
        ("no:builtin:noop", {"builtin": False}),
        ("no:rompy_plugins", {}),
        ("no:own_plugins", {"local_file": Path("own_plugins.py")}),
        ("no:greet", {}),
        ("no:rompy.commands:greet", {}),
        ("no:elsewhere", {"environ": {"ROMPY_PLUGINS": "elsewhere"}}),
    ],
)
def test_block_of_what_may_be_there_is_none(
    word: str, options: dict[str, Any], tmp_path: Path, install: Callable[..., list[str]]
) -> None:
    """Plugins that are not looked for, a local file that this folder lacks, commands, what the variable loads."""
    info = tmp_path / "greeting-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[rompy.commands]\ngreet = greeting\n")
    path = [*install("good"), str(tmp_path)]
    assert create_plugin_manager(**{"environ": {}, "search_path": path, "load": [word], **options}).problems == ()


def test_variable_is_named_for_what_it_says(manager_of: ManagerOf) -> None:
    """Nobody who wrote no -p looks for one; what both name is told as -p's, and is an error as that is."""
    why = "Plugin 'nonsens' failed to load: No module named 'nonsens'"
    manager = create_plugin_manager(environ={"ROMPY_PLUGINS": "noop, nonsens"}, search_path=[])
    assert [problem.message for problem in manager.problems] == [f"ROMPY_PLUGINS: nonsens: {why}"]
    assert [info.name for info in manager.infos() if info.state == "failed"] == ["-p:nonsens"]
    for options, place in (({"load": ["nonsens"]}, "-p nonsens"), ({"strict": True}, "ROMPY_PLUGINS: nonsens")):
        with pytest.raises(PluginError) as caught:
            create_plugin_manager(environ={"ROMPY_PLUGINS": "nonsens"}, search_path=[], **options)
        assert str(caught.value) == f"{place}: {why}"
    with pytest.raises(RequestError) as caught_two:
        manager_of("plain_classes", "clash_a", environ={"ROMPY_PLUGINS": "no:cloud"})
    assert str(caught_two.value) == (
        "ROMPY_PLUGINS: no:cloud: 'cloud' means several plugins, write one in full:"
        " rompy.pipeline:cloud, rompy.run:cloud"
    )


def test_blocked_plugins_are_told_to_who_asks_for_what_they_offer(manager_of: ManagerOf) -> None:
    """By name where that is known without an import, else as those that may offer it."""
    manager = manager_of("good", "plain_classes", load=["no:tides", "no:noop", "no:custom"])
    with pytest.raises(UnknownNameError) as caught:
        manager.backend("process", "harmonics")
    assert str(caught.value).endswith(". Blocked: noop, tides")
    with pytest.raises(UnknownNameError) as caught:
        manager.backend("run", "custom")
    assert str(caught.value).endswith(". Plugin 'custom' (rompy-plain 2.0) offers it and is blocked")
    path = manager.recipe.search_path
    alone = create_plugin_manager(load=["no:tides"], autoload=False, environ={}, search_path=path)
    with pytest.raises(UnknownNameError) as caught:
        alone.backend("process", "harmonics")
    assert str(caught.value) == "no processor is called 'harmonics'. Known: noop"
