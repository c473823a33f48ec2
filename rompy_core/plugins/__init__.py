"""Finding, checking and asking plugins.

Names are imported when they are asked for: ``rompy --help`` needs :mod:`rompy_core.plugins.entry_points` alone, and
that neither attrs nor pluggy.
"""

# What type checkers know as typing.TYPE_CHECKING, without the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from rompy_core.plugins.create import create_plugin_manager, create_plugin_manager_from
    from rompy_core.plugins.entry_points import EntryPoint
    from rompy_core.plugins.manager import PluginManager
    from rompy_core.plugins.recipe import PluginRecipe
    from rompy_core.plugins.reports import ModelConfigOffer, Offer, PluginInfo, PluginProblem

_HOME = {
    "EntryPoint": "entry_points",
    "ModelConfigOffer": "reports",
    "Offer": "reports",
    "PluginInfo": "reports",
    "PluginManager": "manager",
    "PluginProblem": "reports",
    "PluginRecipe": "recipe",
    "create_plugin_manager": "create",
    "create_plugin_manager_from": "create",
}

__all__ = [
    "EntryPoint",
    "ModelConfigOffer",
    "Offer",
    "PluginInfo",
    "PluginManager",
    "PluginProblem",
    "PluginRecipe",
    "create_plugin_manager",
    "create_plugin_manager_from",
]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
