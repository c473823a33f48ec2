"""Whether what ``-p no:NAME`` blocks is there at all: a misspelt name would leave the plugin in."""

from collections.abc import Iterable

from rompy_core.nearest import did_you_mean
from rompy_core.plugins.discovery import BUILTIN, Discovery, loads_and_blocks
from rompy_core.plugins.entry_points import entry_points
from rompy_core.plugins.names import answers_to, listed, short
from rompy_core.plugins.recipe import PluginRecipe
from rompy_hooks import RequestError

# A file that may be there for one config file and not for another.
_LOCAL = "local:rompy_plugins"
_COMMANDS = "rompy.commands"


def check_blocks(recipe: PluginRecipe) -> None:
    """Refuse to block what is not there; of what a variable says only warn, since it is set for many programs.

    Raises:
        RequestError: No plugin and no command has the name.
    """
    blocks = loads_and_blocks(recipe.load)[1]
    if not blocks:
        return
    there = {*Discovery(recipe).found(), *(f"builtin:{name}" for name in BUILTIN), _LOCAL}
    if recipe.local_file is not None:
        there.add(f"local:{recipe.local_file.stem}")
    # What an earlier word loads: the last word about a name counts.
    there.update(f"-p:{word}" for word in recipe.load if not word.startswith("no:"))
    idle = _idle(blocks, there)
    if idle:
        commands = {f"{_COMMANDS}:{point.name}" for point in entry_points((_COMMANDS,), recipe.search_path)}
        idle = _idle(idle, commands)
    for word in idle:
        _tell(recipe, word, {short(name) for name in there - {_LOCAL}})


def _idle(words: Iterable[str], names: Iterable[str]) -> list[str]:
    return [word for word in sorted(words) if not any(answers_to(name, word) for name in names)]


def _tell(recipe: PluginRecipe, word: str, known: set[str]) -> None:
    option = f"no:{word}"
    message = (
        f"{recipe.place_of(option)}: no plugin is called {word!r}.{did_you_mean(word, known)} Known: {listed(known)}"
    )
    if option not in recipe.environment:
        raise RequestError(message)
    import logging

    logging.getLogger("rompy").warning("%s", message, extra={"rompy": {"variable": "ROMPY_PLUGINS"}})
