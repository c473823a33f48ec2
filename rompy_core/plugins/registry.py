"""Registration: a plugin is validated whole or not registered, and takes its place in the order of the sources."""

import threading
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pluggy
from pluggy import HookimplOpts

from rompy_core.plugins.calls import Selection, select, told
from rompy_core.plugins.hookless import ATTRIBUTE, has_no_hook, plugin_of
from rompy_core.plugins.names import short
from rompy_core.plugins.reports import Origin, PluginProblem
from rompy_core.plugins.validation import Candidate, Spec, validate
from rompy_hooks import PluginError, specs

# Later registered is called first: entry points that are imported late still come before what was named with -p.
_RANKS: Mapping[str, int] = {"builtin": 1, "rompy": 2, "-p": 4, "local": 5, "host": 6}
_RANK_OF_CLASSES = 3


def _rank(origin: Origin) -> int:
    return _RANKS["-p"] if origin.explicit else _RANKS.get(origin.source, _RANK_OF_CLASSES)


class Registry(pluggy.PluginManager):
    """Plugins with their origins, in the order of their sources, and what went wrong."""

    def __init__(self) -> None:
        super().__init__("rompy")
        self.add_hookspecs(specs)
        self._specs = {
            name: Spec(name, tuple(caller.spec.argnames), bool(caller.spec.opts.get("firstresult")))
            for name, caller in vars(self.hook).items()
            if caller.spec is not None
        }
        self._lock = threading.RLock()
        self._origins: dict[str, Origin] = {}
        # Entry points that gave an object which was there already, and the name it has.
        self._aliases: dict[str, str] = {}
        self._failed: dict[str, Origin] = {}
        self._problems: list[PluginProblem] = []
        self._marks: tuple[object, Mapping[str, HookimplOpts]] | None = None
        self._selections: dict[tuple[str, type], Selection] = {}

    @property
    def problems(self) -> tuple[PluginProblem, ...]:
        """What went wrong so far, in the order in which it did."""
        return tuple(self._problems)

    def register(self, plugin: object, name: str | None = None) -> str | None:
        """Register an object of the host's.

        Args:
            plugin: A module or object with hook implementations.
            name: What it is called; ``host:`` and its own name unless given.

        Returns:
            Its name.

        Raises:
            PluginError: It doesn't fit the specs.
        """
        with self._lock:
            origin = Origin(name=name or self._host_name(plugin), source="host")
            self.admit(origin, lambda: plugin, must=True)
            return origin.name

    def _host_name(self, plugin: object) -> str:
        name = f"host:{getattr(plugin, '__name__', None) or type(plugin).__name__}"
        number, free = 1, name
        while free in self._origins:
            number += 1
            free = f"{name}-{number}"
        return free

    def get_name(self, plugin: object) -> str | None:
        """The full name of a registered plugin; of a module, also where its object ``plugin`` is registered."""
        name = super().get_name(plugin)
        inner = vars(plugin).get(ATTRIBUTE) if isinstance(plugin, ModuleType) else None
        return super().get_name(inner) if name is None and inner is not None else name

    def unregister(self, plugin: object | None = None, name: str | None = None) -> Any:
        """Take a plugin out, by the object or by its full name."""
        with self._lock:
            name = name or self.get_name(plugin)
            removed = super().unregister(None if name else plugin, name)
            self._origins.pop(name or "", None)
            self._changed()
            return removed

    def admit(self, origin: Origin, load: Callable[[], object], *, must: bool = False) -> bool:
        """Load and register a plugin; one that is broken costs only itself.

        Args:
            origin: Its name and where it comes from.
            load: Imports it.
            must: Whether a broken one is an error and not a problem.

        Returns:
            Whether it is there.

        Raises:
            PluginError: It is broken and ``must`` be there.
        """
        try:
            plugin = load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - SystemExit in a module's body, too, costs only that plugin
            return self.refuse(origin, "import", f"Plugin {origin} failed to load: {_why(error)}", error, must=must)
        try:
            self._insert(plugin, origin)
        except PluginError as error:
            return self.refuse(origin, "validate", str(error), error.__cause__, must=must)
        except Exception as error:  # noqa: BLE001 - a stranger's properties run when they are looked at
            message = f"Plugin {origin} cannot be registered: {told(error)}"
            return self.refuse(origin, "validate", message, error, must=must)
        return True

    def refuse(self, origin: Origin, stage: str, message: str, error: BaseException | None, *, must: bool) -> bool:
        """Keep a plugin that is broken among those that failed, and tell it; an error where it must be there.

        Raises:
            PluginError: It must be there.
        """
        if must:
            raise PluginError(message) from error
        self._failed[origin.name] = origin
        self.report(origin, stage, message, error)
        return False

    def _insert(self, found: object, origin: Origin) -> None:
        plugin = _plugin_of(found, origin)
        same = next((name for name, other in self.list_name_plugin() if other is plugin), None)
        if same is not None and origin.source != "host":
            self._aliases[origin.name] = same
            return
        if plugin is None:
            raise PluginError(f"Plugin {origin} is None")
        if origin.name in self._origins:
            raise PluginError(f"Plugin {origin.name!r} is there already")
        marks = self._validated(plugin, origin)
        later = [
            (name, super(Registry, self).unregister(name=name))
            for name in list(self._origins)
            if _rank(self._origins[name]) > _rank(origin)
        ]
        try:
            self._marks = (plugin, marks)
            self._register_whole(plugin, origin.name)
            self._origins[origin.name] = origin
        finally:
            self._marks = None
            for name, other in later:
                super().register(other, name)
                self._origins[name] = self._origins.pop(name)
            self._changed()

    def _register_whole(self, plugin: object, name: str) -> None:
        try:
            super().register(plugin, name)
        except BaseException:
            # Some releases of pluggy keep a plugin whose last hook is refused.
            if self.has_plugin(name):
                super().unregister(name=name)
            raise

    def _validated(self, plugin: object, origin: Origin) -> Mapping[str, HookimplOpts]:
        """What the plugin marked, by attribute, when all of it is valid."""
        marks: dict[str, HookimplOpts] = {}
        for attribute in dir(plugin):
            found = None if attribute.startswith("__") else super().parse_hookimpl_opts(plugin, attribute)
            if found is not None:
                marks[attribute] = found
        # An object of the host's may be anything that pluggy takes.
        if not marks and (origin.source != "host" or isinstance(plugin, ModuleType)):
            raise PluginError(f"Plugin {short(origin.name)!r} {has_no_hook(plugin, self._specs)}")
        for attribute, options in marks.items():
            candidate = Candidate(
                repr(short(origin.name)),
                options.get("specname") or attribute,
                getattr(plugin, attribute),
                wrapper=bool(options.get("wrapper") or options.get("hookwrapper")),
                optional=bool(options.get("optionalhook")),
            )
            validate(candidate, self._specs)
        return marks

    def parse_hookimpl_opts(self, plugin: object, name: str) -> HookimplOpts | None:
        """Pluggy asks for each attribute of a plugin; those of the one being registered are known already."""
        if self._marks is not None and self._marks[0] is plugin:
            return self._marks[1].get(name)
        return super().parse_hookimpl_opts(plugin, name)

    def _changed(self) -> None:
        # A new mapping, not a cleared one: a call in another thread goes on with the one it has.
        self._selections = {}

    def report(
        self, origin: Origin, stage: str, message: str, error: BaseException | None = None
    ) -> PluginProblem | None:
        """Keep a problem and tell it, once; gives it where it is new."""
        problem = PluginProblem(
            plugin=origin.name,
            distribution=origin.distribution,
            version=origin.version,
            stage=stage,
            message=message,
            traceback=_traceback(error),
        )
        with self._lock:
            if any((other.plugin, other.stage) == (origin.name, stage) for other in self._problems):
                return None
            self._problems.append(problem)
        import logging

        fields = {"plugin": origin.name, "distribution": origin.distribution, "version": origin.version, "stage": stage}
        logging.getLogger("rompy").warning("%s", message, extra={"rompy": fields})
        return problem

    def selection(self, hook: str, config_class: type | None) -> Selection:
        """Who is asked, found out once for each class of configs.

        Raises:
            ValueError: There is no such hook.
        """
        key = (hook, type(None) if config_class is None else config_class)
        with self._lock:
            if key not in self._selections:
                if hook not in self._specs:
                    raise ValueError(f"there is no hook {hook!r}; hooks: {', '.join(sorted(self._specs))}")
                self._selections[key] = select(hook, getattr(self.hook, hook).get_hookimpls(), config_class)
            return self._selections[key]


def _plugin_of(found: object, origin: Origin) -> object:
    try:
        return plugin_of(found)
    except PluginError as error:
        raise PluginError(f"Plugin {short(origin.name)!r} {error}") from None


def _why(error: BaseException) -> str:
    if isinstance(error, ImportError) and str(error):
        return str(error)
    if isinstance(error, SystemExit):
        return f"it wants to end the program ({told(error)})"
    return told(error)


def _traceback(error: BaseException | None) -> str:
    if error is None:
        return ""
    from traceback import format_exception

    return "".join(format_exception(error))
