"""What a template sees as ``runtime``: the facts of a model run without its deeds."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any, TypeVar

import attrs

from rompy_hooks import ModelRunLike

Deed = TypeVar("Deed", bound=Callable[..., Any])


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


def not_for_templates(function: Deed) -> Deed:
    """Mark a method that a template must not call although it can reach its object; for use as a decorator."""
    function.unsafe_callable = True  # type: ignore[attr-defined]  # what Jinja2's sandbox looks for
    return function


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
