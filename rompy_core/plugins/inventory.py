"""The list of all plugins that a manager knows, loaded or not."""

from collections.abc import Mapping

from rompy_core.plugins.offering import Offering
from rompy_core.plugins.reports import Origin, PluginInfo


class Inventory(Offering):
    """A manager's own account of its plugins; telling it imports nothing."""

    def infos(self) -> tuple[PluginInfo, ...]:
        """Every plugin: the loaded ones in the order of registration, then the others."""
        with self._lock:
            listed = {**self._origins, **self._failed, **self._blocked}
            states = {
                **dict.fromkeys(self._origins, "loaded"),
                **dict.fromkeys(self._failed, "failed"),
                **dict.fromkeys(self._blocked, "blocked"),
            }
            if self._recipe.autoload:
                for name, (origin, _) in self._discovery.found().items():
                    if name not in listed:
                        listed[name] = origin
                        states[name] = "loaded" if name in self._aliases else self._discovery.state(name)
            # Only what has been asked for already: a list of plugins imports none.
            for verdict in self._verdicts or ():
                if verdict.conflict:
                    states[verdict.claim.origin.name] = "conflict"
            return tuple(self._info(origin, states[name]) for name, origin in listed.items())

    def _info(self, origin: Origin, state: str) -> PluginInfo:
        claims = [each.claim for each in self._verdicts or () if each.claim.origin.name == origin.name]
        return PluginInfo(
            name=origin.name,
            source=origin.source,
            distribution=origin.distribution,
            version=origin.version,
            value=origin.value,
            state=state,
            hooks=self._hooks_of(origin.name),
            backends=tuple(f"{each.kind}:{each.name}" for each in claims),
        )

    def _hooks_of(self, name: str) -> tuple[str, ...]:
        plugin = self.get_plugin(self._aliases.get(name, name))
        callers = () if plugin is None else self.get_hookcallers(plugin) or ()
        return tuple(sorted(caller.name for caller in callers))

    def versions(self) -> Mapping[str, str]:
        """The version of each distribution that a loaded plugin came from, for a record."""
        return {origin.distribution: origin.version for origin in self._origins.values() if origin.distribution}

    def version_of(self, plugin: object) -> str:
        """The version of the distribution that a plugin came from; empty where none installed it.

        Args:
            plugin: The registered object, or its full name.
        """
        name = plugin if isinstance(plugin, str) else self.get_name(plugin)
        origin = self._origins.get(name or "")
        return "" if origin is None else origin.version
