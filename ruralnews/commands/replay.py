"""`scrapy replay`: saved pages, or a night of the archive, to records; no network."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand

from ruralnews.archive.saved import read_saved
from ruralnews.archive.shelf import Shelf
from ruralnews.commands.crawl import check_portal
from ruralnews.commands.explain import explain
from ruralnews.commands.past_night import replay_night
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import opened
from ruralnews.errors import ExtractionError, InputError, UsageError
from ruralnews.extensions.log_lines import escape
from ruralnews.extraction.page import read_page
from ruralnews.extraction.paging import first_part
from ruralnews.library import article_from_page
from ruralnews.monitoring.outcome import Exit
from ruralnews.portals import get_portal, portal_for
from ruralnews.state.lines import record_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from ruralnews.archive.saved import SavedPage
    from ruralnews.extraction.page import Page
    from ruralnews.portals.model import Portal


@dataclass(frozen=True, slots=True)
class Options:
    """How pages are read."""

    portal: Portal | None
    """For every page; None: by the page's URL."""
    url: str | None
    """For a page that is saved without one."""
    restoring: bool
    explaining: bool


class Command(ScrapyCommand):
    """Reads saved pages with the functions of the crawl."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "PATH... | --night DATE [--portal SLUG]"

    def short_desc(self) -> str:
        return "Turn saved pages, or a whole night from the archive, into records; no network"

    def long_desc(self) -> str:
        return (
            "Turn saved pages into records on stdout, one line each: HTML files, .html.gz, "
            ".warc.gz, folders of them, or - for standard input. NAME.meta.json beside NAME.html "
            "may give url, fetched_at and headers. A page without record gives its reason on "
            "stderr; the others go on and the exit code is 1. "
            "With --night, the crawls that began on a day (China time) once more, from the "
            "archive: their records on stdout, what is different now on stderr, field by field; "
            "the exit code is 1 when a record differs."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--portal", metavar="SLUG", help="profile for every page")
        parser.add_argument("--night", metavar="DATE", help="the crawls that began on YYYY-MM-DD")
        parser.add_argument("--url", help="address of a page that is saved without one")
        parser.add_argument("--no-restore", action="store_true", help="leave damaged text as it is")
        parser.add_argument(
            "--explain", action="store_true", help="tell on stderr which rule gave each field"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "replay"):
            refuse_options(args)
            try:
                self.exitcode = self._replay(args, opts)
            except BrokenPipeError:
                # Who read our output has had enough (`| head`); nothing is left to say, and
                # Python must not try to flush at its end.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _replay(self, args: list[str], opts: argparse.Namespace) -> int:
        if opts.night:
            if args or opts.url or opts.no_restore or opts.explain:
                raise UsageError("--night DATE goes with --portal only")
            with opened(self, reading=True) as (_, store):
                settings: Any = self.settings
                return replay_night(settings, store, opts.night, opts.portal)
        if not args:
            raise UsageError("name a saved page, a folder of them, or - for standard input")
        if opts.portal:
            check_portal(opts.portal)
        options = Options(
            portal=get_portal(opts.portal) if opts.portal else None,
            url=opts.url,
            restoring=not opts.no_restore,
            explaining=opts.explain,
        )
        return replay(args, options)


def replay(paths: Iterable[str], options: Options) -> int:
    """Prints a record for every page that gives one; 1 when any page gave none, else 0."""
    shelf = Shelf(paths)
    lost: Counter[str] = Counter()
    for path in shelf.paths:
        try:
            for saved in read_saved(path):
                reason = _print_record(saved, shelf, options)
                lost.update([reason] if reason else ())
        except InputError as error:
            print(escape(f"scrapy replay: {error}"), file=sys.stderr)
            lost[error.reason] += 1
    sys.stdout.flush()
    for reason, count in sorted(lost.items()):
        print(f"scrapy replay: {reason}: {count}", file=sys.stderr)
    return Exit.BUG if lost else Exit.OK


def _print_record(saved: SavedPage, shelf: Shelf, options: Options) -> str | None:
    """Why there is no record of this page; None when it is printed, or part of another."""
    if saved.problem:
        print(escape(f"scrapy replay: {saved.problem}"), file=sys.stderr)
        return saved.problem.reason
    url = saved.url or options.url
    portal = options.portal or (portal_for(url) if url else None)

    def find(address: str) -> Page | None:
        part = shelf.find(address)
        return _page(part, part.url, portal, options) if part else None

    try:
        page = _page(saved, url, portal, options)
        if options.explaining:
            explain(saved.name, page, portal)
        first = first_part(page)
        if first and first != url and shelf.find(first):
            print(
                f"{saved.name}: is read with the first page of its article, {first}",
                file=sys.stderr,
            )
            return None
        article = article_from_page(page, portal, find)
    except ExtractionError as error:
        print(escape(f"{saved.name}: {error}"), file=sys.stderr)
        return error.reason
    line = record_line(article.to_record() | {"replayed_from": saved.name})
    sys.stdout.buffer.write(line.encode())
    return None


def _page(saved: SavedPage, url: str | None, portal: Portal | None, options: Options) -> Page:
    return read_page(
        saved.body,
        url,
        headers=saved.headers,
        fetched_at=saved.fetched_at,
        restoring=options.restoring,
        data=portal.article.data if portal else None,
    )
