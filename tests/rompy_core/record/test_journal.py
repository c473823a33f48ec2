"""The journal: every line that was appended is read again, whatever happened to the last one."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rompy_core.record import append, encode, open_journal, read_events, seal
from rompy_core.record.journal import decode
from rompy_core.workspace import JOURNAL, RECORD_DIR, create_record_dir
from rompy_hooks import Event, EventKind, WorkspaceError

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def event(kind: EventKind | str = EventKind.WARNING, **data: Any) -> Event:
    """An event of the run swan-06."""
    return Event(kind=kind, time=NOON, run_id="swan-06", attempt=1, stage="run", data=data)


@pytest.fixture
def record_dir(tmp_path: Path) -> Path:
    """A record's folder with one event in its journal."""
    os.close(create_record_dir(tmp_path, encode(event(message="first"))))
    return tmp_path / RECORD_DIR


def test_encode_is_one_line_of_json() -> None:
    """Another program can read it: JSON, ASCII, UTC with microseconds."""
    east = timezone(timedelta(hours=8))
    told = Event(
        kind="tide", time=NOON.astimezone(east), run_id="a", attempt=2, data={"note": "Höhe\n\u2028", "token": "x"}
    )
    assert encode(told) == (
        b'{"kind":"tide","time":"2026-01-02T12:00:00.000000+00:00","run_id":"a","attempt":2,"stage":null,'
        b'"data":{"note":"H\\u00f6he\\n\\u2028","token":"***"}}\n'
    )


def test_encode_guesses_no_time_zone() -> None:
    """A naive time would be another one on another machine."""
    naive = Event(kind="x", time=datetime(2026, 1, 2), run_id="a", attempt=1)
    with pytest.raises(ValueError, match=r"^the time of an event needs a time zone, got 2026-01-02T00:00:00$"):
        encode(naive)


def test_seal_is_what_the_journal_tells() -> None:
    """Watchers see what will be read later, and nothing more."""
    sealed = seal(event(path=Path("/sims/a/x"), password="p"), Path("/sims/a"))
    assert sealed.data == {"path": "x", "password": "***"}
    assert seal(sealed) is sealed
    assert decode(encode(sealed)) == sealed


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
events = st.builds(
    Event,
    kind=st.sampled_from(EventKind) | st.text(),
    time=st.datetimes(timezones=st.just(UTC)),
    run_id=st.text(),
    attempt=st.integers(0, 99),
    stage=st.none() | st.text(),
    data=st.dictionaries(st.text(), json_data, max_size=3),
)


@given(events)
def test_journal_round_trips(told: Event) -> None:
    """Whatever JSON can hold comes back as it was."""
    assert decode(encode(told)) == seal(told)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(events, min_size=1, max_size=4), st.data())
def test_journal_cut_anywhere_keeps_the_lines_before(tmp_path: Path, told: list[Event], data: st.DataObject) -> None:
    """A crash in the middle of a write costs the last event only, and the next one has a line of its own."""
    record_dir = tmp_path / RECORD_DIR
    record_dir.mkdir(exist_ok=True)
    lines = [encode(each) for each in told]
    whole = b"".join(lines)
    cut = data.draw(st.integers(0, len(whole)))
    (record_dir / JOURNAL).write_bytes(whole[:cut])
    complete, rest = 0, cut
    while complete < len(lines) and rest >= len(lines[complete]) - 1:  # the newline alone tells nothing more
        rest -= len(lines[complete])
        complete += 1
    kept = [seal(each) for each in told[:complete]]
    assert list(read_events(record_dir / JOURNAL)) == kept
    journal = open_journal(record_dir)
    append(journal, encode(event(message="next")))
    os.close(journal)
    again = read_events(record_dir / JOURNAL)
    assert list(again) == [*kept, event(message="next")]
    assert again.skipped == (1 if rest > 0 else 0)


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe\n",
        b"[]\n",
        b"null\n",
        b'"kind"\n',
        b"{}\n",
        b"[" * 100_000 + b"\n",
        b'{"kind":3,"time":"2026-01-02T12:00:00+00:00","run_id":"a","attempt":1,"stage":null,"data":{}}\n',
        b'{"kind":"x","time":"yesterday","run_id":"a","attempt":1,"stage":null,"data":{}}\n',
        b'{"kind":"x","time":"0001-01-01T00:00:00+14:00","run_id":"a","attempt":1,"stage":null,"data":{}}\n',
        b'{"kind":"x","time":"2026-01-02T12:00:00+00:00","run_id":"a","attempt":"one","stage":null,"data":{}}\n',
        b'{"kind":"x","time":"2026-01-02T12:00:00+00:00","run_id":"a","attempt":1,"stage":null,"data":[]}\n',
    ],
)
def test_read_events_passes_over_garbage(record_dir: Path, line: bytes) -> None:
    """A line that holds no event is counted and passed over; those around it are read."""
    with (record_dir / JOURNAL).open("ab") as journal:
        journal.write(line + b"\n" + encode(event(message="last")))
    reading = read_events(record_dir / JOURNAL)
    assert [each.data["message"] for each in reading] == ["first", "last"]
    assert reading.skipped == 1


