"""The two decorators of the contract; ``rompy`` is the project name that pluggy matches them by."""

import pluggy

#: Marks an implementation of a hook: ``@hookimpl``, ``@hookimpl(specname="run", tryfirst=True)``.
hookimpl = pluggy.HookimplMarker("rompy")

#: Marks a hook's specification; only :mod:`rompy_hooks.specs` uses it.
hookspec = pluggy.HookspecMarker("rompy")
