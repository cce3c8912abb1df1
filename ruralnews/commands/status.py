"""`scrapy status`: what the store knows of every portal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews.commands.tables import print_table
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import opened
from ruralnews.errors import UsageError
from ruralnews.state.check import last_run, page_counts, portals, record_count
from ruralnews.state.rules import State

if TYPE_CHECKING:
    import argparse

    from ruralnews.state.store import Store

HEADS = ("portal", "last run (UTC)", "ended", "records", "pages", "pending")


class Command(ScrapyCommand):
    """Shows runs, records and the fate of every page."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return ""

    def short_desc(self) -> str:
        return "Show the last run of every portal, its records, and what became of its pages"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        del opts
        with told(self, "status"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}")
            with opened(self, reading=True) as (_, store):
                show(store)


def show(store: Store) -> None:
    """Prints a row per portal, then a row per state and reason."""
    counts = page_counts(store)
    rows = []
    for portal in portals(store):
        mine = [(state, count) for owner, state, _, count in counts if owner == portal]
        pending = sum(count for state, count in mine if state == State.PENDING)
        pages = sum(count for _, count in mine)
        started, ended = _last(store, portal)
        rows.append(
            (portal, started, ended, str(record_count(store, portal)), str(pages), str(pending))
        )
    print_table(HEADS, rows)
    print_table(
        ("portal", "page is", "reason", "pages"),
        [(owner, state, reason or "", str(count)) for owner, state, reason, count in counts],
    )


def _last(store: Store, portal: str) -> tuple[str, str]:
    last = last_run(store, portal)
    if last is None:
        return "", ""
    started = f"{datetime.fromtimestamp(last.started, UTC):%Y-%m-%d %H:%M}"
    return started, last.outcome or "it runs, or it was killed; run it again"
