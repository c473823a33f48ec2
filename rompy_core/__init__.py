"""The host: model runs, the plugin manager, workspaces, records, processes and the command."""

__version__ = "0.1.0"
