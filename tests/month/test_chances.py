"""Nights in which nothing happens raise hardly an alarm; a portal that falls silent does."""

from __future__ import annotations

import chances
import pytest

pytestmark = pytest.mark.slow

SEEDS = 4
DAYS = 120


def test_ordinary_nights_are_hardly_ever_in_alarm() -> None:
    told = [
        (seed, room.slug, month.day(night), alarm)
        for seed in range(SEEDS)
        for month in [chances.quiet(seed, DAYS)]
        for room in month.rooms
        for night, alarm in chances.alarms(month, room.slug)
    ]

    # 4,800 nights: of thirty portals, one in two months.
    assert len(told) <= 8, told
