"""What kind of day a night reports on, by the Chinese working calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

import holidays

BEFORE_NOON = timedelta(hours=12)
"""A night that begins before noon reports on the day before."""
LONG = 3
"""Days off in a row from which newsrooms run on a skeleton staff: 春节, 国庆, 五一 …, and the
short holidays of three days; a weekend has two."""


class Season(StrEnum):
    """How much newsrooms publish on such a day."""

    WORK = "work"
    """Working days, make-up workdays (调休) among them."""
    REST = "rest"
    """Weekends."""
    FESTIVAL = "festival"
    """Holidays of three days and more."""


@cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


def is_workday(day: date) -> bool:
    """Whether people work; for years not yet announced, weekends and statutory days only."""
    return bool(_calendar().is_working_day(day))


def season(day: date) -> Season:
    """The kind of a day."""
    if is_workday(day):
        return Season.WORK
    first = last = day
    while not is_workday(first - timedelta(1)):
        first -= timedelta(1)
    while not is_workday(last + timedelta(1)):
        last += timedelta(1)
    return Season.FESTIVAL if (last - first).days + 1 >= LONG else Season.REST


def day_of(started: str) -> date:
    """The day that a run reports on, from when it began (ISO 8601, China time)."""
    return (datetime.fromisoformat(started) - BEFORE_NOON).date()


def workdays_between(earlier: date, later: date) -> int:
    """Working days after the one day, up to and with the other."""
    days = (later - earlier).days
    return sum(is_workday(earlier + timedelta(number)) for number in range(1, days + 1))
