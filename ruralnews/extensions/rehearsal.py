"""The keeper of `scrapy replay --night`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from ruralnews.extensions.facts import WHOLE
from ruralnews.extensions.keeper import Keeper

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Rehearsal(Keeper):
    """Keeps the book of a crawl whose records are only looked at."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        with closing(self.store.engine.raw_connection()) as connection:
            # The store goes when the replay ends: nothing need wait for the disk.
            connection.cursor().execute("PRAGMA synchronous=OFF")

    async def spider_closed(self, reason: str) -> None:
        """Publishes nothing and draws up no books."""
        try:
            await self.book.close(reason, whole=reason == WHOLE)
        finally:
            self.store.close()
