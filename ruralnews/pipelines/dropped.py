"""How a pipeline drops an article: counted, and logged once by `extensions.log_lines`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from ruralnews.items import Article


def dropped(
    crawler: Crawler, article: Article, reason: str, detail: str, log_level: str = "WARNING"
) -> DropItem:
    """The exception to raise; the drop is counted under its reason."""
    crawler.stats.inc_value(Key.DROPPED.of(reason))
    return DropItem(f"{reason}: {article.url}: {detail}", log_level=log_level)
