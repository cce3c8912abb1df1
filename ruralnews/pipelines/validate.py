"""Rule: a record that a reader cannot rely on is held back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.pipelines.dropped import dropped
from ruralnews.processors.validation import check_article

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.items import Article


class ValidatePipeline:
    """Drops what `check_article` refuses."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        try:
            check_article(item, datetime.fromisoformat(item.fetched_at))
        except ExtractionError as error:
            raise dropped(self.crawler, item, error.reason, error.detail) from error
        return item
