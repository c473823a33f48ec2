"""How a manager was made, as data: what a record keeps and what another process makes the same manager of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import attrs


@attrs.frozen(kw_only=True)
class PluginRecipe:
    """The arguments of :func:`~rompy_core.plugins.create_plugin_manager` that can travel."""

    #: What ``ROMPY_PLUGINS`` and ``-p`` gave, in this order.
    load: tuple[str, ...] = ()
    #: Whether entry points are looked for.
    autoload: bool = True
    #: A ``rompy_plugins.py``, absolute.
    local_file: Path | None = None
    strict: bool = False
    #: Whether the built-in plugins are there.
    builtin: bool = True
    #: Folders that entry points are looked for in; ``sys.path`` unless given.
    search_path: tuple[str, ...] | None = None
    #: The words of ``load`` that ``ROMPY_PLUGINS`` gave, for messages; they travel as if ``-p`` had.
    environment: tuple[str, ...] = attrs.field(default=(), eq=False, repr=False)
    #: Names of the plugins that the host passed as objects: these cannot travel.
    objects: tuple[str, ...] = ()

    def place_of(self, word: str) -> str:
        """Where a word of ``load`` stands, for messages: ``-p tides`` or ``ROMPY_PLUGINS: tides``."""
        return f"ROMPY_PLUGINS: {word}" if word in self.environment else f"-p {word}"

    def to_dict(self) -> dict[str, Any]:
        """The recipe as data that JSON can hold."""
        return {
            "load": list(self.load),
            "autoload": self.autoload,
            "local_file": None if self.local_file is None else str(self.local_file),
            "strict": self.strict,
            "builtin": self.builtin,
            "search_path": None if self.search_path is None else list(self.search_path),
            "objects": list(self.objects),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The recipe that :meth:`to_dict` made the data of; keys that this version doesn't know are left out."""
        known = {field.name: data[field.name] for field in attrs.fields(cls) if field.name in data}
        for name in ("load", "search_path", "objects"):
            if known.get(name) is not None:
                known[name] = tuple(known[name])
        if known.get("local_file") is not None:
            known["local_file"] = Path(known["local_file"])
        return cls(**known)
