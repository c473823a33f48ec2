"""What a template sees as ``runtime``: the facts of a model run without its deeds."""

from pathlib import PurePath
from typing import Any

import attrs

from rompy_hooks import ModelRunLike


@attrs.frozen(kw_only=True)
class Runtime:
    """A model run as templates see it; a template must not be able to run or delete anything."""

    #: The run's name.
    run_id: str
    #: The simulated time (``start``, ``end``, ``duration``, ``interval``), or ``None``.
    period: Any = None
    #: Where workspaces are made.
    output_dir: PurePath
    #: The workspace.
    staging_dir: PurePath
    #: The model config.
    config: Any = None


def runtime_of(model_run: ModelRunLike | Runtime) -> Runtime:
    """The facts of a model run; what is a :class:`Runtime` already is returned as it is."""
    if isinstance(model_run, Runtime):
        return model_run
    return Runtime(
        run_id=model_run.run_id,
        period=model_run.period,
        output_dir=PurePath(model_run.output_dir),
        staging_dir=PurePath(model_run.staging_dir),
        config=model_run.config,
    )
