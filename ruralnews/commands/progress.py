"""How far a night is: a live table in a terminal, a line per event elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from ruralnews.commands.conductor import has_begun
from ruralnews.commands.tables import print_table
from ruralnews.extensions.keeper import Keeper
from ruralnews.extensions.log_lines import escape
from ruralnews.monitoring.outcome import Exit
from ruralnews.monitoring.stats import Key
from ruralnews.state.tally import waiting

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.commands.conductor import Conductor
    from ruralnews.monitoring.night import Night, PortalNight

HEADS = ("portal", "pages", "new", "failed", "pages/min", "left", "time left")
MINUTE = 60
BOOKS = (
    *("portal", "ended", "listed", "known", "published", "unchanged"),
    *("dropped", "failed", "deferred", "alarms"),
)


class Progress:
    """Shows a conductor's work on stderr for the length of a block."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._began: dict[str, float] = {}
        self._told: set[str] = set()
        self._live: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
            from rich.live import Live  # noqa: PLC0415

            self._live = Live(console=Console(stderr=True), refresh_per_second=2)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def update(self, conductor: Conductor) -> None:
        """Shows what has changed."""
        for slug in conductor.running:
            if self._began.setdefault(slug, 0.0) == 0.0:
                self._began[slug] = time.monotonic()
                self._say(f"{slug}: begins")
        for slug, portal in conductor.ended.items():
            if slug not in self._told:
                self._told.add(slug)
                self._say(f"{ending(portal)} ({len(self._told)} of {self.count})")
        if self._live is not None:
            self._live.update(self._table(conductor))

    def _say(self, line: str) -> None:
        if self._live is not None:
            self._live.console.print(line, markup=False, highlight=False)
        else:
            print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)

    def _table(self, conductor: Conductor) -> Any:
        from rich.table import Table  # noqa: PLC0415 - only a terminal needs it

        table = Table(*HEADS, title=f"{len(self._told)} of {self.count} portals", box=None)
        for slug, crawler in conductor.running.items():
            table.add_row(slug, *self._row(crawler, time.monotonic() - self._began[slug]))
        return table

    def _row(self, crawler: Crawler, seconds: float) -> list[str]:
        if not has_begun(crawler):
            return []
        stats = crawler.stats
        pages = stats.get_value(Key.LISTS, 0) + stats.get_value(Key.ARTICLES, 0)
        new = stats.get_value(Key.COMMITTED.of("new"), 0)
        failed = sum(
            count for key, count in stats.get_stats().items() if key.startswith(f"{Key.FAILED}/")
        )
        left = left_of(crawler)
        rate = pages / seconds if seconds else 0.0
        until = duration(left / rate) if rate and left else ""
        return [*map(str, (pages, new, failed)), f"{rate * 60:.0f}", str(left), until]


def duration(seconds: float) -> str:
    """`40 s`, `12 min`."""
    return f"{seconds:.0f} s" if seconds < MINUTE else f"{seconds / MINUTE:.0f} min"


def left_of(crawler: Crawler) -> int:
    """Pages that the run still has to ask for; more may come with its lists."""
    keeper = crawler.get_extension(Keeper) if has_begun(crawler) else None
    if keeper is None or keeper.facts is not None:
        return 0
    with keeper.store.transaction() as connection:
        return waiting(connection, keeper.portal)


def ending(portal: PortalNight) -> str:
    """How a portal ended, in a line."""
    if portal.error:
        return f"{portal.slug}: did not begin: {escape(portal.error)}"
    book, lost = portal.ledger, portal.measures.lost
    return (
        f"{portal.slug}: {Exit(portal.outcome).name.lower()}: {book.listed} articles listed, "
        f"{book.published} published, {lost} pages lost"
    )


def print_night(night: Night, folder: Path) -> None:
    """Prints the books of every portal, the alarms, and where the rest is."""
    print_table(BOOKS, [books(portal) for portal in night.portals])
    for portal in night.portals:
        for alarm in portal.alarms:
            about = f" {alarm.field}" if alarm.field else ""
            print(
                f"{portal.slug}: {alarm.level}: {alarm.monitor}{about}: "
                f"expected {alarm.expected}, seen {escape(alarm.seen)} ({alarm.cause})"
            )
    home = folder / "nights" / night.id
    print(next((page for page in home.glob("report.html")), home))


def books(portal: PortalNight) -> list[str]:
    """The row of a portal in the table of the night."""
    book = portal.ledger
    ended = Exit(portal.outcome).name.lower()
    counts = (book.listed, book.known, book.published, book.unchanged)
    lost = [sum(fate.values()) for fate in (book.dropped, book.failed, book.deferred)]
    return [portal.slug, ended, *map(str, (*counts, *lost, len(portal.alarms)))]
