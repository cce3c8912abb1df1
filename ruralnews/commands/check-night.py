# ruff: noqa: N999 - Scrapy names a command after its module
"""`scrapy check-night --max-age 36h`: for whatever watches that the nights go on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews.commands.nightly import ENOUGH, read_duration
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import opened
from ruralnews.errors import UsageError
from ruralnews.monitoring.outcome import Exit
from ruralnews.state.tally import fresh_portals, last_night, portals_of_nights

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ruralnews.state.store import Store

ALIVE = (*ENOUGH, Exit.PARTIAL, Exit.STOPPED)
"""Codes of a night that did its work; a stopped one goes on when it is run again."""
DARK = 3
HOUR = 3600


class Command(ScrapyCommand):
    """Says whether a night ended lately, and which portals gave nothing since."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--max-age 36h]"

    def short_desc(self) -> str:
        return "Exit 0 when a night ended lately and no portal of it is dark; else 1 and why"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--max-age", metavar="36h", default="36h", help="h, m or s")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "check-night"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}")
            age = read_duration(opts.max_age, "--max-age")
            with opened(self) as (_, store):
                found = list(problems(store, time.time(), age))
            for problem in found:
                print(problem)
            self.exitcode = Exit.BUG if found else Exit.OK


def problems(store: Store, now: float, age: float) -> Iterator[str]:
    """A sentence for everything that is late; none when all goes on.

    `now` are Unix seconds, `age` seconds. A portal is dark when no night read it completely
    within DARK times the age: one bad night is the report's matter.
    """
    with store.transaction() as connection:
        night = last_night(connection, ALIVE)
        known = portals_of_nights(connection)
        lit = fresh_portals(connection, int(now - DARK * age), ENOUGH)
    if night is None or now - night.finished > age:
        last = "none ever" if night is None else f"the last {hours(now - night.finished)} ago"
        yield f"no night ended well within {hours(age)}: {last}"
    for portal in sorted(known - lit):
        yield f"{portal}: no night read it completely within {hours(DARK * age)}"


def hours(seconds: float) -> str:
    """`36 h`."""
    return f"{seconds / HOUR:.0f} h"
