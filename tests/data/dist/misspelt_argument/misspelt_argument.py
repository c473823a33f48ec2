"""Asks a hook for an argument that it does not pass."""

from rompy_hooks import hookimpl


@hookimpl
def run(confg):
    return True
