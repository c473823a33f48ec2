"""The error when nobody answers a firstresult hook."""

from collections.abc import Mapping, Sequence
from typing import Any

import pluggy

from rompy_core.nearest import nearest
from rompy_core.plugins.annotations import config_classes
from rompy_core.plugins.calls import Selection, describe, who
from rompy_core.plugins.kinds import TITLES
from rompy_core.plugins.local_file import is_local
from rompy_core.plugins.names import listed
from rompy_core.plugins.offering import Offering
from rompy_core.plugins.validation import CONFIG_OF_HOOK
from rompy_hooks import Backend, PluginError, RompyError, UnknownNameError

_KIND_OF_HOOK: Mapping[str, str] = {"run": "run", "process": "process", "execute_pipeline": "pipeline"}
_WANTED: Mapping[str, str] = {
    "run": "a RunResult, True or False",
    "process": "a ProcessResult or a mapping",
    "execute_pipeline": "a PipelineResult or a mapping",
}


def nobody_answers(plugins: Offering, hook: str, arguments: Mapping[str, Any], selection: Selection) -> RompyError:
    """An error that names the plugins whose config it is; where there is none, who was asked and what there is."""
    asked = [impl for impl in reversed(selection.asked) if not (impl.wrapper or impl.hookwrapper)]
    if hook not in _KIND_OF_HOOK:
        told = " and ".join(f"{name} {describe(value)}" for name, value in arguments.items() if isinstance(value, str))
        return UnknownNameError(f"no plugin answers the hook {hook} for {told}{_declined(asked)}{plugins.failures()}")
    cls = type(arguments.get("config"))
    backend = plugins.backend_of(arguments.get("config"))
    silent = _own(plugins, hook, asked, backend)
    if silent:
        wrappers = [impl for impl in reversed(selection.asked) if impl.wrapper or impl.hookwrapper]
        return _returned_none(hook, silent, wrappers, repr(backend.name) if backend else _told(cls))
    kind = _KIND_OF_HOOK[hook]
    return UnknownNameError(
        f"no plugin answers the hook {hook} for {_what(plugins, kind, cls, backend)}{_declined(asked)}."
        f"{'' if backend else _meant(plugins, kind, cls)}"
        f" Known: {listed(each.name for each in plugins.offers(kind))}{plugins.failures()}"
    )


def _own(
    plugins: Offering, hook: str, asked: Sequence[pluggy.HookImpl], backend: Backend | None
) -> list[pluggy.HookImpl]:
    """Those that had to answer: of the plugin that offers the backend, else those that say the config is theirs."""
    owner = next((offer.plugin for offer in plugins.offers() if backend and offer.backend is backend), None)
    return [impl for impl in asked if impl.plugin_name == owner] or [impl for impl in asked if _claims(hook, impl)]


def _claims(hook: str, impl: pluggy.HookImpl) -> bool:
    """Whether it is annotated with less than every config of the kind: who is asked for all may decline."""
    classes = config_classes(impl.function)
    return classes is not None and CONFIG_OF_HOOK[hook] not in classes


def _returned_none(
    hook: str, silent: Sequence[pluggy.HookImpl], wrappers: Sequence[pluggy.HookImpl], name: str
) -> PluginError:
    lost = " and ".join(map(who, wrappers))
    return PluginError(
        f"Plugin {' and '.join(map(who, silent))} returned None from hook {hook} for {name};"
        f" return {_WANTED[hook]}{lost and f'. Or its wrapper {lost} did: a wrapper returns what its yield gave'}"
    )


def _declined(asked: Sequence[pluggy.HookImpl]) -> str:
    return f"; asked were {' and '.join(map(who, asked))}" if asked else ""


def _what(plugins: Offering, kind: str, cls: type, backend: Backend | None) -> str:
    if backend is None:
        return f"a config of the class {_told(cls)}"
    plugin = next(offer.plugin for offer in plugins.offers(kind) if offer.backend is backend)
    return f"the {TITLES[kind]} {backend.name!r}, which plugin {plugin!r} offers"


def _told(cls: type) -> str:
    """A class by its name; with its module, unless that is a name that we made for a file."""
    return cls.__qualname__ if is_local(cls.__module__) else f"{cls.__module__}.{cls.__qualname__}"


def _meant(plugins: Offering, kind: str, cls: type) -> str:
    classes = {each.backend.config.__name__: each.name for each in plugins.offers(kind) if each.backend is not None}
    near = nearest(cls.__name__, classes)
    return f" Did you mean {near} ({TITLES[kind]} {classes[near]!r})?" if near else ""
