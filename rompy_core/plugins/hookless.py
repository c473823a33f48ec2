"""Which object of a module is the plugin, and what to say when nothing in it has a hook."""

import inspect
from collections.abc import Collection
from types import ModuleType

from rompy_core.nearest import nearest
from rompy_core.plugins.place import file_of
from rompy_hooks import PluginError

#: What a module calls an object whose methods are its hooks.
ATTRIBUTE = "plugin"
_MARK = "rompy_impl"  # what @hookimpl leaves on a function


def marked(found: object) -> list[str]:
    """The attributes of an object that are marked with ``@hookimpl``, sorted."""
    return [name for name in dir(found) if not name.startswith("__") and _is_marked(found, name)]


def _is_marked(found: object, name: str) -> bool:
    attribute = inspect.getattr_static(found, name, None)  # a stranger's property is not asked
    return hasattr(getattr(attribute, "__func__", attribute), _MARK)


def plugin_of(found: object) -> object:
    """The object to register: a module that has no hook itself may have an object named ``plugin`` that has.

    Raises:
        PluginError: Both have, so that one would be left out without a word.
    """
    if not isinstance(found, ModuleType):
        return found
    named = vars(found).get(ATTRIBUTE)
    if named is None or not marked(named):
        return found
    own = marked(found)
    if not own:
        return named
    if isinstance(named, ModuleType):  # a package that took its hooks from a module of its own
        return found
    raise PluginError(
        f"({file_of(found)}) has hooks of its own ({', '.join(own)}) and an object 'plugin' with hooks"
        f" ({', '.join(marked(named))}); put them together, rompy takes one of the two"
    )


def has_no_hook(found: object, hooks: Collection[str]) -> str:
    """What is wrong with a plugin that marked nothing, and what would do."""
    if not isinstance(found, ModuleType):
        cls = found if isinstance(found, type) else type(found)
        return f"({cls.__module__}.{cls.__qualname__}) has no hook: mark its methods with @hookimpl"
    told = [*_objects(found), *_classes(found), *_functions(found, hooks)]
    return f"({file_of(found)}) has no hook: {'; '.join(told) or 'mark functions with @hookimpl'}"


def _objects(module: ModuleType) -> list[str]:
    """Objects with hooks that are not called ``plugin``; those of one class are one thing to be told."""
    found = {
        type(value).__name__: f"{name!r} has hook methods: call it plugin"
        for name, value in sorted(vars(module).items(), reverse=True)
        if not isinstance(value, (type, ModuleType)) and not inspect.isroutine(value) and marked(value)
    }
    return sorted(found.values())


def _classes(module: ModuleType) -> list[str]:
    values = vars(module).values()
    return [
        f"class {name!r} has hook methods but no instance: add plugin = {name}()"
        for name, value in sorted(vars(module).items())
        if isinstance(value, type) and value.__module__ == module.__name__ and marked(value)
        if not any(type(other) is value for other in values)
    ]


def _functions(module: ModuleType, hooks: Collection[str]) -> list[str]:
    return [
        f"mark the function {name!r} with @hookimpl"
        for name, value in sorted(vars(module).items())
        if inspect.isfunction(value) and value.__module__ == module.__name__ and (name in hooks or nearest(name, hooks))
    ]
