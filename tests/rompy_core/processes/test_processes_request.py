"""What may be asked for, and how it travels."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.processes import ProcessRequest
from rompy_core.processes.wire import END, Job, Report, pack_descriptors, unpack_descriptors

if TYPE_CHECKING:
    from conftest import Stage

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
NAMES = st.text(st.characters(exclude_characters="\0=", exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"argv": "echo x"}, TypeError, "argv: must be a list of strings, program and arguments, got 'echo x'"),
        ({"argv": ("swan", 4)}, TypeError, "argv: must be a list of strings, program and arguments, got ('swan', 4)"),
        ({"argv": ()}, ValueError, "argv: must name a program, got ()"),
        ({"argv": ("", "x")}, ValueError, "argv: must name a program, got ('', 'x')"),
        ({"timeout": 0}, ValueError, "timeout: must be a number of seconds > 0, got 0"),
        ({"timeout": float("nan")}, ValueError, "timeout: must be a number of seconds > 0, got nan"),
        ({"grace_period": -1.0}, ValueError, "grace_period: must be a number of seconds >= 0, got -1.0"),
        ({"memory": 0}, ValueError, "memory: must be a number of bytes > 0, got 0"),
    ],
)
def test_impossible_request_is_refused(
    stage: Stage, changes: dict[str, object], error: type[Exception], text: str
) -> None:
    """When it is made, with what was given and what would do."""
    with pytest.raises(error) as raised:
        stage.request("true", **changes)
    assert str(raised.value) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"argv": ("true", "a\0b")}, "argv, env and paths must have no NUL character, got ['a\\x00b']"),
        ({"env": {"A": "\0"}}, "argv, env and paths must have no NUL character, got ['A=\\x00']"),
        ({"env": {"A=B": "1"}}, "env: a name must not be empty nor have '=', got ['A=B']"),
        ({"env": {"": "1"}}, "env: a name must not be empty nor have '=', got ['']"),
    ],
)
def test_request_that_cannot_travel_is_refused(stage: Stage, changes: dict[str, object], text: str) -> None:
    """Before anything is started."""
    with pytest.raises(ValueError, match=r"^") as raised:
        stage.run("true", **changes)
    assert str(raised.value) == text
    assert not stage.out.exists()


def test_environment_is_in_no_repr(stage: Stage) -> None:
    """Secrets travel in it."""
    assert "hunter2" not in repr(stage.request("true", env={"PASSWORD": "hunter2"}))


@given(argv=st.lists(TEXT), env=st.dictionaries(NAMES, TEXT), raw=st.binary().map(lambda b: b.replace(b"\0", b"")))
def test_any_text_and_bytes_arrive_unchanged(argv: list[str], env: dict[str, str], raw: bytes) -> None:
    """The worker reads what the driver was given."""
    words = ("model", *argv, os.fsdecode(raw))
    request = ProcessRequest(argv=words, cwd="/c", env=env, stdout="/o", stderr="/e", grace_period=0.1, memory=7)
    job = Job(request.payload())
    assert job.argv == [os.fsencode(word) for word in words]
    assert job.env == {os.fsencode(name): os.fsencode(value) for name, value in env.items()}
    assert (job.cwd, job.stdin, job.stdout, job.stderr, job.grace, job.memory) == (b"/c", b"", b"/o", b"/e", 0.1, 7)


@given(status=st.none() | st.integers(-64, 255), cpu=st.floats(0, 1e9), detail=st.text())
def test_report_arrives_unchanged(status: int | None, cpu: float, detail: str) -> None:
    """Each field, also the text of an error that has anything in it."""
    report = Report()
    report.ended_by, report.status, report.cpu, report.peak, report.leftovers = "lost", status, cpu, 1 << 40, 3
    report.started, report.finished, report.duration = 1.5, 2.5, 0.25
    report.what, report.errno, report.detail = "cwd", 2, detail
    message = report.pack()
    assert message.endswith(END)
    again = Report.unpack(message)
    assert [getattr(again, name) for name in Report.__slots__] == [getattr(report, name) for name in Report.__slots__]


@given(st.lists(st.integers(0, 2**31 - 1)))
def test_descriptors_arrive_unchanged(numbers: list[int]) -> None:
    """As C ints; a cut-off tail is left out."""
    import sys

    data = pack_descriptors(numbers, sys.byteorder)
    assert unpack_descriptors(data) == numbers
    assert unpack_descriptors(data + b"\1") == numbers
