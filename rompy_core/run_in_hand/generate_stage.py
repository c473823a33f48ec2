"""The stage ``generate``: the inputs are made beside, then put in place at once."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rompy_core.model_configs import model_type_of
from rompy_core.run_in_hand.context import HostContext
from rompy_core.run_in_hand.made_of import made_of
from rompy_core.run_in_hand.stage import stage
from rompy_core.workspace import take_snapshot
from rompy_hooks import EventKind, FetchResult

if TYPE_CHECKING:
    from rompy_core.model_run import ModelRun
    from rompy_core.run_in_hand.hand import RunInHand

_MAKING = "generating"


def generate(hand: "RunInHand") -> None:
    """Make the inputs of a run; a failure leaves what was there before as it was.

    Raises:
        TemplateError: A template is wrong.
        StageError: Data could not be had, or the disk is full.
        RunCancelledError: Somebody asked for the end meanwhile.
        WorkspaceError: A file that rompy did not make stands in the way.
    """
    if _nothing_to_make(hand):
        hand.generated = True
        return
    with stage(hand, "generate", _model_type(hand)) as done:
        done.data["made_of"] = made_of(hand.model_run)  # first: a template may be edited meanwhile
        inputs = _make(hand)
        done.data["inputs"] = list(inputs)
        done.message = f"{len(inputs)} input file{'' if len(inputs) == 1 else 's'}"
    hand.generated = True


def _nothing_to_make(hand: "RunInHand") -> bool:
    """Whether the workspace is empty on purpose: no model config, and none that made inputs before."""
    return hand.model_run.config is None and not hand.model_run.delete_existing and not hand.record.inputs


def _model_type(hand: "RunInHand") -> str:
    config = hand.model_run.config
    return "" if config is None else model_type_of(hand.manager, config) or type(config).__name__


def _make(hand: "RunInHand") -> tuple[str, ...]:
    from rompy_core.workspace import install_inputs

    making = hand.record_dir / _MAKING
    if making.exists():
        shutil.rmtree(making)  # left by a generate that was cut off; it stands in our record's folder, under our lock
    making.mkdir()
    try:
        _render(hand, making)
        _stage_data(hand, making)
        # Rendering in this process hears of nothing: what is there stays as it was, as if it had failed.
        hand.check_not_cancelled("generate", "in")
        ours = tuple(hand.record.inputs)

        def plan(inputs: tuple[str, ...]) -> None:
            if not set(inputs).issubset(ours):
                hand.emit(EventKind.INPUTS_PLANNED, "generate", inputs=list(inputs))

        clears = hand.model_run.delete_existing
        return install_inputs(
            making,
            hand.workspace,
            ours=ours,
            going=_going(hand) if clears else (),
            clear=hand.clear if clears else None,
            planned=plan,
        )
    finally:
        if making.exists():
            shutil.rmtree(making)


def _going(hand: "RunInHand") -> set[str] | None:
    """What goes when the workspace is cleared; ``None`` for all."""
    from rompy_core.record import listed_files

    if hand.owns_all:
        return None
    there = take_snapshot(hand.workspace)
    listed = listed_files(hand.record_dir, hand.record)
    return {path for path, facts in listed.items() if path in there and facts in (None, there[path])}


def check_renders(model_run: "ModelRun") -> None:
    """Refuse a model config that must render in an interpreter of its own and cannot travel there.

    Raises:
        RequestError: It cannot, or its workspace would be inside its template.
    """
    config = model_run.config
    template = getattr(config, "template", None)
    if isinstance(template, Path) and template.is_dir():
        from rompy_core.rendering import check_target

        check_target(template, model_run.staging_dir)
    if _renders(config) and not getattr(type(config), "renders_in_process", False):
        from rompy_core.own_process import check_travels

        check_travels(model_run)


def _renders(config: Any) -> bool:
    return config is not None and (callable(config) or hasattr(config, "render"))


def _render(hand: "RunInHand", target: Path) -> None:
    """Let the model config write its files; in a process of its own unless its class promises to leave ours alone."""
    config = hand.model_run.config
    if not _renders(config):
        return
    if getattr(type(config), "renders_in_process", False):
        values = config(hand.model_run) if callable(config) else config
        if hasattr(config, "render"):
            config.render({"runtime": hand.model_run, "config": values}, target)
        return
    from rompy_core.own_process import render_in_own_process

    render_in_own_process(hand.model_run, target, lock_descriptor=hand.lock_descriptor, cancellation=hand.cancellation)


def _stage_data(hand: "RunInHand", target: Path) -> None:
    """Bring the data files that the model config names."""
    entries = getattr(hand.model_run.config, "data", None)
    if not entries or not isinstance(entries, (list, tuple)):
        return
    from rompy_core.data_files import DataFile, stage_data

    files = [entry for entry in entries if isinstance(entry, DataFile)]
    context = HostContext(hand, "generate")

    def fetch(source: str, path: Path) -> FetchResult | bool:
        answer: Any = hand.manager.ask("fetch", source=source, target=path, context=context)
        return answer if isinstance(answer, FetchResult) else bool(answer)

    for staged in stage_data(files, target, fetch, cancellation=context.cancellation):
        hand.emit(EventKind.PROGRESS, "generate", file=str(staged.path), size=staged.size)
