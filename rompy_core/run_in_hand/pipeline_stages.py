"""A pipeline: its backend does the stages through the bound model run; the host completes the result."""

from typing import TYPE_CHECKING

from rompy_core.backend_configs import name_of
from rompy_core.run_in_hand.context import HostContext
from rompy_hooks import Failure, PipelineConfig, PipelineResult

if TYPE_CHECKING:
    from rompy_core.run_in_hand.hand import RunInHand


def pipeline(hand: "RunInHand", config: PipelineConfig) -> PipelineResult:
    """Ask the pipeline's backend.

    Raises:
        RequestError: What was asked for cannot be done; nothing was created.
        PluginError: A plugin raised, or answered with a wrong type.
    """
    name = name_of(hand.manager, "pipeline", config)
    context = HostContext(hand, None, backend=name)
    answer: PipelineResult = hand.manager.ask(
        "execute_pipeline", model_run=hand.model_run, config=config, context=context
    )
    facts = {"run_id": hand.model_run.run_id, "staging_dir": hand.workspace, "stages_completed": []}
    result = answer if facts.keys() <= answer.keys() else PipelineResult(**{**facts, **answer})
    if result.success and hand.cancellation.requested:
        result = _cancelled(hand, result)
    hand.outcome = (result.success, result.message)
    return result


def _cancelled(hand: "RunInHand", result: PipelineResult) -> PipelineResult:
    """A pipeline that did not listen, and ended well after its end had been asked for."""
    run_id, reason = hand.model_run.run_id, hand.cancellation.reason
    error = f"Run {run_id!r} was cancelled in stage postprocess: {reason}"
    facts = {"stage": "postprocess", "error": error, "message": error, "failure": Failure.CANCELLED}
    return PipelineResult(**{**result, "success": False, **facts})
