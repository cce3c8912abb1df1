"""Nights in which nothing happens but chance, judged: how often does a monitor cry wolf?

    python tests/month/chances.py [SEEDS] [DAYS]

The facts are those of a crawl without a fault, told from the newsrooms alone: no page is made and
none is read, so that four months of ten portals take some seconds.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import chronicle
from portals import Month

from ruralnews.monitoring.ledger import ledger
from ruralnews.monitoring.measures import measure_records, usual_gap
from ruralnews.monitoring.monitors import judge
from ruralnews.monitoring.night import PortalNight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.monitoring.night import Alarm

REMEMBERED = 60
DAYS = 31
RULES = {name: f"page:{name}" for name in ("title", "published", "source", "body", "editor")}


def quiet(seed: int, nights: int) -> Month:
    """A month in which nothing happens."""
    script = Month.read().script
    return Month.of(script | {"seed": seed, "nights": nights, "events": []})


def facts(month: Month, slug: str) -> Iterator[PortalNight]:
    """The facts of a portal's nights, the first one first."""
    published: list[str] = []
    for made in chronicle.nights(month, slug, month.nights):
        records = [as_record(line) for line in made.lines if "body" in line]
        found = measure_records(records, {})
        days: dict[str, str] = {}
        for time in sorted([*published, *(one["published"] for one in records)]):
            days[time[:10]] = time
        published = list(days.values())[-DAYS:]
        found.newest, found.gap_days = published[-1], usual_gap(published[::-1])
        found.asked, found.looked_again, found.missing = made.asked + 4, made.again, made.missing
        found.lists, found.canary = 4, "same"
        found.seconds, found.peak_mib = 60.0, 120.0
        began = month.began(made.night).isoformat()
        yield PortalNight(
            slug,
            slug,
            0,
            run=made.night,
            started=began,
            measures=found,
            ledger=ledger([("done", None, True, True, found.new)]),
            columns={
                name: ledger([("done", None, True, True, count)])
                for name, count in by_column(month, slug, records).items()
            },
        )


def by_column(month: Month, slug: str, records: list[dict[str, Any]]) -> Counter[str]:
    """Column → records; 0 for those without any."""
    counts = Counter(dict.fromkeys(month.room(slug).columns, 0))
    counts.update(record["column"] for record in records)
    return counts


def as_record(line: dict[str, Any]) -> dict[str, Any]:
    rules = RULES | ({"author": "infobar:作者"} if line["author"] else {})
    return line | {"provenance": rules, "removed": [], "restored": [], "warnings": []}


def alarms(month: Month, slug: str) -> Iterator[tuple[int, Alarm]]:
    """Night and alarm, of a portal."""
    before: list[PortalNight] = []
    for night in facts(month, slug):
        night.alarms = judge(night, before[:REMEMBERED])
        yield from ((night.run or 0, alarm) for alarm in night.alarms)
        before.insert(0, night)


def main(seeds: int = 10, days: int = 120) -> None:
    told: Counter[str] = Counter()
    nights = 0
    for seed in range(seeds):
        month = quiet(seed, days)
        for room in month.rooms:
            nights += days
            for night, alarm in alarms(month, room.slug):
                print(seed, room.slug, month.day(night), alarm)
                told[alarm.monitor] += 1
    print(f"{nights} nights of a portal, {told.total()} alarms: {dict(told)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
