"""`scrapy replay --night`: the crawls of a night once more, from the archive."""

from __future__ import annotations

import asyncio
import sys
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from ruralnews.archive.folders import archive_folder
from ruralnews.commands.comparing import compare
from ruralnews.commands.crawl import check_portal
from ruralnews.errors import UsageError
from ruralnews.extensions.demo_portal import SLUG as DEMO
from ruralnews.extensions.demo_portal import moved
from ruralnews.middlewares.replaying import ARCHIVE
from ruralnews.monitoring.outcome import Exit, exit_code
from ruralnews.monitoring.stats import Key
from ruralnews.portals import get_portal
from ruralnews.portals.registry import SITE
from ruralnews.processors.dates import CHINA
from ruralnews.state.files import slug_of
from ruralnews.state.past import (
    PastRun,
    restore_past,
    runs_begun,
)
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.settings import Settings

    from ruralnews.state.store import Store

HANDLER = "ruralnews.middlewares.replaying.ArchiveHandler"
QUIET = "spider"
"""Priority of LOG_LEVEL: above the project's, below that of -L."""
CUT_SHORT = (Exit.DISK, Exit.STATE, Exit.STOPPED, Exit.FORCED)
"""Codes of a replay that did not come to its end."""


def replay_night(settings: Settings, store: Store, day: str, slug: str | None) -> int:
    """Prints the records that the runs of a day give now, and on stderr what is different.

    1 when a record differs, 10 when the archive lacks a page, else 0. Raises UsageError when no
    run began on that day (YYYY-MM-DD, China time).
    """
    if slug is not None:
        check_portal(slug)
    runs = _runs_of(store, day, slug)
    settings.set("LOG_LEVEL", "ERROR", priority=QUIET)
    return max(Replay(settings, store, runs).run(), key=_gravity)


def _gravity(code: int) -> int:
    order = (Exit.OK, Exit.PARTIAL, Exit.BUG)
    return order.index(Exit(code)) if code in order else len(order)


def _runs_of(store: Store, day: str, slug: str | None) -> list[PastRun]:
    try:
        begin = datetime.combine(date.fromisoformat(day), datetime.min.time(), CHINA)
    except ValueError as error:
        raise UsageError(f"--night {day}: is no day; write it like 2026-11-03") from error
    after, before = (int(moment.timestamp()) for moment in (begin, begin + timedelta(days=1)))
    runs = runs_begun(store, after, before, slug)
    if not runs:
        whose = f" of {slug}" if slug else ""
        raise UsageError(
            f"--night {day}: no run{whose} began on that day, China time, with an archive"
        )
    return runs


class Replay:
    """Some runs, one after the other in one process."""

    def __init__(self, settings: Settings, store: Store, runs: Sequence[PastRun]) -> None:
        self.settings = settings
        self.store = store
        self.runs = runs
        self.process: Any = AsyncCrawlerProcess(settings)
        self._codes: list[int] = []
        self._main: asyncio.Task[None] | None = None

    def run(self) -> list[int]:
        """The exit code of every run."""
        asyncio.get_event_loop().call_soon(self._begin)
        self.process.start(stop_after_crawl=False)
        if self._main is not None and self._main.done() and not self._main.cancelled():
            self._main.result()
        return self._codes + [Exit.STOPPED] * (len(self._codes) < len(self.runs))

    def _begin(self) -> None:
        self._main = asyncio.ensure_future(self._replay_all())
        self._main.add_done_callback(_stop_reactor)

    async def _replay_all(self) -> None:
        for past in self.runs:
            with TemporaryDirectory(prefix="ruralnews-") as folder:
                self._codes.append(await self._replay(past, Path(folder)))
            if self._codes[-1] in CUT_SHORT:
                return

    async def _replay(self, past: PastRun, folder: Path) -> int:
        with closing(open_store(store_url(folder))) as copy:
            restore_past(self.store, past, copy)
        cls = self._spider_class(past)
        crawler = Crawler(cls, replay_settings(self.settings, folder))
        given = {"since": past.since, "max_pages": past.max_pages and str(past.max_pages)}
        given |= {"url": past.seed} if cls.name == SITE else {}
        await self.process.crawl(crawler, **{name: value for name, value in given.items() if value})
        stats = crawler.stats.get_stats()
        code = exit_code(stats, stats.get("finish_reason"))
        if code in CUT_SHORT:
            return code
        missed = {k: n for k, n in sorted(stats.items()) if k.startswith(f"{Key.REPLAY}/")}
        with closing(open_store(store_url(folder))) as copy:
            differ = compare(self.store, past, copy, whole=not missed)
        for key, count in missed.items():
            print(f"scrapy replay: {key.removeprefix('rn/')}: {count}", file=sys.stderr)
        if differ or code is Exit.BUG:
            return Exit.BUG
        return Exit.PARTIAL if missed else Exit.OK

    def _spider_class(self, past: PastRun) -> Any:
        """The portal's spider, for which it is the day of the run."""
        slug = slug_of(past.portal)
        attributes: dict[str, Any] = {"began": datetime.fromtimestamp(past.started, UTC)}
        if slug == DEMO and past.seed:
            attributes["portal"] = moved(get_portal(DEMO), past.seed)
        elif slug != SITE:
            attributes["portal"] = get_portal(slug)
        return type("Replayed", (self.process.spider_loader.load(slug),), attributes)


def replay_settings(settings: Settings, folder: Path) -> Settings:
    """The project's settings, for a crawl of the archive into a folder that will go."""
    own = settings.copy()
    changed = {
        "OUTPUT_DIR": str(folder),
        "STATE_URL": "",
        "STATE_OBSERVER": "ruralnews.state.files.nothing",
        "ARCHIVE_DIR": "",
        ARCHIVE: str(archive_folder(settings) or ""),
        "DOWNLOAD_HANDLERS": own.getdict("DOWNLOAD_HANDLERS") | {"http": HANDLER, "https": HANDLER},
        # One page at a time, as fast as it is read: the order of the commits decides which of
        # two equal articles is the first.
        "CONCURRENT_REQUESTS": 1,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOADER_MIDDLEWARES": own.getdict("DOWNLOADER_MIDDLEWARES")
        | {"ruralnews.middlewares.pace.PaceMiddleware": None},
        "EXTENSIONS": own.getdict("EXTENSIONS")
        | {
            "ruralnews.extensions.demo_portal.DemoPortal": None,
            "ruralnews.extensions.keeper.Keeper": None,
            "ruralnews.extensions.rehearsal.Rehearsal": 15,
        },
        "FEEDS": {},
    }
    for name, value in changed.items():
        own.set(name, value, priority="cmdline")
    return own


def _stop_reactor(_: object) -> None:
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

    running: Any = reactor
    # Scrapy has stopped it already when a signal ended the replay.
    with suppress(RuntimeError):
        running.stop()
