"""How a pipeline drops an article: counted, and logged once by `extensions.log_lines`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from ruralnews.items import Article


class Dropped(DropItem):
    """A drop that knows its reason."""

    def __init__(self, reason: str, message: str, log_level: str) -> None:
        super().__init__(message, log_level=log_level)
        self.reason = reason


def dropped(
    crawler: Crawler, article: Article, reason: str, detail: str, log_level: str = "WARNING"
) -> Dropped:
    """The exception to raise; the drop is counted under its reason."""
    crawler.stats.inc_value(Key.DROPPED.of(reason))
    return Dropped(reason, f"{reason}: {article.url}: {detail}", log_level)
