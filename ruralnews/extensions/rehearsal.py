"""The keeper of `scrapy replay --night`."""

from __future__ import annotations

from ruralnews.extensions.facts import WHOLE
from ruralnews.extensions.keeper import Keeper


class Rehearsal(Keeper):
    """Keeps the book of a crawl whose records are only looked at."""

    async def spider_closed(self, reason: str) -> None:
        """Publishes nothing and draws up no books."""
        try:
            await self.book.close(reason, whole=reason == WHOLE)
        finally:
            self.store.close()
