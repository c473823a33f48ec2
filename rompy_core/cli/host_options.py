"""The options before a command, and the plugin manager that they ask for."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from rompy_core.plugins import PluginManager

#: Found beside a config file, unless ``--no-local-plugins`` is given.
LOCAL_PLUGINS = "rompy_plugins.py"


class HostOptions:
    """What was said before the command."""

    __slots__ = ("debug", "local_plugins", "log_format", "plugins", "quiet", "strict", "verbose")

    def __init__(
        self,
        *,
        plugins: tuple[str, ...] = (),
        strict_plugins: bool = False,
        no_local_plugins: bool = False,
        debug: bool = False,
        verbose: int = 0,
        quiet: bool = False,
        log_format: str = "console",
    ) -> None:
        """Take the values of the group's options, by their names."""
        self.plugins = plugins
        self.strict = strict_plugins
        self.local_plugins = not no_local_plugins
        self.debug = debug
        self.verbose = verbose
        self.quiet = quiet
        self.log_format = log_format

    def manager(self, config: "Path | None" = None, *watchers: Any) -> "PluginManager":
        """Build the plugin manager.

        Args:
            config: The config file; a ``rompy_plugins.py`` beside it is loaded. Without one, the working directory's.
            *watchers: Plugin objects that are told the events.

        Raises:
            RompyError: A plugin that was asked for, or with ``--strict-plugins`` any, is broken.
        """
        from rompy_core.plugins import create_plugin_manager

        return create_plugin_manager(
            plugins=list(watchers), load=list(self.plugins), local_file=self._local_file(config), strict=self.strict
        )

    def _local_file(self, config: "Path | None") -> "Path | None":
        if not self.local_plugins:
            return None
        from pathlib import Path

        # Symlinks stay: the plugins lie beside the name that was given.
        beside = (Path() if config is None else config.parent).absolute() / LOCAL_PLUGINS
        return beside if beside.is_file() else None
