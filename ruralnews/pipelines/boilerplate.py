"""Rule: a body is the article and nothing but the article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruralnews.processors.boilerplate import clean_body

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.items import Article
    from ruralnews.monitoring.samples import Samples


class BoilerplatePipeline:
    """Drops boilerplate from the body; what left it may become a sample for the report."""

    def __init__(self, samples: Samples | None) -> None:
        self.samples = samples

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider: Any = crawler.spider
        return cls(getattr(spider, "samples", None))

    def process_item(self, item: Article) -> Article:
        for rule, line in clean_body(item):
            if self.samples is not None:
                self.samples.note(item, rule, line)
        return item
