"""Gives a spider the processes that read its pages; the crawls of one night share them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured

from ruralnews.reading.pool import Readers

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

MOST = 4
"""Processes, however many processors there are: one event loop keeps no more of them busy."""
Kind = tuple[int, float, int, str]


class PageReaders:
    """Starts the readers with the first crawl, and ends them with the last."""

    shared: dict[Kind, tuple[Readers, set[PageReaders]]] = {}  # noqa: RUF012 - of all crawls here

    def __init__(self, crawler: Crawler, kind: Kind) -> None:
        self.kind = kind
        spider: Any = crawler.spider
        readers, users = self.shared.setdefault(kind, (Readers(*kind), set()))
        users.add(self)
        spider.readers = readers
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        kind = kind_of(crawler.settings)
        if getattr(crawler.spider, "portal", None) is None or not kind[0]:
            raise NotConfigured
        return cls(crawler, kind)

    def spider_opened(self) -> None:
        # Now, so that it is ready when the first page is there.
        self.shared[self.kind][0].begin()

    async def spider_closed(self) -> None:
        readers, users = self.shared[self.kind]
        users.discard(self)
        if not users:
            del self.shared[self.kind]
            await readers.close()


def kind_of(settings: BaseSettings) -> Kind:
    """How many readers a crawl may have at most, and what each may take."""
    given = settings["READERS"]
    return (
        max(1, min(processors() - 1, MOST)) if given in ("", None) else settings.getint("READERS"),
        settings.getfloat("READER_SECONDS"),
        settings.getint("READER_MEMORY_MB"),
        settings["PAGE_READER"],
    )


def processors() -> int:
    """Processors that this process may use; macOS tells only how many there are."""
    own = getattr(os, "sched_getaffinity", None)
    return len(own(0)) if own else os.cpu_count() or 1
