"""The record: the same fold of the same events, live and rebuilt."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.record import Record, encode
from rompy_core.record.journal import decode
from rompy_hooks import Event, EventKind, RunResult

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def story(*told: tuple[Any, ...]) -> list[Event]:
    """Events of (kind, stage, attempt, data), a second apart."""
    return [
        Event(
            kind=kind, time=NOON + timedelta(seconds=second), run_id="swan-06", attempt=attempt, stage=stage, data=data
        )
        for second, (kind, stage, attempt, data) in enumerate(told)
    ]


OPENED = (
    EventKind.RUN_OPENED,
    None,
    1,
    {
        "action": "pipeline",
        "model_run": {"run_id": "swan-06"},
        "configs": {"backend": {"type": "local", "env_vars": {"DB_PASSWORD": "sesame"}}},
        "versions": {"rompy": "0.1.0"},
        "plugins": {"autoload": True},
        "host": "node1",
        "user": "ann",
        "pid": 7,
    },
)
GENERATED = [
    (EventKind.STAGE_STARTED, "generate", 1, {"backend": "template"}),
    (
        EventKind.STAGE_ENDED,
        "generate",
        1,
        {"success": True, "message": "1 input file", "duration": 0.1, "inputs": ["INPUT"], "made_of": "abc"},
    ),
]
RESULT = RunResult(success=False, exit_code=3, message="swan ended with exit code 3").to_dict()
RUN = [
    (EventKind.STAGE_STARTED, "run", 1, {"backend": "local"}),
    (EventKind.ATTEMPT_STARTED, "run", 1, {"backend": "local", "steps": ["prep", "swan"], "logs": "attempts/1"}),
    (EventKind.STEP_STARTED, "run", 1, {"step": "prep", "command": ["prep"], "stdout": "a", "stderr": "b"}),
    (EventKind.STEP_ENDED, "run", 1, {"step": "prep", "success": True, "exit_code": 0, "duration": 1.0}),
    (EventKind.PROGRESS, "run", 1, {"fraction": 0.5}),
    (EventKind.ATTEMPT_ENDED, "run", 1, {"result": RESULT, "outputs": 2}),
    (EventKind.STAGE_ENDED, "run", 1, {"success": False, "message": "exit code 3", "duration": 2.0}),
]
ENDED = (EventKind.RUN_ENDED, None, 1, {"success": False, "action": "pipeline", "message": "exit code 3"})


def test_record_of_a_whole_run() -> None:
    """Every field tells what the events told; secrets are not in it."""
    warned = (EventKind.WARNING, "run", 1, {"message": "odd"})
    data = Record.from_events(story(OPENED, *GENERATED, *RUN, warned, ENDED)).to_dict()
    stages, attempts = data.pop("stages"), data.pop("attempts")
    assert data == {
        "format": 1,
        "run_id": "swan-06",
        "workspace": "",
        "created": "2026-01-02T12:00:00.000000+00:00",
        "updated": "2026-01-02T12:00:11.000000+00:00",
        "adopted": False,
        "action": "pipeline",
        "state": "failed",
        "message": "exit code 3",
        "model_run": {"run_id": "swan-06"},
        "configs": {"backend": {"type": "local", "env_vars": {"DB_PASSWORD": "***"}}},
        "plugins": {"autoload": True},
        "versions": {"rompy": "0.1.0"},
        "host": "node1",
        "user": "ann",
        "inputs": ["INPUT"],
        "generated_from": "abc",
        "warnings": [{"time": "2026-01-02T12:00:10.000000+00:00", "message": "odd"}],
        "events": 12,
    }
    assert list(stages) == ["generate", "run"]
    assert stages["generate"] == {
        "state": "succeeded",
        "backend": "template",
        "started": "2026-01-02T12:00:01.000000+00:00",
        "ended": "2026-01-02T12:00:02.000000+00:00",
        "duration": 0.1,
        "message": "1 input file",
    }
    assert stages["run"]["state"] == "failed"
    assert attempts == [
        {
            "number": 1,
            "backend": "local",
            "started": "2026-01-02T12:00:04.000000+00:00",
            "finished": "2026-01-02T12:00:08.000000+00:00",
            "success": False,
            "failure": RESULT["failure"],
            "steps": [
                {
                    "name": "prep",
                    "started": "2026-01-02T12:00:05.000000+00:00",
                    "command": ["prep"],
                    "stdout": "a",
                    "stderr": "b",
                    "ended": "2026-01-02T12:00:06.000000+00:00",
                    "success": True,
                    "exit_code": 0,
                    "duration": 1.0,
                },
                {"name": "swan"},
            ],
            "result": RESULT,
            "outputs": 2,
            "logs": "attempts/1",
            "progress": {"time": "2026-01-02T12:00:07.000000+00:00", "fraction": 0.5},
        }
    ]


def test_record_is_running_until_the_run_is_let_go() -> None:
    """In between it tells what is being done."""
    record = Record.from_events(story(OPENED, *GENERATED, *RUN[:2]))
    assert (record.state, record.stages["run"].state, record.attempts[0].success) == ("running", "started", None)


def test_record_of_a_killed_driver_tells_so_when_the_run_is_taken_again() -> None:
    """Who opens a run holds its lock: what was not ended will not end any more."""
    record = Record.from_events(story(OPENED, *GENERATED, *RUN[:2], OPENED))
    assert record.stages["run"].state == "interrupted"
    assert record.attempts[0].success is False
    assert record.created == "2026-01-02T12:00:00.000000+00:00"


def test_record_forgets_later_stages_when_one_begins_again() -> None:
    """Outputs of inputs that are no longer there prove nothing; the attempts stay."""
    processed = (EventKind.STAGE_STARTED, "postprocess", 1, {"backend": "noop"})
    record = Record.from_events(story(OPENED, *GENERATED, *RUN, processed, OPENED, GENERATED[0]))
    assert list(record.stages) == ["generate"]
    assert record.generated_from is None
    assert record.inputs == ["INPUT"]
    assert [attempt.number for attempt in record.attempts] == [1]


def test_record_keeps_the_inputs_of_a_failed_generate() -> None:
    """A generate that failed left the earlier inputs in place: they are still ours."""
    failed = (EventKind.STAGE_ENDED, "generate", 1, {"success": False, "message": "no", "duration": 0.1})
    record = Record.from_events(story(OPENED, *GENERATED, GENERATED[0], failed))
    assert record.inputs == ["INPUT"]
    assert record.stages["generate"].state == "failed"


def test_record_counts_planned_inputs_as_ours_at_once() -> None:
    """A generate that was cut off left some of them in place; one that ends tells what there is."""
    planned = (EventKind.INPUTS_PLANNED, "generate", 1, {"inputs": ["GRID", "INPUT"]})
    assert Record.from_events(story(OPENED, *GENERATED, GENERATED[0], planned)).inputs == ["GRID", "INPUT"]
    assert Record.from_events(story(OPENED, GENERATED[0], planned, GENERATED[1])).inputs == ["INPUT"]


def test_record_keeps_few_attempts_whole() -> None:
    """Of older ones number, times and outcome: a run that was tried 600 times is opened as fast as another."""
    told = [(kind, stage, number, data) for number in range(1, 26) for kind, stage, _, data in RUN]
    record = Record.from_events(story(OPENED, *told))
    assert [attempt.number for attempt in record.attempts] == list(range(1, 26))
    assert [bool(attempt.steps) for attempt in record.attempts] == [False] * 5 + [True] * 20
    assert (record.attempts[4].result, record.attempts[5].result) == (None, RESULT)
    old = record.attempts[0]
    assert (old.success, old.failure, old.logs, old.outputs) == (False, RESULT["failure"], "attempts/1", 2)
    assert old.started < old.finished
    assert list(record.to_dict()["attempts"][4]) == [
        "number",
        "started",
        "finished",
        "success",
        "failure",
        "outputs",
        "logs",
    ]
    assert Record.from_dict(json.loads(json.dumps(record.to_dict()))) == record


def test_record_keeps_a_bounded_number_of_warnings() -> None:
    """A watcher that fails at each of a million events must not fill the disk."""
    record = Record.from_events(story(*[(EventKind.WARNING, None, 1, {"message": str(n)}) for n in range(150)]))
    assert (len(record.warnings), record.events) == (100, 150)


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
KEYS = [
    "action",
    "backend",
    "command",
    "configs",
    "duration",
    "host",
    "inputs",
    "logs",
    "made_of",
    "message",
    "model_run",
    "name",
    "outputs",
    "plugins",
    "result",
    "step",
    "steps",
    "success",
    "time",
    "token",
    "versions",
]
events = st.builds(
    Event,
    kind=st.sampled_from(EventKind) | st.just("unheard-of"),
    time=st.datetimes(timezones=st.just(UTC)),
    run_id=st.just("a"),
    attempt=st.integers(1, 3),
    stage=st.sampled_from([None, "generate", "run", "postprocess", "other"]),
    data=st.dictionaries(st.sampled_from(KEYS), json_data | st.builds(Path, st.text("ab/", max_size=3))),
)


@given(st.lists(events, max_size=8))
def test_record_rebuilt_is_the_live_one(told: list[Event]) -> None:
    """Of any events, in any order and with data of any shape, both folds give the same; no data breaks the fold."""
    live = Record()
    for each in told:
        live.apply(each)
    rebuilt = Record.from_events(event for event in map(decode, map(encode, told)) if event)
    assert live == rebuilt
    assert Record.from_dict(json.loads(json.dumps(live.to_dict()))) == live


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("value", [None, 3, "text", [1, "a"], {"a": 1}, True])
def test_record_takes_data_of_any_shape(kind: EventKind, value: Any) -> None:
    """A plugin may emit an event of a known kind with data that nobody expects."""
    told = story((kind, "run", 1, dict.fromkeys(KEYS, value)), (kind, None, 1, {}))
    live = Record.from_events(told)
    assert live == Record.from_events(event for event in map(decode, map(encode, told)) if event)
    assert Record.from_dict(json.loads(json.dumps(live.to_dict()))) == live


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": 2}, "a record of format 2 is not known; format 1 is"),
        ({"attempts": [3]}, "the record is not whole: .*"),
        ({"stages": []}, "the record is not whole: .*"),
        ({"stages": {"run": {}}}, "the record is not whole: .*"),
    ],
)
def test_record_from_dict_of_another_shape_is_an_error(change: dict[str, Any], why: str) -> None:
    """A file that somebody edited is no record."""
    with pytest.raises(ValueError, match=f"^{why}$"):
        Record.from_dict({**Record().to_dict(), **change})
