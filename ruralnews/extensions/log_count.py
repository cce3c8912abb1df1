"""Counts the log records of one crawl, also when others run in the same process.

Scrapy's own extension counts every record of the process: an error of one portal would make
every portal of the night end with exit code 1.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

AT_WORK: ContextVar[Crawler | None] = ContextVar("AT_WORK", default=None)
"""The crawl on whose behalf the code runs. asyncio hands it to every task and callback."""


class LogCount(logging.Handler):
    """A handler that keeps `log_count/LEVEL`. A record that no crawl owns counts for all."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings["LOG_LEVEL"])
        self.crawler = crawler
        AT_WORK.set(crawler)
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_opened(self) -> None:
        logging.root.addHandler(self)

    def spider_closed(self) -> None:
        logging.root.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if AT_WORK.get() in (None, self.crawler):
            self.crawler.stats.inc_value(f"log_count/{record.levelname}")
