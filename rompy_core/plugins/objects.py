"""From what an entry point or a name gives to the plugin: a module or object as it is, of a class an instance."""

import inspect


def as_plugin(found: object) -> object:
    """The object to register.

    A class is called without arguments, and so is a function that is no hook implementation itself: a factory.
    """
    if isinstance(found, type) or (inspect.isfunction(found) and not hasattr(found, "rompy_impl")):
        made: object = found()
        return made
    return found
