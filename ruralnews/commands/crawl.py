"""`scrapy crawl SLUG`: crawl one portal, show what was published, end with an honest code."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy.commands import crawl
from scrapy.utils.misc import load_object

from ruralnews import clock
from ruralnews.archive.folders import archive_folder, output_folder
from ruralnews.archive.warc import mend
from ruralnews.commands.tables import print_articles
from ruralnews.commands.told import refuse_options, told
from ruralnews.errors import OutputError, ProfileError, UsageError
from ruralnews.extensions.disk import check_space, folders_written
from ruralnews.extensions.run_summary import RunSummary
from ruralnews.monitoring.outcome import FEED_FAILED, Exit, exit_code, losses
from ruralnews.monitoring.stats import Key
from ruralnews.portals import get_portal, load_portals
from ruralnews.portals.registry import SITE
from ruralnews.state.captures import committed_end
from ruralnews.state.check import recover
from ruralnews.state.lock import workspace_lock
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


class Command(crawl.Command):
    """Scrapy's crawl, which ends with 0 whatever happened, with an outcome."""

    def syntax(self) -> str:
        return "[options] SLUG"

    def short_desc(self) -> str:
        return "Crawl one portal; what is new goes to output/, and to a file that -O names"

    def long_desc(self) -> str:
        return (
            "Crawl one portal. Arguments: -a since=YYYY-MM-DD leaves out what is older, "
            "-a column=NAME reads one column, -a max_pages=N reads N list pages per column. "
            "`scrapy crawl site -a url=LIST_URL` crawls a portal that has no profile."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "crawl"):
            self._run(args, opts)

    def _run(self, args: list[str], opts: argparse.Namespace) -> None:
        refuse_options(args)
        if len(args) != 1:
            raise UsageError("name one portal; `scrapy list` names them all")
        check_portal(args[0])
        crawler = self._create_crawler(args[0])
        # One spider is made only to check its arguments, before anything starts.
        crawler.spidercls(**opts.spargs)
        check_writable(crawler.settings)
        folder = output_folder(crawler.settings)
        with workspace_lock(folder):
            prepare(crawler.settings, folder)
            process: Any = self.crawler_process
            process.crawl(crawler, **opts.spargs)
            process.start()
        if crawler.spider is None or process.bootstrap_failed:
            self.exitcode = Exit.BUG
            return
        stats = crawler.stats.get_stats()
        self.exitcode = exit_code(stats, stats.get("finish_reason"))
        show(crawler, stats, self.exitcode)


def prepare(settings: BaseSettings, folder: Path) -> None:
    """Checks the store and mends what a killed run left, before anything starts.

    Says when the clock is not the machine's. Raises StateError for a store that cannot be trusted,
    OutputError when it cannot be written.
    """
    if clock.is_set():
        print(f"{clock.VARIABLE}={clock.is_set()}: the clock is set", file=sys.stderr)
    with closing(open_store(store_url(folder, settings["STATE_URL"]))) as store:
        at = load_object(settings["STATE_OBSERVER"])
        recover(store, folder, at)
        archive = archive_folder(settings)
        if archive is not None:
            with store.transaction() as connection:
                mend(archive, partial(committed_end, connection), at)


def check_portal(slug: str) -> None:
    """Raises UsageError for a slug that no profile has, ProfileError for a broken profile."""
    registry = load_portals()
    if slug == SITE or slug in registry.portals:
        return
    try:
        get_portal(slug)
    except ProfileError as error:
        if slug in {problem.slug for problem in registry.problems}:
            raise
        raise UsageError(str(error)) from error


def check_writable(settings: BaseSettings) -> None:
    """Raises OutputError, before the first request, when the run could not write."""
    for folder in (output_folder(settings), archive_folder(settings)):
        if folder is None:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{folder}: cannot be made: {error.strerror}") from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OutputError(f"{folder}: cannot be written; change its rights or OUTPUT_DIR")
    check_space(folders_written(settings), settings.getint("MIN_FREE_MB"))


def show(crawler: Crawler, stats: Mapping[str, Any], code: int) -> None:
    """Prints the records and their files on stdout, what was lost on stderr."""
    summary = crawler.get_extension(RunSummary)
    files = published_files(crawler, stats)
    if summary is not None and files:
        if summary.count:
            print_articles(summary.first, summary.count)
        for file in files:
            print(file)
    if summary is not None and not summary.count:
        print("scrapy crawl: no new record", file=sys.stderr)
    for key, count in losses(stats).items():
        print(f"scrapy crawl: {key.removeprefix('rn/')}: {count}", file=sys.stderr)
    if code:
        reason = stats.get("finish_reason")
        print(f"scrapy crawl: ended with {Exit(code).name.lower()} ({reason})", file=sys.stderr)


def published_files(crawler: Crawler, stats: Mapping[str, Any]) -> list[str]:
    """Where the records are, feeds last; empty when stdout itself is a feed."""
    feeds = [str(uri) for uri in crawler.settings.getdict("FEEDS")]
    if any(uri.startswith("stdout:") for uri in feeds):
        return []
    failed = any(key.startswith(FEED_FAILED) for key in stats)
    own = [stats[Key.FILE]] if Key.FILE in stats else []
    return own + ([] if failed else feeds)
