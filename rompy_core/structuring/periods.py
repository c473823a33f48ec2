"""The reader of a period: its keys are not its fields, since an end or a duration will do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import attrs

from rompy_core.structuring.containers import Reader
from rompy_core.structuring.cursor import Cursor


@attrs.frozen(kw_only=True)
class PeriodKeys:
    """The keys of ``period: {...}``: the start and, of end and duration, one."""

    #: First moment, ISO 8601; a date alone is its first moment.
    start: datetime
    #: Last moment.
    end: datetime | None = None
    #: From start to end: seconds, or a text such as ``15M``, ``2H30m``, ``2D``, ``PT6H``.
    duration: timedelta | None = None
    #: Time between outputs.
    interval: timedelta | None = None


def is_period(kind: Any) -> bool:
    """The class ``Period``."""
    from rompy_core.period import Period  # it reads its texts with this package

    return kind is Period


def period_reader(cls: type[Any], reader_of: Callable[[Any], Reader]) -> Reader:
    """The reader of the class ``Period``."""
    from rompy_core.period import PeriodError

    read_keys = reader_of(PeriodKeys)

    def read_period(cursor: Cursor, _type: Any) -> Any:
        if isinstance(cursor.value, cls):
            return cursor.value
        cursor.title = cursor.title or "period"
        keys = read_keys(cursor, PeriodKeys)
        try:
            return cls(**attrs.asdict(keys))
        except PeriodError as error:
            place = cursor.child(error.key, None) if error.key else cursor
            raise place.refusal(error.message) from None

    return read_period
