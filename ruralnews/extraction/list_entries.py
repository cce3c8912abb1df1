"""What one entry of a list that is no page says, and how lists write days."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from ruralnews.extraction.dates import china_time
from ruralnews.extraction.listing import find_date

MILLISECONDS = 10**11
"""A count of seconds this large lies beyond the year 5000."""
FIRST_SECOND = 10**8
"""1973; a smaller number is no time but a date without marks, or an id."""
ZONED = 20
"""Characters of `2024-05-20T03:15:00Z`, the shortest time with a zone."""


class Entry(NamedTuple):
    """One article as a list names it."""

    url: str
    """As written, perhaps relative."""
    title: str
    date: str | None
    """YYYY-MM-DD, China time."""


def list_day(text: str) -> str | None:
    """The day that `text` names, in China, as YYYY-MM-DD; None when it names none.

    Read are printed dates, ISO 8601, RFC 822 and Unix times in seconds or milliseconds.

    >>> list_day("Mon, 20 May 2024 17:00:00 GMT"), list_day("1716199200000")
    ('2024-05-21', '2024-05-20')
    """
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return _unix_day(text)
    moment = _moment(text)
    if moment is None or moment.tzinfo is None:
        return find_date(text)
    return f"{china_time(moment):%Y-%m-%d}"


def _unix_day(digits: str) -> str | None:
    try:
        if len(digits) == len("20240520"):
            return f"{datetime.strptime(digits, '%Y%m%d').replace(tzinfo=UTC):%Y-%m-%d}"
        seconds = int(digits)
        seconds = seconds // 1000 if seconds > MILLISECONDS else seconds
        if not FIRST_SECOND < seconds < MILLISECONDS:
            return None
        return f"{china_time(datetime.fromtimestamp(seconds, UTC)):%Y-%m-%d}"
    except (ValueError, OverflowError, OSError):
        return None


def _moment(text: str) -> datetime | None:
    """The time with a zone that the text is; None for any other text."""
    try:
        if len(text) >= ZONED and text[:4].isdecimal():
            return datetime.fromisoformat(text)
        return parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