@example(b"\n")
@given(st.binary())
def test_decode_of_any_bytes_never_raises(line: bytes) -> None:
    """Whatever a disk made of a line."""
    assert decode(line) is None or json.loads(line)


def test_read_events_knows_kinds_of_later_versions(record_dir: Path) -> None:
    """A kind that is not known is a text; one that is known is the enumeration's."""
    journal = open_journal(record_dir)
    append(journal, encode(event("tide_turned")), sync=True)
    os.close(journal)
    kinds = [each.kind for each in read_events(record_dir / JOURNAL)]
    assert kinds == [EventKind.WARNING, "tide_turned"]
    assert isinstance(kinds[0], EventKind)


def test_open_journal_of_a_record_without_one_is_an_error(tmp_path: Path) -> None:
    """Without its first line a record marks nothing, so none is begun in its place."""
    with pytest.raises(WorkspaceError) as caught:
        open_journal(tmp_path)
    assert str(caught.value) == f"{tmp_path}/events.jsonl: the journal cannot be opened: No such file or directory"


def test_open_journal_follows_no_symlink(tmp_path: Path) -> None:
    """A link in the journal's place would have us append to a stranger's file."""
    (tmp_path / "notes").write_text("mine")
    (tmp_path / JOURNAL).symlink_to("notes")
    with pytest.raises(WorkspaceError):
        open_journal(tmp_path)
    assert (tmp_path / "notes").read_text() == "mine"


FULL = """
import os, resource, signal, sys
from pathlib import Path
from rompy_core.record import append, open_journal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = open_journal(Path(sys.argv[1]))
limit = os.fstat(journal).st_size + 10
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    append(journal, b'{"kind":"much longer than ten bytes"}\\n')
except OSError as error:
    print(error.strerror, error.filename)
"""


def test_append_takes_back_what_a_full_disk_cut(record_dir: Path) -> None:
    """A file that may not grow stands for a full disk: the first ten bytes are written, the rest is refused."""
    before = (record_dir / JOURNAL).read_bytes()
    done = subprocess.run([sys.executable, "-c", FULL, str(record_dir)], capture_output=True, text=True, check=True)
    assert done.stdout == "File too large events.jsonl\n"
    assert (record_dir / JOURNAL).read_bytes() == before


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from rompy_core.record import append, encode, open_journal
from rompy_hooks import Event
journal = open_journal(Path(sys.argv[1]))
number = 0
while True:
    data = {"number": number, "x": "y" * 5000}
    append(journal, encode(Event(kind="n", time=datetime.now(UTC), run_id="a", attempt=1, data=data)))
    number += 1
    if number == 50:
        print("go", flush=True)
"""


def test_journal_of_a_killed_writer_has_every_event_in_order(record_dir: Path) -> None:
    """After kill -9 of a process that writes as fast as it can no event is lost, torn or doubled."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(record_dir)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    os.close(open_journal(record_dir))
    reading = read_events(record_dir / JOURNAL)
    numbers = [each.data["number"] for each in reading if each.kind == "n"]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= 50
    assert reading.skipped <= 1
