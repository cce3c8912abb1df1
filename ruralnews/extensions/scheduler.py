"""The scheduler: what to ask for stands in the store, and comes from there some pages at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.scheduler import Scheduler

if TYPE_CHECKING:
    from scrapy import Request

    from ruralnews.state.book import Book

BATCH = 32
"""Requests made at a time: memory stays flat however many pages are pending."""


class StoreScheduler(Scheduler):
    """Scrapy's scheduler in memory for redirects, retries and parts; all else is the book's.

    A page is given out once in a run and stays pending in the store until it is committed, so
    that there is nothing to save when the run ends, in whatever way.
    """

    spider: Any
    crawler: Any

    @property
    def book(self) -> Book | None:
        return getattr(self.spider, "book", None)

    def next_request(self) -> Request | None:
        if self.book is None:
            return super().next_request()
        if self._is_full():
            return None
        for task in self.book.next_lists():
            self.enqueue_request(self.spider.request_for(task))
        if not len(self):
            for task in self.book.next_articles(BATCH):
                self.enqueue_request(self.spider.request_for(task))
        return super().next_request()

    def _is_full(self) -> bool:
        """Whether as many pages are on their way as CONCURRENT_REQUESTS allows.

        Scrapy counts those that are being downloaded. Here a page is on its way until it is
        committed, so that a kill makes no more pages be asked for again.
        """
        engine = self.crawler.engine
        scraping = engine.scraper.slot
        under_way = len(engine.downloader.active) + len(scraping.active) + len(scraping.queue)
        return bool(0 < engine.downloader.total_concurrency <= under_way)

    def has_pending_requests(self) -> bool:
        return super().has_pending_requests() or bool(self.book and self.book.is_waiting())

    def _dqdir(self, jobdir: str | None) -> None:
        """None, whatever JOBDIR says: queues in a folder lose pages when a run is killed."""
        # Nothing to do: Scrapy makes queues in memory when there is no folder for them.
