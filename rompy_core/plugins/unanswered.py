"""The error when nobody answers a firstresult hook."""

from collections.abc import Mapping
from typing import Any

from rompy_core.nearest import nearest
from rompy_core.plugins.calls import Selection, describe, who
from rompy_core.plugins.kinds import TITLES
from rompy_core.plugins.names import listed
from rompy_core.plugins.offering import Offering
from rompy_hooks import UnknownNameError

_KIND_OF_HOOK: Mapping[str, str] = {"run": "run", "process": "process", "execute_pipeline": "pipeline"}


def nobody_answers(
    plugins: Offering, hook: str, arguments: Mapping[str, Any], selection: Selection
) -> UnknownNameError:
    """An error that names the config, who was asked, what there is, and which plugins are missing."""
    asked = " and ".join(who(impl) for impl in reversed(selection.asked) if not (impl.wrapper or impl.hookwrapper))
    declined = f"; asked were {asked}" if asked else ""
    kind = _KIND_OF_HOOK.get(hook)
    if kind is None:
        told = " and ".join(f"{name} {describe(value)}" for name, value in arguments.items() if isinstance(value, str))
        return UnknownNameError(f"no plugin answers the hook {hook} for {told}{declined}{plugins.failures()}")
    cls = type(arguments.get("config"))
    return UnknownNameError(
        f"no plugin answers the hook {hook} for a config of the class {cls.__module__}.{cls.__qualname__}{declined}."
        f"{_meant(plugins, kind, cls)} Known: {listed(each.name for each in plugins.offers(kind))}{plugins.failures()}"
    )


def _meant(plugins: Offering, kind: str, cls: type) -> str:
    classes = {each.backend.config.__name__: each.name for each in plugins.offers(kind) if each.backend is not None}
    near = nearest(cls.__name__, classes)
    return f" Did you mean {near} ({TITLES[kind]} {classes[near]!r})?" if near else ""
