"""Offers a run backend and a processor."""

import attrs

from rompy_hooks import Backend, ProcessConfig, ProcessResult, RunConfig, hookimpl


@attrs.frozen(kw_only=True)
class TidesConfig(RunConfig):
    harmonics: int = 8


@attrs.frozen(kw_only=True)
class HarmonicsConfig(ProcessConfig):
    """No keys of its own."""


@hookimpl
def backends() -> list[Backend]:
    return [
        Backend(kind="run", name="tides", config=TidesConfig, summary="tides by harmonics"),
        Backend(kind="process", name="harmonics", config=HarmonicsConfig),
    ]


@hookimpl
def run(config: TidesConfig) -> bool:
    return config.harmonics > 0


@hookimpl
def process(config: HarmonicsConfig) -> ProcessResult:
    return ProcessResult(metrics={"harmonics": 8})
