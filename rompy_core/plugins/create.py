"""Making a plugin manager."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from rompy_core.nearest import did_you_mean
from rompy_core.plugins.blocks import check_blocks
from rompy_core.plugins.discovery import BUILTIN, loads_and_blocks
from rompy_core.plugins.entry_points import EntryPoint
from rompy_core.plugins.local_file import load_local_file
from rompy_core.plugins.manager import PluginManager
from rompy_core.plugins.objects import as_plugin
from rompy_core.plugins.recipe import PluginRecipe
from rompy_core.plugins.reports import Origin
from rompy_hooks import PluginError


def create_plugin_manager(
    *,
    plugins: Iterable[object] = (),
    load: Iterable[str] = (),
    autoload: bool | None = None,
    local_file: Path | None = None,
    strict: bool = False,
    environ: Mapping[str, str] | None = None,
    builtin: bool = True,
    search_path: Sequence[str] | None = None,
) -> PluginManager:
    """Make an independent plugin manager.

    Later registered is called first, in this order: built-in plugins, entry points of the group ``rompy`` (imported
    when a hook is first called), entry points of plain classes (imported when their name is asked for), what was named
    with ``load``, ``local_file``, ``plugins``. Nothing outside the manager changes but for modules that are imported.

    Args:
        plugins: Objects and modules with hook implementations.
        load: Modules and entry points, as ``-p`` takes them; ``no:NAME`` blocks a plugin.
        autoload: Whether entry points are used without being named; unless given, whether
            ``ROMPY_DISABLE_PLUGIN_AUTOLOAD`` is unset.
        local_file: A ``rompy_plugins.py``.
        strict: Whether a broken plugin is an error at once.
        environ: Where ``ROMPY_PLUGINS`` (as ``load``, comma separated) and ``ROMPY_DISABLE_PLUGIN_AUTOLOAD`` are
            looked up; the environment unless given.
        builtin: Whether the built-in plugins are wanted.
        search_path: Folders to look for installed distributions in; :data:`sys.path` unless given.

    Raises:
        PluginError: One of ``plugins``, or what was named to be loaded, is broken; any, when it is ``strict``.
        RequestError: A short name means several plugins, or what is blocked with ``load`` is none.
    """
    environ = os.environ if environ is None else environ
    of_variable, given = _words(environ.get("ROMPY_PLUGINS", "").split(",")), _words(load)
    recipe = PluginRecipe(
        load=(*of_variable, *given),
        autoload=not environ.get("ROMPY_DISABLE_PLUGIN_AUTOLOAD") if autoload is None else autoload,
        local_file=None if local_file is None else local_file.absolute(),
        strict=strict,
        builtin=builtin,
        search_path=None if search_path is None else tuple(search_path),
        environment=tuple(word for word in of_variable if word not in given),
    )
    check_blocks(recipe)
    return create_plugin_manager_from(recipe, plugins)


def _words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, (word.strip() for word in words)))


def create_plugin_manager_from(recipe: PluginRecipe, plugins: Iterable[object] = ()) -> PluginManager:
    """Make the manager that a recipe tells of, whatever the environment says now.

    Args:
        recipe: As :attr:`PluginManager.recipe` gave it.
        plugins: Objects of the host; a recipe has none.

    Raises:
        PluginError: As :func:`create_plugin_manager`.
        RequestError: As :func:`create_plugin_manager`.
    """
    manager = PluginManager(recipe)
    for name in BUILTIN if recipe.builtin else ():
        manager.introduce(_origin_of_builtin(name), _builtin_loader(name))
    for word in loads_and_blocks(recipe.load)[0]:
        _load_named(manager, word)
    if recipe.local_file is not None:
        file = recipe.local_file
        origin = Origin(name=f"local:{file.stem}", source="local", value=str(file))
        manager.introduce(origin, lambda: load_local_file(file))
    for plugin in plugins:
        manager.register(plugin)
    return manager


def _origin_of_builtin(name: str) -> Origin:
    from rompy_core import __version__

    return Origin(
        name=f"builtin:{name}",
        source="builtin",
        distribution="rompy-core",
        version=__version__,
        value=f"builtin_plugins.{name}",
    )


def _builtin_loader(name: str) -> Callable[[], object]:
    def load() -> object:
        module = import_module(f"builtin_plugins.{name}")
        return getattr(module, "plugin", module)

    return load


def _load_named(manager: PluginManager, word: str) -> None:
    """Load what ``-p word`` names; one of the variable that is broken costs only itself, as any that nobody typed."""
    origin = Origin(name=f"-p:{word}", source="-p", value=word, explicit=True)
    try:
        _load_plugin_or_module(manager, word, origin)
    except PluginError as error:
        must = word not in manager.recipe.environment or manager.recipe.strict
        manager.refuse(origin, "import", str(error), error.__cause__, must=must)


def _load_plugin_or_module(manager: PluginManager, word: str, origin: Origin) -> None:
    """Load an entry point by its name, else a module."""
    if manager.load_named(word):
        return
    point = EntryPoint("-p", word, word, "", "")
    try:
        manager.introduce(origin, lambda: as_plugin(point.load()), must=True)
    except PluginError as error:
        cause = error.__cause__
        there = not isinstance(cause, ModuleNotFoundError)
        meant = "" if there else did_you_mean(word, manager.known_names())
        raise PluginError(f"{manager.recipe.place_of(word)}: {error}{meant and '.' + meant}") from cause
