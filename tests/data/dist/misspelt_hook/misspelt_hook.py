"""Implements a hook that there is not, beside one that there is."""

from rompy_hooks import hookimpl


@hookimpl
def proces(config):
    return {"success": True}


@hookimpl
def backends():
    return []
