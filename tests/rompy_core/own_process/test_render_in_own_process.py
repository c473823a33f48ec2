"""Rendering in an interpreter of its own: the host's stays as it is, whatever the model config does."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rompy_core import ModelRun
from rompy_core.cancellation import RunCancellation
from rompy_core.own_process import render_in_own_process
from rompy_hooks import PluginError, RequestError, RompyError, RunCancelledError, StageError, TemplateError

Make = Callable[..., ModelRun]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the inputs are made."""
    (tmp_path / "making").mkdir()
    return tmp_path / "making"


def test_rendering_leaves_the_host_alone(strangers: Any, model_run_of: Make, target: Path) -> None:
    """Defect 4: the working directory and the environment are the child's own."""
    here = Path.cwd()
    model_run = model_run_of(strangers.Duck("'swan'"))
    render_in_own_process(model_run, target)
    assert (Path.cwd(), "LEAK" in os.environ) == (here, False)
    assert {path.name: path.read_text() for path in target.iterdir()} == {"named": "x", "rendered": "/"}
    assert list(model_run.staging_dir.iterdir()) == []


def test_rendering_in_threads_at_once(strangers: Any, model_run_of: Make, target: Path) -> None:
    """Each writes where it was told to."""
    model_run = model_run_of(strangers.Duck("'swan'"))
    folders = [target / str(number) for number in range(2)]
    threads = [threading.Thread(target=render_in_own_process, args=(model_run, folder)) for folder in folders]
    for folder, thread in zip(folders, threads, strict=True):
        folder.mkdir()
        thread.start()
    for thread in threads:
        thread.join()
    assert [sorted(path.name for path in folder.iterdir()) for folder in folders] == [["named", "rendered"]] * 2


@pytest.mark.parametrize(
    ("what", "kind", "message"),
    [
        ("fail(TemplateError('a.txt:3: no'))", TemplateError, "a.txt:3: no"),
        ("fail(StageError('the disk is full'))", StageError, "the disk is full"),
        ("fail(ConfigError(Fault('must be > 0', key='nx')))", RequestError, "nx: must be > 0"),
        ("fail(RunTimeoutError('too long', None))", RompyError, "too long"),
        (
            "fail(ValueError('dry'))",
            PluginError,
            "the model config strangers_models.Duck raised ValueError: dry ({lib}:40)",
        ),
        (
            "sys.exit(3)",
            PluginError,
            "the model config strangers_models.Duck left with sys.exit(3) instead of returning",
        ),
        (
            "die()",
            PluginError,
            (
                "the model config strangers_models.Duck could not be rendered, its process ended: signal 9\n"
                "  the last words"
            ),
        ),
    ],
)
def test_errors_of_a_rendering_are_told_as_ours(
    strangers: Any, model_run_of: Make, target: Path, what: str, kind: type[Exception], message: str
) -> None:
    """Errors of rompy's as they are, others as a plugin's, with what the child told."""
    with pytest.raises(kind) as caught:
        render_in_own_process(model_run_of(strangers.Duck(what)), target)
    assert type(caught.value) is kind
    lines = str(caught.value)
    raised_at = strangers.__file__
    expected = message.replace("{lib}:40", f"{raised_at}:{_line_of_raise(raised_at)}")
    assert lines == expected
    if "fail" in what:
        assert "Traceback (most recent call last)" in caught.value.__notes__[0]


def _line_of_raise(file: str) -> int:
    return Path(file).read_text().splitlines().index("    raise error") + 1


def test_a_rendering_that_cannot_travel_is_refused(strangers: Any, model_run_of: Make, target: Path) -> None:
    """Before a process is started."""
    with pytest.raises(RequestError, match=r"to which config\.lock cannot be handed"):
        render_in_own_process(model_run_of(strangers.Duck("1", lock=threading.Lock())), target)


def test_a_rendering_ends_when_it_is_asked_to(strangers: Any, model_run_of: Make, target: Path) -> None:
    """Its process tree is gone then."""
    cancellation = RunCancellation()
    cancellation.request("the forecast is late")
    with pytest.raises(RunCancelledError, match=r"^the forecast is late$"):
        render_in_own_process(
            model_run_of(strangers.Duck("threading.Event().wait()")), target, cancellation=cancellation
        )


def test_a_rendering_ends_when_the_time_of_the_run_is_over(strangers: Any, model_run_of: Make, target: Path) -> None:
    """The deadline of the run holds for it."""
    cancellation = RunCancellation().until(time.monotonic() + 0.2)
    with pytest.raises(StageError) as caught:
        render_in_own_process(
            model_run_of(strangers.Duck("threading.Event().wait()")), target, cancellation=cancellation
        )
    assert str(caught.value) == (
        "the model config strangers_models.Duck was still rendering when the run's time was over"
    )
