"""The report of a night, from what its folder and the store hold."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

from ruralnews.commands.night_files import NIGHTS, STATS, write_one, write_stats
from ruralnews.errors import OutputError, UsageError
from ruralnews.extensions.facts import china
from ruralnews.monitoring.history import NIGHTS as MOST
from ruralnews.monitoring.history import PastNight, glance
from ruralnews.monitoring.night import Night, read_night, read_portal
from ruralnews.state.tally import facts_of_nights, nights_until

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Row

    from ruralnews.state.store import Store

logger = logging.getLogger(__name__)

REPORT = "report.html"
EVER = "~"
"""After every id of a night."""


def report_at_end(store: Store, folder: Path, night: Night) -> None:
    """Writes the report of a night that has just ended, whatever comes of it.

    The night is over and its outcome stands: a report that fails is told on stderr and in the
    log, and its error stands in stats.json. `scrapy report` makes it again.
    """
    try:
        write_report(store, folder, night)
    except Exception as error:  # a report may fail in any way, but it may not change the night
        logger.exception("The report of the night was not written")
        night.report_error = f"{type(error).__name__}: {error}"
        print(f"The report was not written: {night.report_error}", file=sys.stderr)
        print("The night is safe; `scrapy report` makes it again.", file=sys.stderr)
        try:
            write_stats(folder, night)
        except OutputError as again:
            print(f"stats.json does not say so: {again}", file=sys.stderr)


def write_report(store: Store, folder: Path, night: Night) -> None:
    """Writes report.html. Raises OutputError."""
    from ruralnews.reporting.page import render_page  # noqa: PLC0415 - the night is over by now

    page = render_page(night, history(store, night.id))
    write_one(folder, night, REPORT, page)


def history(store: Store, name: str) -> list[PastNight]:
    """The nights before a night, as the report draws them, the latest last."""
    with store.transaction() as connection:
        rows = [row for row in nights_until(connection, name, MOST) if row.id != name]
        facts = facts_of_nights(connection, [row.id for row in rows])
    nights = {row.id: PastNight(row.id, china(row.started)[:10]) for row in rows}
    for of_night, text in facts:
        portal = read_portal(json.loads(text))
        nights[of_night].portals[portal.slug] = glance(portal)
    return list(nights.values())


def find_night(store: Store, said: str | None) -> Row[Any]:
    """The last night of a day in China (`2026-11-03`), or one by its name or its beginning.

    Raises UsageError when there is none; it names the last one.
    """
    with store.transaction() as connection:
        rows = nights_until(connection, EVER, sys.maxsize)
    if not rows:
        raise UsageError("no night has ended yet; `scrapy nightly` makes one")
    fitting = [
        row
        for row in rows
        if said is None or row.id.startswith(said) or china(row.started)[:10] == said
    ]
    if not fitting or said == "":
        raise UsageError(
            f"--night {said}: no night of that day or name has ended; the last one is "
            f"{rows[-1].id} ({china(rows[-1].started)[:10]})"
        )
    return fitting[-1]


def read_past(store: Store, folder: Path, row: Row[Any]) -> tuple[Night, bool]:
    """The facts of a past night, and whether they had to come from the store.

    The store has the judged facts of every run, but not of portals that did not begin. Raises
    UsageError for a stats.json that cannot be read.
    """
    path = folder / NIGHTS / row.id / STATS
    if path.exists():
        try:
            return read_night(path.read_text(encoding="utf-8")), False
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(f"{path}: cannot be read: {error}; move it away, try again") from error
    with store.transaction() as connection:
        facts = [text for _, text in facts_of_nights(connection, [row.id])]
    portals = [read_portal(json.loads(text)) for text in facts]
    night = Night(row.id, china(row.started), china(row.finished), row.outcome, portals=portals)
    return night, True
