"""Events: frozen, told by kind, open to kinds that come later."""

from datetime import UTC, datetime

import attrs
import pytest

from rompy_hooks import Event, EventKind

MOMENT = datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_event_is_frozen() -> None:
    """A watcher cannot change what the next one sees."""
    event = Event(kind=EventKind.STALLED, time=MOMENT, run_id="a", attempt=1)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        event.attempt = 2  # type: ignore[misc]
    assert (event.stage, event.data) == (None, {})


def test_kind_is_its_text() -> None:
    """So that a watcher may compare with either, and JSON holds it."""
    assert EventKind.STAGE_ENDED == "stage_ended"
    assert [str(kind) for kind in EventKind] == [kind.name.lower() for kind in EventKind]


def test_event_of_a_kind_that_is_not_known_is_one() -> None:
    """A journal of a later version can be read."""
    assert Event(kind="surfed", time=MOMENT, run_id="a", attempt=1).kind == "surfed"
