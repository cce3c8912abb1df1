"""`scrapy export`: what was published, as one file of another format."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews.commands.howfar import HowFar
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import snapped
from ruralnews.errors import UsageError
from ruralnews.export.columns import gone_columns, record_columns
from ruralnews.export.formats import Format, format_of, writer_of
from ruralnews.export.placing import placed
from ruralnews.export.rows import Days, rows_within
from ruralnews.state.reading import Wanted, batches, last_number, recorded_portals
from ruralnews.state.rules import Kind

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sqlalchemy import Connection


class Command(ScrapyCommand):
    """Writes published records, or tombstones, to a file."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--since DATE] [--until DATE] [--portal SLUG ...] [--latest-revision] -o FILE"

    def short_desc(self) -> str:
        return "Write the published records to a Parquet, CSV, JSON Lines or SQLite file"

    def long_desc(self) -> str:
        return (
            "Write the published records to one file, in the order in which they were recorded. "
            "It reads only, and may run beside a night. Parquet needs the extra "
            "`ruralnews[export]`."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument
        add("-o", dest="target", metavar="FILE", help="the file to write")
        add("--format", choices=[*Format], help="its format, when its name does not tell")
        add("--since", metavar="DATE", help="published on YYYY-MM-DD or later, China time")
        add("--until", metavar="DATE", help="published on YYYY-MM-DD or earlier")
        add("--portal", metavar="SLUG", action="extend", nargs="+", help="of these portals only")
        add(
            "--latest-revision",
            action="store_true",
            help="each article once, as it is now; none that its portal took down",
        )
        add("--gone", action="store_true", help="the tombstones in place of the articles")
        add("--force", action="store_true", help="replace the file when there is one")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "export"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}; -o FILE")
            if not opts.target:
                raise UsageError("name the file to write: -o FILE")
            if opts.gone and opts.latest_revision:
                raise UsageError("--gone has no revisions; leave --latest-revision out")
            target = Path(opts.target)
            kind = Format(opts.format) if opts.format else format_of(target)
            days = Days(read_day(opts.since, "--since"), read_day(opts.until, "--until"))
            wanted = Wanted(
                Kind.GONE if opts.gone else Kind.ARTICLE, opts.portal or (), opts.latest_revision
            )
            with snapped(self) as (_, connection):
                check_portals(connection, wanted.portals)
                with placed(target, force=opts.force) as path:
                    count = export(connection, wanted, days, kind, path)
            print(f"{target}: {count} {'tombstones' if opts.gone else 'records'}")


def read_day(text: str | None, option: str) -> date | None:
    """The day that an option names. Raises UsageError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{option} {text}: is no day; write it like 2026-11-03") from error


def check_portals(connection: Connection, slugs: Sequence[str]) -> None:
    """Raises UsageError for a portal that never gave a record."""
    known = recorded_portals(connection)
    for slug in slugs:
        if slug not in known:
            raise UsageError(f"--portal {slug}: has no record; these have: {', '.join(known)}")


def export(connection: Connection, wanted: Wanted, days: Days, kind: Format, path: Path) -> int:
    """How many rows were written; stderr tells how far it is."""
    columns = gone_columns() if wanted.kind is Kind.GONE else record_columns()
    count, last = 0, last_number(connection)
    with writer_of(kind)(path, columns) as write, HowFar("scrapy export") as progress:
        for batch in batches(connection, wanted):
            rows = list(rows_within((line for _, line in batch), days))
            write(rows)
            count += len(rows)
            progress.update(batch[-1][0], last)
    return count
