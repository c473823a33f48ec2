"""Calling some of the implementations of a hook, by pluggy's own engine.

pluggy can leave out whole plugins (``subset_hook_caller``) but not single implementations, and a plugin that has two
backends must be asked for the one at hand only. So this module hands the chosen ``HookImpl`` objects to
``PluginManager._hookexec``, which every pluggy hook call goes through: ordering, wrappers, ``add_hookcall_monitoring``
and ``enable_tracing`` work as ever. It is the one place that uses this private method (the same since pluggy 1.0).
"""

from collections.abc import Mapping, Sequence
from functools import wraps
from typing import Any

import attrs
import pluggy

from rompy_core.plugins.annotations import config_classes
from rompy_core.plugins.answers import NORMALISE
from rompy_core.plugins.names import short
from rompy_core.plugins.place import code_of, place_of
from rompy_core.plugins.validation import CONFIG_OF_HOOK
from rompy_hooks import PluginError


@attrs.frozen
class Selection:
    """The implementations of one hook that are asked for one class of configs."""

    #: In pluggy's order, which is the reverse of the calling order.
    asked: tuple[pluggy.HookImpl, ...]
    #: The same, each answer checked where it is given.
    calls: tuple[pluggy.HookImpl, ...]
    #: Whether a wrapper may change the answer afterwards.
    wrapped: bool


def select(hook: str, found: Sequence[pluggy.HookImpl], config_class: type | None) -> Selection:
    """Choose who is asked; ``None`` for everybody."""
    everybody = config_class is None or hook not in CONFIG_OF_HOOK
    asked = tuple(impl for impl in found if everybody or _wants(impl, config_class))
    return Selection(
        asked,
        tuple(_checked(hook, impl) for impl in asked) if hook in NORMALISE else asked,
        any(_wraps(impl) for impl in asked),
    )


def _wants(impl: pluggy.HookImpl, config_class: type | None) -> bool:
    classes = config_classes(impl.function)
    return classes is None or (config_class is not None and issubclass(config_class, classes))


def _wraps(impl: pluggy.HookImpl) -> bool:
    return impl.wrapper or impl.hookwrapper


def execute(
    manager: pluggy.PluginManager,
    hook: str,
    calls: Sequence[pluggy.HookImpl],
    arguments: Mapping[str, object],
    *,
    firstresult: bool,
) -> Any:
    """Call the implementations, last first."""
    return manager._hookexec(hook, calls, arguments, firstresult)


def _checked(hook: str, impl: pluggy.HookImpl) -> pluggy.HookImpl:
    """The implementation with its answer checked and normalised: wrappers see what the host goes on with."""
    if _wraps(impl):
        return impl
    function, normalise = impl.function, NORMALISE[hook]

    @wraps(function)
    def answer(*arguments: Any, **keywords: Any) -> Any:
        found = function(*arguments, **keywords)
        if found is None:
            return None
        try:
            return normalise(found)
        except Exception as error:
            raise wrong_answer(hook, (impl,), found, error) from error

    copy = pluggy.HookImpl(impl.plugin, impl.plugin_name, function, impl.opts)
    copy.function = answer  # type: ignore[misc]  # final for those who share it; this copy is ours
    return copy


def who(impl: pluggy.HookImpl) -> str:
    """A plugin and where its implementation stands, for a message."""
    return f"{short(impl.plugin_name)!r} ({place_of(impl.function)})"


def wrong_answer(hook: str, impls: Sequence[pluggy.HookImpl], answer: object, error: Exception) -> PluginError:
    """An error for an answer of a wrong type."""
    names = " or ".join(who(impl) for impl in impls)
    return PluginError(f"Plugin {names} answered the hook {hook} with {describe(answer)}: {error}")


def describe(value: object) -> str:
    """A value for a message, cut short."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a stranger's __repr__
        text = "..."
    return f"{text if len(text) <= 60 else text[:57] + '...'} (a {type(value).__name__})"


def raised(hook: str, asked: Sequence[pluggy.HookImpl], error: BaseException) -> PluginError:
    """An error for what an implementation or a wrapper raised; the traceback tells which one."""
    codes: Mapping[object, pluggy.HookImpl] = {code_of(impl.function): impl for impl in asked}
    culprit = asked[0] if len(asked) == 1 else None
    step = error.__traceback__
    while step is not None:  # the innermost frame is the last
        culprit = codes.get(step.tb_frame.f_code, culprit)
        step = step.tb_next
    names = who(culprit) if culprit else " or ".join(who(impl) for impl in reversed(asked))
    return PluginError(f"Plugin {names} raised in hook {hook}: {told(error)}")


def told(error: BaseException) -> str:
    """Type and text of an exception."""
    # attrs' own validators raise the text, the field, the value and more.
    of_attrs = len(error.args) > 1 and isinstance(error.args[1], attrs.Attribute)
    text = str(error.args[0] if of_attrs else error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
