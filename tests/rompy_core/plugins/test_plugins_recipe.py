"""A manager's recipe travels, and makes the same manager elsewhere."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rompy_core.plugins
from rompy_core.plugins import PluginRecipe, create_plugin_manager, create_plugin_manager_from
from rompy_hooks import hookimpl

WORDS = st.text(st.characters(codec="utf-8"), min_size=1)


class Watcher:
    """An object of the host's."""

    @hookimpl
    def on_event(self) -> None:
        """Listens."""


@given(
    st.builds(
        PluginRecipe,
        load=st.lists(WORDS).map(tuple),
        autoload=st.booleans(),
        local_file=st.none() | WORDS.map(Path),
        strict=st.booleans(),
        builtin=st.booleans(),
        search_path=st.none() | st.lists(WORDS).map(tuple),
        objects=st.lists(WORDS).map(tuple),
    )
)
def test_recipe_travels_as_json(recipe: PluginRecipe) -> None:
    """What is written is read again; keys of a later version are left out."""
    assert PluginRecipe.from_dict({**json.loads(json.dumps(recipe.to_dict())), "later": 1}) == recipe


def test_recipe_holds_what_the_environment_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ROMPY_PLUGINS before ``load``, the local file absolute, the names of objects that cannot travel."""
    monkeypatch.chdir(tmp_path)
    Path("rompy_plugins.py").touch()
    manager = create_plugin_manager(
        plugins=[Watcher()],
        load=["no:noop"],
        local_file=Path("rompy_plugins.py"),
        environ={"ROMPY_PLUGINS": "no:template,no:local", "ROMPY_DISABLE_PLUGIN_AUTOLOAD": "1"},
        search_path=[],
    )
    assert manager.recipe == PluginRecipe(
        load=("no:template", "no:local", "no:noop"),
        autoload=False,
        local_file=tmp_path / "rompy_plugins.py",
        search_path=(),
        objects=("host:Watcher",),
    )


def test_recipe_makes_the_same_manager_whatever_the_environment_says(manager_of, monkeypatch) -> None:
    """But for the host's objects."""
    manager = manager_of("good", plugins=[Watcher()], load=["no:noop"])
    monkeypatch.setenv("ROMPY_PLUGINS", "no:tides")
    again = create_plugin_manager_from(PluginRecipe.from_dict(manager.recipe.to_dict()))
    names = [(offer.kind, offer.name) for offer in manager.offers()]
    assert [(offer.kind, offer.name) for offer in again.offers()] == names
    assert not again.has_watchers
    with_object = create_plugin_manager_from(manager.recipe, [Watcher()])
    assert with_object.has_watchers


def test_plugins_exports_what_it_lists() -> None:
    """Each name of __all__ is there; another is no attribute."""
    for name in rompy_core.plugins.__all__:
        assert getattr(rompy_core.plugins, name).__name__ == name
    with pytest.raises(AttributeError, match=r"^module 'rompy_core\.plugins' has no attribute 'nothing'$"):
        _ = rompy_core.plugins.nothing


def test_manager_with_built_ins_imports_nothing_heavy() -> None:
    """The built-in plugins import what they need when they work."""
    code = (
        "import sys; from rompy_core.plugins import create_plugin_manager;"
        " create_plugin_manager(environ={}).offers(); print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    heavy = {"jinja2", "yaml", "rich", "structlog", "fsspec", "cattrs", "click", "importlib.metadata", "asyncio"}
    assert heavy.isdisjoint(ran.stdout.split())
