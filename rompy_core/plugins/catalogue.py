"""What plugins offer under which names: put together once, and again when a plugin comes or goes."""

from collections.abc import Iterator
from typing import Any

import pluggy

from rompy_core.nearest import did_you_mean
from rompy_core.plugins.calls import describe, execute, raised, who
from rompy_core.plugins.conflicts import Claim, Verdict, judge
from rompy_core.plugins.discovery import CLASS_GROUPS
from rompy_core.plugins.kinds import TITLES
from rompy_core.plugins.loading import Loader
from rompy_core.plugins.names import listed, short
from rompy_core.plugins.offered_classes import check_classes
from rompy_core.plugins.recipe import PluginRecipe
from rompy_core.plugins.reports import Origin
from rompy_hooks import Backend, ModelConfig, PluginError, UnknownNameError

_COLLECTED = {"backends": Backend, "model_configs": ModelConfig}


class Catalogue(Loader):
    """A registry that knows what its plugins offer, and imports plain classes when their name is asked for."""

    def __init__(self, recipe: PluginRecipe) -> None:
        super().__init__(recipe)
        self._offered: dict[tuple[str, str], tuple[Claim, ...]] = {}
        self._verdicts: list[Verdict] | None = None
        self._standing: dict[tuple[str, str], Any] = {}
        self._by_class: dict[type, Backend] = {}

    def _changed(self) -> None:
        super()._changed()
        self._verdicts = None
        self._standing = {}
        self._by_class = {}

    def unregister(self, plugin: object | None = None, name: str | None = None) -> Any:
        """Take a plugin out, and what it offers."""
        with self._lock:
            gone = name or self.get_name(plugin)
            self._offered = {key: claims for key, claims in self._offered.items() if key[0] != gone}
            return super().unregister(plugin, name)

    def verdicts(self) -> list[Verdict]:
        """Every offer, with what stands against it."""
        with self._lock:
            if self._verdicts is None:
                claims = [*self._claims_of_plugins(), *self._claims_of_entry_points()]
                found = judge(claims)
                for verdict in found:
                    if verdict.left_out:
                        self.report(verdict.claim.origin, "conflict", verdict.conflict)
                self._verdicts = found
            return self._verdicts

    def _claims_of_plugins(self) -> Iterator[Claim]:
        for name, origin in list(self._origins.items()):
            for hook in _COLLECTED:
                if (name, hook) not in self._offered:
                    self._offered[name, hook] = self._ask_for_offers(hook, name, origin)
                yield from self._offered[name, hook]

    def _claims_of_entry_points(self) -> Iterator[Claim]:
        for group, kind in CLASS_GROUPS.items():
            for origin, point in self._discovery.pending(group):
                yield Claim(kind, point.name, origin)

    def _ask_for_offers(self, hook: str, name: str, origin: Origin) -> tuple[Claim, ...]:
        """The claims of one plugin; none of them when one is wrong."""
        claims: list[Claim] = []
        for impl in getattr(self.hook, hook).get_hookimpls():
            if impl.plugin_name == name:
                try:
                    found = _claims(impl, origin, self._offers_of(hook, impl))
                    if origin.source != "builtin":  # those are tested, and start-up waits for them
                        check_classes(who(impl), found)
                    claims.extend(found)
                except PluginError as error:
                    self.report(origin, hook, str(error), error.__cause__)
                    return ()
        return tuple(claims)

    def _offers_of(self, hook: str, impl: pluggy.HookImpl) -> "list[Backend | ModelConfig]":
        try:
            answers = execute(self, hook, (impl,), {}, firstresult=False)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise raised(hook, (impl,), error) from error
        offers: list[Backend | ModelConfig] = []
        for answer in answers:
            cls = _COLLECTED[hook]
            if not isinstance(answer, (list, tuple)) or not all(isinstance(each, cls) for each in answer):
                raise PluginError(
                    f"Plugin {who(impl)} answered the hook {hook} with {describe(answer)}:"
                    f" expected a list of {cls.__name__}"
                )
            offers.extend(answer)
        return offers

    def by_class(self) -> dict[type, Backend]:
        """The backends by the class of their configs; the first name of a class that has several."""
        with self._lock:
            found: dict[type, Backend] = {}
            for verdict in self.verdicts():
                if isinstance(verdict.claim.made, Backend):
                    found.setdefault(verdict.claim.made.config, verdict.claim.made)
            self._by_class = found
            return found

    def standing(self, kind: str, name: str) -> Any:
        """What a name stands for, imported when need be.

        Raises:
            UnknownNameError: Nobody offers the name.
            PluginError: Several plugins do, or the one that does is broken.
        """
        with self._lock:
            found = self._standing.get((kind, name))
            if found is None:
                found = self._standing[kind, name] = self._find(kind, name)
            return found

    def _find(self, kind: str, name: str) -> Any:
        verdicts = [each for each in self.verdicts() if (each.claim.kind, each.claim.name) == (kind, name)]
        clear = next((each.claim for each in verdicts if not each.conflict), None)
        if clear is None and verdicts:
            raise PluginError(verdicts[0].conflict)
        if clear is None:
            raise UnknownNameError(self.unknown(kind, name))
        if clear.made is not None:
            return clear.made
        origin, point = self._discovery.found()[clear.origin.name]
        if not self._load_class(origin, point):
            raise PluginError(next(each.message for each in self._problems if each.plugin == origin.name))
        return self._find(kind, name)

    def unknown(self, kind: str, name: str) -> str:
        """The message for a name that nobody offers."""
        known = {each.claim.name for each in self.verdicts() if each.claim.kind == kind}
        return (
            f"no {TITLES[kind]} is called {name!r}.{did_you_mean(name, known)} Known: {listed(known)}"
            f"{self._blocked_told(kind, name)}{self.failures()}"
        )

    def _blocked_told(self, kind: str, name: str) -> str:
        """A sentence about plugins that were blocked and would offer the name, or may; it begins with a full stop."""
        may = list(self._blocked.values())
        for origin, point in self._discovery.blocked():
            if CLASS_GROUPS.get(point.group) == kind and point.name == name:
                return f". Plugin {origin} offers it and is blocked"
            if point.group not in CLASS_GROUPS:  # what this one offers is not known without an import
                may.append(origin)
        return f". Blocked: {listed(short(origin.name) for origin in may)}" if may else ""

    def failures(self) -> str:
        """Sentences about plugins that would offer more if they were not broken; each begins with a full stop."""
        return "".join(f". {each.message}" for each in self._problems if each.stage not in ("conflict", "on_event"))


def _claims(impl: pluggy.HookImpl, origin: Origin, offers: "list[Backend | ModelConfig]") -> tuple[Claim, ...]:
    claims: dict[tuple[str, str], Claim] = {}
    for offer in offers:
        claim = Claim(offer.kind if isinstance(offer, Backend) else "model_config", offer.name, origin, offer)
        if claims.setdefault((claim.kind, claim.name), claim) is not claim:
            raise PluginError(f"Plugin {who(impl)} offers the {claim.title} twice")
    return tuple(claims.values())
