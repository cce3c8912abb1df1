"""What a run published, for the table that `scrapy crawl` shows at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.items import Article

SHOWN = 30
"""Rows of the table; more would push the file names out of sight."""


class RunSummary:
    """Keeps the first articles of the run and counts the others."""

    def __init__(self, crawler: Crawler) -> None:
        self.first: list[Article] = []
        self.count = 0
        crawler.signals.connect(self.item_scraped, signals.item_scraped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def item_scraped(self, item: Article) -> None:
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(item)
