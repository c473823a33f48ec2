"""Whether files can be read into the classes that a plugin offers: told when it offers them, not when one is used."""

from collections.abc import Iterable

import attrs

from rompy_core.plugins.conflicts import Claim
from rompy_hooks import Backend, PluginError


def check_classes(plugin: str, claims: Iterable[Claim]) -> None:
    """Refuse an offer whose config class has fields that no file could fill.

    Args:
        plugin: The plugin and where its hook stands, for the message.
        claims: What it offers.

    Raises:
        PluginError: A class is no config class; it names the class, the field and its type.
    """
    for claim in claims:
        cls = claim.made.config if isinstance(claim.made, Backend) else getattr(claim.made, "cls", None)
        if cls is None or not attrs.has(cls):  # a model config may be any class: pydantic's judges itself
            continue
        from rompy_core.structuring import check_config_class  # built-in plugins alone do without

        try:
            check_config_class(cls)
        except TypeError as error:
            raise PluginError(f"Plugin {plugin} offers the {claim.title}: {error}") from error
