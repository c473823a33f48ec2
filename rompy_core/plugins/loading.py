"""Loading what discovery found: each plugin once, when it is needed."""

from collections.abc import Callable

import attrs

from rompy_core.plugins.adapters import adapted
from rompy_core.plugins.discovery import CLASS_GROUPS, PLUGIN_GROUP, Discovery
from rompy_core.plugins.entry_points import EntryPoint
from rompy_core.plugins.objects import as_plugin
from rompy_core.plugins.recipe import PluginRecipe
from rompy_core.plugins.registry import Registry
from rompy_core.plugins.reports import Origin, PluginProblem
from rompy_hooks import PluginError


class Loader(Registry):
    """A registry that imports entry points: plugins before the first hook is called, plain classes by name."""

    def __init__(self, recipe: PluginRecipe) -> None:
        super().__init__()
        self._recipe = recipe
        self._discovery = Discovery(recipe)
        # What was introduced and blocked.
        self._blocked: dict[str, Origin] = {}
        # Whether something is to be done before the first hook is called.
        self._unsettled = True
        self._settling = False

    @property
    def recipe(self) -> PluginRecipe:
        """How to make this manager again, but for the objects of the host."""
        objects = tuple(origin.name for origin in self._origins.values() if origin.source == "host")
        return self._recipe if objects == self._recipe.objects else attrs.evolve(self._recipe, objects=objects)

    def introduce(self, origin: Origin, load: Callable[[], object], *, must: bool = False) -> None:
        """Load a plugin that is no entry point, unless it is blocked.

        Raises:
            PluginError: It is broken, and ``must`` be there or the manager is strict.
        """
        if self._discovery.is_blocked(origin.name):
            self._blocked[origin.name] = origin
        else:
            self.admit(origin, load, must=must)

    def load_named(self, word: str) -> bool:
        """Load the entry point that ``-p word`` means, at once; a broken one is an error.

        Returns:
            Whether there is one, or a built-in plugin of the name, which is there anyway.

        Raises:
            PluginError: It is broken.
            RequestError: The name means several.
        """
        found = self._discovery.named(word)
        if found is None:
            return self._discovery.is_builtin(word)
        origin, point = found
        origin = attrs.evolve(origin, explicit=True)
        if point.group == PLUGIN_GROUP:
            self._load_plugin(origin, point, must=True)
        else:
            self._load_class(origin, point, must=True)
        return True

    def known_names(self) -> set[str]:
        """The short names of all that is built in or installed."""
        return self._discovery.known_names()

    def settle(self) -> None:
        """Import the plugins of the group ``rompy``; done before the first hook is called.

        Raises:
            PluginError: A plugin is broken, and the manager is strict.
        """
        with self._lock:
            if self._settling:  # a plugin that calls a hook while it is imported
                return
            if self._recipe.strict and self._problems:
                raise PluginError("\n".join(map(str, self._problems)))
            self._settling = True
            try:
                for origin, point in self._discovery.pending(PLUGIN_GROUP):
                    self._load_plugin(origin, point)
            finally:
                self._settling = False
            self._unsettled = False

    def _load_plugin(self, origin: Origin, point: EntryPoint, *, must: bool = False) -> bool:
        self._discovery.take(origin.name)
        return self.admit(origin, lambda: as_plugin(point.load()), must=must)

    def _load_class(self, origin: Origin, point: EntryPoint, *, must: bool = False) -> bool:
        self._discovery.take(origin.name)
        self._changed()
        kind = CLASS_GROUPS[point.group]
        return self.admit(origin, lambda: adapted(point.group, kind, point.name, point.load()), must=must)

    def report(
        self, origin: Origin, stage: str, message: str, error: BaseException | None = None
    ) -> PluginProblem | None:
        """Keep a problem and tell it, once; in a strict manager it is an error, but for a watcher's."""
        problem = super().report(origin, stage, message, error)
        if self._recipe.strict and stage != "on_event":
            self._unsettled = True
            raise PluginError(message) from error
        return problem
