# ruff: noqa: N999 - Scrapy names a command after its module
"""`scrapy check-night --max-age 36h`: for whatever watches that the nights go on."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews import clock
from ruralnews.alerts.message import of_check
from ruralnews.commands.alerting import Alerts, check_set, machine
from ruralnews.commands.nightly import DEMO, REMEMBERED, read_duration
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import opened
from ruralnews.errors import UsageError
from ruralnews.extensions.facts import china
from ruralnews.monitoring.night import PortalNight, read_portal
from ruralnews.monitoring.outcome import Exit
from ruralnews.monitoring.season import Season, day_of, season
from ruralnews.portals import load_portals
from ruralnews.state.tally import facts_since, last_night, past_facts, portals_of_nights

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from ruralnews.state.store import Store

ALIVE = (Exit.OK, Exit.PARTIAL, Exit.STOPPED, Exit.ALARM)
"""Codes of a night that did its work; a stopped one goes on when it is run again."""
DARK = 3
"""Times the age after which a portal is told: one bad night is the report's matter."""
HOUR = 3600
LATEST = 2**62
"""Above the id of every run."""


class Command(ScrapyCommand):
    """Says whether a night ended lately, and which portals gave nothing since."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--max-age 36h] [--alert]"

    def short_desc(self) -> str:
        return "Exit 0 when a night ended lately and no portal of it is dark; else 1 and why"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--max-age", metavar="36h", default="36h", help="h, m or s")
        parser.add_argument("--alert", action="store_true", help="tell those whom ALERTS names")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "check-night"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}")
            assert self.settings is not None, "Scrapy sets them before it runs a command"
            age = read_duration(opts.max_age, "--max-age")
            if not opts.alert:
                self.exitcode = Exit.BUG if self._problems(age) else Exit.OK
                return
            check_set(self.settings)
            alerts = Alerts(self.settings, "check-night")
            # A folder without a store is told, too: it may have been deleted.
            with alerts.of_errors(usage=True):
                found = self._problems(age)
            if found:
                alerts.send(of_check(found, machine(), china(clock.now())))
            self.exitcode = Exit.BUG if found else alerts.worst

    def _problems(self, age: float) -> list[str]:
        """Everything that is late, as it was printed on stderr."""
        with opened(self, reading=True) as (_, store):
            found = list(problems(store, load_portals().portals, clock.now(), age))
        for problem in found:
            print(problem, file=sys.stderr)
        return found


def problems(store: Store, slugs: Iterable[str], now: float, age: float) -> Iterator[str]:
    """A sentence for everything that is late; none when all goes on.

    `slugs` are the portals that may be told of, `now` are Unix seconds, `age` seconds. A portal
    is dark when none of its runs within DARK times the age may serve as a measure
    (`PortalNight.is_good`): it lost pages by the hundred, or broke, or was not crawled at all. On
    a day off silence is no alarm, but no sign of life either; it is left out when there are
    working days to tell by.
    """
    with store.transaction() as connection:
        night = last_night(connection, ALIVE)
        if night is None or now - night.finished > age:
            yield f"no night ended well within {hours(age)}: {ago(now, night and night.finished)}"
        facts = facts_since(connection, int(now - DARK * age))
        runs: dict[str, list[PortalNight]] = {}
        for slug, text in facts:
            runs.setdefault(slug, []).append(read_portal(json.loads(text)))
        dark = {slug for slug in portals_of_nights(connection) if is_dark(runs.get(slug, []))}
        for slug in sorted(dark & set(slugs) - {DEMO}):
            last = ago(now, last_good(connection, slug))
            yield f"{slug}: no good run within {hours(DARK * age)}: {last}"


def is_dark(runs: Sequence[PortalNight]) -> bool:
    """Whether none of the runs shows that the portal is alive."""
    tell = [run for run in runs if not is_quiet(run)]
    return not any(run.is_good for run in tell or runs)


def is_quiet(run: PortalNight) -> bool:
    """Whether a run brought nothing new on a day off, when that is no alarm."""
    day_off = run.started is not None and season(day_of(run.started)) is not Season.WORK
    return day_off and not run.measures.new


def last_good(connection: Connection, slug: str) -> float | None:
    """When the last good run of a portal ended, Unix seconds; None when few nights know of it."""
    for text in past_facts(connection, slug, LATEST, REMEMBERED):
        portal = read_portal(json.loads(text))
        if portal.finished and not is_dark([portal]) and not is_quiet(portal):
            return datetime.fromisoformat(portal.finished).timestamp()
    return None


def ago(now: float, then: float | None) -> str:
    """How long ago the last one was."""
    return "none is known" if then is None else f"the last was {hours(now - then)} ago"


def hours(seconds: float) -> str:
    """`36 h`."""
    return f"{seconds / HOUR:.0f} h"
