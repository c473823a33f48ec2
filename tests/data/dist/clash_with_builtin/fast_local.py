"""Offers a name that is built in, and one of its own."""

import attrs

from rompy_hooks import Backend, RunConfig, hookimpl


@attrs.frozen(kw_only=True)
class FastConfig(RunConfig):
    """No keys of its own."""


@attrs.frozen(kw_only=True)
class OwnConfig(RunConfig):
    """No keys of its own."""


@hookimpl
def backends() -> list[Backend]:
    return [
        Backend(kind="run", name="local", config=FastConfig),
        Backend(kind="run", name="fast", config=OwnConfig),
    ]


@hookimpl
def run(config: FastConfig | OwnConfig) -> bool:
    return True
