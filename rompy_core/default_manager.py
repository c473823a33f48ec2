"""The plugin manager of model runs that were given none: built once, on first use."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rompy_core.plugins import PluginManager

_lock = threading.Lock()
_managers: "list[PluginManager]" = []


def default_manager() -> "PluginManager":
    """The manager with the built-in plugins, entry points and ``ROMPY_PLUGINS``; without a local file."""
    with _lock:
        if not _managers:
            from rompy_core.plugins import create_plugin_manager

            _managers.append(create_plugin_manager())
        return _managers[0]
