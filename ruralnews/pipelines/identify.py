"""Rule: a record carries the fingerprint of its content and an id that outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.state.keys import content_sha, record_id

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.items import Article


class IdentifyPipeline:
    """Sets `content_sha` and `id`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        portal = getattr(self.crawler.spider, "portal", None)
        item.content_sha = content_sha(item)
        item.id = record_id(portal, item.url, item.canonical_url, item.content_sha)
        return item
