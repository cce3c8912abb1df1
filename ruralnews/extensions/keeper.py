"""Opens the state store for a crawl, and publishes when the crawl ends."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.misc import load_object

from ruralnews import clock
from ruralnews.archive.folders import archive_folder, output_folder
from ruralnews.archive.warc import MEBIBYTE, Archive
from ruralnews.errors import RuralnewsError, StateError
from ruralnews.extensions.facts import WHOLE, HostTimes, Run, draw_up, masked
from ruralnews.monitoring.samples import Samples
from ruralnews.monitoring.stats import Key
from ruralnews.state.book import Book
from ruralnews.state.canary import choose_canary
from ruralnews.state.captures import archive_files
from ruralnews.state.commit import PageResult
from ruralnews.state.files import MANIFEST, publish, published, slug_of
from ruralnews.state.queue import forget
from ruralnews.state.rules import BUG, Kind, State
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from ruralnews.items import Article
    from ruralnews.monitoring.night import PortalNight

logger = logging.getLogger(__name__)


class Keeper:
    """Holds the store open and gives the spider its book."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.folder = output_folder(crawler.settings)
        self.at: Callable[[str], None] = load_object(crawler.settings["STATE_OBSERVER"])
        self.hosts = HostTimes.from_crawler(crawler)
        self.facts: PortalNight | None = None
        """What the run did, once it has ended."""
        self._started = clock.now()
        self.store = open_store(store_url(self.folder, crawler.settings["STATE_URL"]), check=False)
        self._ending: asyncio.Future[None] | None = None
        self._late: asyncio.Future[Any] | None = None
        spider: Any = crawler.spider
        self.portal: str = spider.scope.portal
        self.archive = self._archive()
        if getattr(spider, "starts_anew", False):
            self._forget()
        self.book = Book(
            self.store,
            spider.scope,
            spider.seeds(),
            at=self.at,
            give_up=self._give_up,
            keep=self.archive.write if self.archive else None,
        )
        spider.book = self.book
        self.samples = spider.samples = Samples(masked)
        self.canary: int | None = None
        if crawler.settings["NIGHT_ID"]:
            with self.store.transaction() as connection:
                self.canary = choose_canary(connection, self.portal, int(self._started))
        for handler in (
            *(self.spider_error, self.item_scraped, self.item_dropped, self.item_error),
            self.spider_closed,
        ):
            crawler.signals.connect(handler, getattr(signals, handler.__name__))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if getattr(crawler.spider, "portal", None) is None:
            raise NotConfigured
        return cls(crawler)

    def _archive(self) -> Archive | None:
        settings = self.crawler.settings
        folder = archive_folder(settings)
        if folder is None:
            return None
        size = settings.getint("ARCHIVE_FILE_MB") * MEBIBYTE
        software = settings["USER_AGENT"]
        return Archive(folder, slug_of(self.portal), size, software, self.at)

    def _forget(self) -> None:
        """Makes the portal unknown: first its files, so that the store never knows too little."""
        (self.folder / slug_of(self.portal) / MANIFEST).unlink(missing_ok=True)
        for one in published(self.store, self.portal):
            (self.folder / one.name).unlink(missing_ok=True)
        with self.store.transaction() as connection:
            if self.archive is not None:
                for name in archive_files(connection, self.portal):
                    (self.archive.folder / name).unlink(missing_ok=True)
            forget(connection, self.portal)

    def _give_up(self, error: BaseException) -> None:
        """Ends a crawl that can remember nothing: what it still fetched would be lost."""
        damaged = isinstance(error, StateError)
        self.crawler.stats.inc_value(Key.STATE_ERRORS if damaged else Key.WRITE_ERRORS)
        if self._ending is None:
            logger.error("The crawl ends: %s", error)
            self._ending = asyncio.ensure_future(
                self.crawler.engine.close_spider_async(reason="state_error")
            )

    # -- Pages that our own code failed over --------------------------------------------------

    def spider_error(self, response: Response | None) -> None:
        task = response and response.request and response.request.cb_kwargs.get("task")
        if task:
            self._late = asyncio.ensure_future(self._failed(task.id, task.address))

    def item_scraped(self, item: Article) -> None:
        self.samples.settle(item, item.id)

    async def item_dropped(self, item: Article, exception: BaseException) -> None:
        self.samples.settle(item, None)
        result = self.book.expected(item)
        if result is not None:
            reason = getattr(exception, "reason", None) or BUG
            await self.book.commit(PageResult(result.page, State.HELD, reason))

    async def item_error(self, item: Article) -> None:
        self.samples.settle(item, None)
        result = self.book.expected(item)
        if result is not None:
            await self._failed(result.page, item.url or "")

    async def _failed(self, number: int, url: str) -> None:
        key = Key.FAILED.of(BUG)
        self.crawler.stats.inc_value(key)
        logger.warning("%s: %s: the error above is ours", key.removeprefix("rn/"), url)
        await self.book.commit(PageResult(number, State.FAILED, BUG))

    # -- The end ------------------------------------------------------------------------------

    async def spider_closed(self, reason: str) -> None:
        """Publishes, whatever ended the crawl."""
        stats = self.crawler.stats
        try:
            await self.book.close(reason, whole=reason == WHOLE)
            if self.archive is not None:
                stats.set_value(Key.ARCHIVED, self.archive.count)
                self.archive.close()
            files = publish(self.store, self.folder, self.portal, clock.utc_now(), self.at)
            self.facts = self._draw_up(reason)
        except RuralnewsError as error:
            stats.inc_value(Key.WRITE_ERRORS)
            told = "The records are safe in the store, but not published: %s"
            logger.error(told, error)  # noqa: TRY400 - what to do counts, not where it failed
            return
        finally:
            self.store.close()
        for one in files:
            if one.kind == Kind.ARTICLE and one.content:
                stats.set_value(Key.FILE, str(self.folder / one.name))
                stats.inc_value(Key.RECORDS, one.content.rows)

    def _draw_up(self, reason: str) -> PortalNight:
        spider: Any = self.crawler.spider
        run = Run(
            portal=self.portal,
            slug=spider.portal.slug,
            name=spider.portal.name,
            columns={one.name for one in spider.arguments.columns},
            number=self.book.run,
            started=self._started,
            finish_reason=reason,
            narrowed=bool({"column", "since"} & set(spider.given)),
            hosts=self.hosts.medians(),
            canary=self.canary,
            samples=self.samples.kept,
            night=self.crawler.settings["NIGHT_ID"] or None,
        )
        return draw_up(self.store, run, self.crawler.stats)
