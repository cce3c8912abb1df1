"""Rule: no record carries the number of a private person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.monitoring.stats import Key
from ruralnews.processors.privacy import mask_article

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.items import Article


class PrivacyPipeline:
    """Masks mobile, ID card and bank card numbers and counts them by type."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        for kind, count in mask_article(item).items():
            self.crawler.stats.inc_value(Key.MASKED.of(kind), count)
        return item
