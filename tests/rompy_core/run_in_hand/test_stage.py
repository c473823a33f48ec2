"""The beginning and the end of a stage in the record, whatever happens in between."""

import errno

import pytest

from rompy_core.run_in_hand.stage import stage
from rompy_hooks import StageError


def _ends(host, model):
    ends = [event for event in host.events(model) if "success" in event["data"]]
    return [(event["stage"], event["data"]["success"], event["data"]["message"]) for event in ends]


def _stage_that_raises(model, name, error):
    with model.in_hand() as bound:
        bound._in_hand().open()
        with stage(bound._in_hand(), name, ""):
            raise error


def test_a_stage_is_recorded_with_its_data(host):
    """What was put there, and the seconds."""
    model = host.model()
    with model.in_hand() as bound:
        bound._in_hand().open()
        with stage(bound._in_hand(), "run", "local") as done:
            done.message, done.data["outputs"] = "fine", 3
    start, end = host.events(model)[1:3]
    assert (start["kind"], start["data"]) == ("stage_started", {"backend": "local"})
    assert end["data"].pop("duration") >= 0
    assert end["data"] == {"success": True, "message": "fine", "outputs": 3}
    assert host.record(model).state == "succeeded"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (errno.ENOSPC, "No space left on device; make space and start again"),
        (errno.EACCES, "Permission denied"),
    ],
)
def test_what_the_system_refuses_is_an_error_of_the_stage(host, number, text):
    """With a remedy where there is one."""
    model = host.model()
    with pytest.raises(StageError) as caught:
        _stage_that_raises(model, "generate", OSError(number, text.partition(";")[0]))
    message = f"Run 'sea': stage generate failed: [Errno {number}] {text}"
    assert str(caught.value) == message
    assert _ends(host, model) == [("generate", False, message), (None, False, message)]


def test_an_interrupt_ends_the_stage_in_the_record(host):
    """And goes on its way."""
    model = host.model()
    with pytest.raises(KeyboardInterrupt):
        _stage_that_raises(model, "run", KeyboardInterrupt())
    assert _ends(host, model) == [("run", False, "KeyboardInterrupt"), (None, False, "KeyboardInterrupt")]
    assert host.record(model).state == "failed"
