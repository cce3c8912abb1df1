"""Publication times: printed text in, ISO 8601 in China time with its precision out."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import NamedTuple

from ruralnews.extraction.dates import Precision, find_dates

CHINA = timezone(timedelta(hours=8))
FIRST_YEAR = 1994
"""The year China came onto the internet."""
AHEAD = timedelta(days=1)
"""Portals date tomorrow's paper the evening before, and clocks differ."""
DUMMY_TIMES = frozenset((time(0, 0), time(23, 59, 59)))
"""Times that content systems fill in where the editor gave a day only."""


class Published(NamedTuple):
    """A publication time."""

    moment: datetime
    """Aware, +08:00; midnight with precision `day`."""
    precision: Precision

    @property
    def iso(self) -> str:
        """ISO 8601 with offset."""
        return self.moment.isoformat()


def read_date(raw: str, fetched_at: datetime) -> Published | None:
    """The first possible date in `raw`.

    None when there is none, or only dates before 1994 or more than a day after `fetched_at`
    (aware).
    """
    # A year of two digits counts behind its label only, which was cut off.
    for date in find_dates(raw) or find_dates(f"发布时间：{raw}"):
        moment, precision = date.value.replace(tzinfo=CHINA), date.precision
        if moment.year < FIRST_YEAR or moment > fetched_at + AHEAD:
            continue
        if moment.time() in DUMMY_TIMES:
            moment, precision = datetime.combine(moment.date(), time(0, 0), CHINA), "day"
        return Published(moment, precision)
    return None
