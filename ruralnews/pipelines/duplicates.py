"""Rule: within one run an article is published once, in however many columns it is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.pipelines.dropped import dropped
from ruralnews.reasons import Reason
from ruralnews.state.seen import Seen

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.items import Article


class DuplicatesPipeline:
    """Drops the second article with the same id or the same content; that is no loss."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.seen = Seen()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        first = self.seen.add(item)
        if first is not None:
            raise dropped(self.crawler, item, Reason.DUPLICATE, f"repeats {first}", "INFO")
        return item
