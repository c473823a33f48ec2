"""Which plugins there are to be loaded: entry points, what was named with ``-p``, and what was blocked."""

from collections import Counter
from collections.abc import Iterable, Mapping

from rompy_core.plugins.entry_points import EntryPoint, entry_points
from rompy_core.plugins.names import answers_to, called, listed, short
from rompy_core.plugins.recipe import PluginRecipe
from rompy_core.plugins.reports import Origin
from rompy_hooks import RequestError

#: Entry points of plugins: modules, classes or objects with hook implementations.
PLUGIN_GROUP = "rompy"
#: Entry points of plain classes, and the kind of what they offer.
CLASS_GROUPS: Mapping[str, str] = {
    "rompy.run": "run",
    "rompy.postprocess": "process",
    "rompy.postprocess.config": "process",
    "rompy.pipeline": "pipeline",
    "rompy.config": "model_config",
}
#: Modules of built-in plugins, in the package ``builtin_plugins``.
BUILTIN: tuple[str, ...] = ("local", "docker", "noop", "local_pipeline", "template", "fetch_files")
# What the distribution rompy registers and what is built in here.
_SUPERSEDED = {"local", "docker", "slurm", "noop", "base"}


class Discovery:
    """The entry points that a manager knows, by the names of their plugins; nothing is imported here."""

    def __init__(self, recipe: PluginRecipe) -> None:
        self._recipe = recipe
        _, self._blocks = loads_and_blocks(recipe.load)
        self._found: dict[str, tuple[Origin, EntryPoint]] | None = None
        self._superseded: set[str] = set()
        self._taken: set[str] = set()
        self._blocked: frozenset[str] | None = None

    def found(self) -> Mapping[str, tuple[Origin, EntryPoint]]:
        """All entry points of plugins, looked for once."""
        if self._found is None:
            points = _of_classes(entry_points((PLUGIN_GROUP, *CLASS_GROUPS), self._recipe.search_path))
            times = Counter((point.group, point.name) for point in points)
            origins = [(_origin(point, clash=times[point.group, point.name] > 1), point) for point in points]
            self._superseded = {origin.name for origin, point in origins if _is_superseded(point)}
            self._found = {origin.name: (origin, point) for origin, point in origins}
        return self._found

    def pending(self, group: str | None = None) -> list[tuple[Origin, EntryPoint]]:
        """Entry points that may be loaded and were not yet; of a group, or of all."""
        if not self._recipe.autoload:
            return []
        return [
            (origin, point)
            for name, (origin, point) in self.found().items()
            if group in (None, point.group) and self.state(name) == "pending"
        ]

    def blocked(self) -> list[tuple[Origin, EntryPoint]]:
        """Entry points that would be there if nobody had blocked them."""
        if not (self._recipe.autoload and self._blocks):
            return []
        return [found for name, found in self.found().items() if self.state(name) == "blocked"]

    def state(self, name: str) -> str:
        """``pending``, ``taken``, ``blocked`` or ``superseded``."""
        if name in self._taken:
            return "taken"
        if self.is_blocked(name):
            return "blocked"
        return "superseded" if name in self._superseded else "pending"

    def take(self, name: str) -> None:
        """Note that an entry point was loaded, or failed to be."""
        self._taken.add(name)

    def is_blocked(self, name: str) -> bool:
        """Whether ``-p no:NAME`` named this plugin.

        Raises:
            RequestError: A short name that was blocked means several plugins.
        """
        if not self._blocks:
            return False
        known = [*(f"builtin:{module}" for module in BUILTIN), *self._eligible()]
        if name not in known:
            return any(answers_to(name, word) for word in self._blocks)
        if self._blocked is None:
            self._blocked = frozenset(match for word in self._blocks for match in self._the_one(f"no:{word}", known))
        return name in self._blocked

    def _eligible(self) -> list[str]:
        return [name for name in self.found() if name not in self._superseded] if self._recipe.autoload else []

    def is_builtin(self, word: str) -> bool:
        """Whether a word means a built-in plugin of this manager."""
        return self._recipe.builtin and any(answers_to(f"builtin:{module}", word) for module in BUILTIN)

    def known_names(self) -> set[str]:
        """The short names of all that is built in or installed."""
        return {short(name) for name in self.found()} | set(BUILTIN)

    def named(self, word: str) -> tuple[Origin, EntryPoint] | None:
        """The entry point that ``-p word`` means; ``None`` for a module that has to be imported.

        Raises:
            RequestError: The short name means several.
        """
        found = self.found()
        by_value = [name for name, (_, point) in found.items() if point.value == word]
        names = self._the_one(word, found) or by_value[:1]
        return found[names[0]] if names else None

    def _the_one(self, option: str, known: Iterable[str]) -> list[str]:
        """The name that a word means, or nothing."""
        word = option.removeprefix("no:")
        names = called(word, known)
        if len(names) > 1:
            place = self._recipe.place_of(option)
            raise RequestError(f"{place}: {word!r} means several plugins, write one in full: {listed(names)}")
        return names


def loads_and_blocks(words: Iterable[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """What is to be loaded and what is blocked; of contradicting words the last counts."""
    loads: dict[str, bool] = {}
    for word in words:
        name = word.removeprefix("no:")
        loads.pop(name, None)
        loads[name] = not word.startswith("no:")
    return (
        tuple(name for name, wanted in loads.items() if wanted),
        frozenset(name for name, wanted in loads.items() if not wanted),
    )


def _of_classes(points: Iterable[EntryPoint]) -> list[EntryPoint]:
    """The entry points without the config classes of processors that are registered themselves."""
    points = tuple(points)
    processors = {(point.name, point.distribution) for point in points if point.group == "rompy.postprocess"}
    return [
        point
        for point in points
        if point.group != "rompy.postprocess.config" or (point.name, point.distribution) not in processors
    ]


def _origin(point: EntryPoint, *, clash: bool) -> Origin:
    name = f"{point.group}:{point.name}"
    return Origin(
        name=f"{name}@{point.distribution}" if clash else name,
        source=point.group,
        distribution=point.distribution,
        version=point.version,
        value=point.value,
    )


def _is_superseded(point: EntryPoint) -> bool:
    return point.distribution.lower() == "rompy" and point.group != PLUGIN_GROUP and point.name in _SUPERSEDED
