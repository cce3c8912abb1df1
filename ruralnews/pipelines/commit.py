"""Rule: a record is read when it is on disk, together with the fate of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured

from ruralnews.monitoring.stats import Key
from ruralnews.pipelines.dropped import Dropped, dropped
from ruralnews.reasons import Reason
from ruralnews.state.rules import Verdict

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.items import Article
    from ruralnews.state.book import Book


class CommitPipeline:
    """Commits an article; lets through what is new or changed."""

    def __init__(self, crawler: Crawler, book: Book) -> None:
        self.crawler = crawler
        self.book = book

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider: Any = crawler.spider
        if getattr(spider, "book", None) is None:
            raise NotConfigured("the spider has no state")
        return cls(crawler, spider.book)

    async def process_item(self, item: Article) -> Article:
        made = await self.book.record(item)
        if made is None:
            return item
        if made.verdict is Verdict.DUPLICATE:
            detail = f"repeats {made.repeats}"
            raise dropped(self.crawler, item, Reason.DUPLICATE, detail, "INFO")
        self.crawler.stats.inc_value(Key.COMMITTED.of(made.verdict))
        if made.verdict is Verdict.UNCHANGED:
            raise Dropped(Verdict.UNCHANGED, f"{item.url}: unchanged", log_level="INFO")
        for warning in item.warnings:
            self.crawler.stats.inc_value(Key.WARNINGS.of(warning))
        item.revision, item.reprint_of = made.revision, made.reprint_of
        return item
