"""The stage ``postprocess``: one processor or several, in order."""

from typing import TYPE_CHECKING

from rompy_core.backend_configs import name_of
from rompy_core.run_in_hand.context import HostContext
from rompy_core.run_in_hand.stage import stage
from rompy_hooks import ProcessConfig, ProcessResult

if TYPE_CHECKING:
    from rompy_core.run_in_hand.hand import RunInHand


def no_workspace(hand: "RunInHand") -> ProcessResult:
    """The answer when there is nothing to postprocess; nothing is created."""
    return ProcessResult(
        success=False,
        message=f"there is no workspace {hand.workspace}; generate and run first",
        run_id=hand.model_run.run_id,
        output_dir=hand.workspace,
    )


def postprocess(hand: "RunInHand", configs: tuple[ProcessConfig, ...]) -> ProcessResult:
    """Ask each processor; the first that fails is the last that is asked.

    Raises:
        PluginError: A processor's plugin raised, or answered with a wrong type.
        RunCancelledError: Somebody asked for the end meanwhile.
    """
    names = [name_of(hand.manager, "process", config) for config in configs]
    with stage(hand, "postprocess", ", ".join(names)) as done:
        results: list[ProcessResult] = []
        for name, config in zip(names, configs, strict=True):
            hand.check_not_cancelled("postprocess")
            results.append(_processed(hand, name, config))
            # A processor need not listen: what it answers after the end was asked for is no success.
            hand.check_not_cancelled("postprocess", "in")
            if not results[-1].success:
                break
        result = results[0] if len(configs) == 1 else _together(hand, results)
        done.success, done.message = result.success, result.message
        done.data["result"] = dict(result)
    return result


def _processed(hand: "RunInHand", name: str, config: ProcessConfig) -> ProcessResult:
    answer: ProcessResult = hand.manager.ask(
        "process",
        model_run=hand.model_run,
        config=config,
        workspace_dir=hand.workspace,
        run_result=hand.run_result,
        context=HostContext(hand, "postprocess", backend=name),
    )
    facts = {"run_id": hand.model_run.run_id, "output_dir": hand.workspace, "processor": name}
    return ProcessResult(**{**facts, **answer})


def _together(hand: "RunInHand", results: list[ProcessResult]) -> ProcessResult:
    last = results[-1]
    success = all(result.success for result in results)
    message = f"{len(results)} processors succeeded" if success else f"{last['processor']}: {last.message}"
    return ProcessResult(
        success=success,
        message=message,
        run_id=hand.model_run.run_id,
        output_dir=hand.workspace,
        outputs=[path for result in results for path in result.outputs],
        metrics={name: value for result in results for name, value in result.metrics.items()},
        processors=results,
    )
