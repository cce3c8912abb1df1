"""A stop within seconds: what waits in line is dropped at once, what hangs a little later.

Scrapy waits for every request it has begun, also for those that only wait for their turn: with
a polite delay that takes longer than a service manager waits before it kills.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

LOOK = 0.2
"""Seconds between two looks at whether the crawl is being stopped; no signal tells."""


class StoppedError(IgnoreRequest):
    """A request that the end of the crawl cut short; its page stays pending."""


class StoppableDownloader(Downloader):
    """Scrapy's downloader, which can be told to let go."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.patience = crawler.settings.getfloat("STOP_SECONDS")
        self._transfers: set[asyncio.Task[None]] = set()
        self._watch: asyncio.Task[None] | None = None
        crawler.signals.connect(self._started, signals.engine_started)
        crawler.signals.connect(self._stopped, signals.engine_stopped)

    def _started(self) -> None:
        self._watch = asyncio.create_task(self._let_go())

    def _stopped(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    async def _let_go(self) -> None:
        while not self._is_closing():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(LOOK)
        for slot in self.slots.values():
            while slot.queue:
                request, answer = slot.queue.popleft()
                answer.errback(StoppedError(f"not asked for any more: {request.url}"))
        await asyncio.sleep(self.patience)
        for transfer in self._transfers:
            transfer.cancel()

    def _is_closing(self) -> bool:
        slot = self.crawler.engine._slot  # noqa: SLF001 - Scrapy has no other name for it
        return slot is not None and slot.closing is not None

    async def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> None:
        transfer = asyncio.current_task()
        if transfer is None:
            raise RuntimeError("a download runs outside of asyncio: TWISTED_REACTOR was changed")
        self._transfers.add(transfer)
        try:
            await super()._wait_for_download(slot, request, queue_dfd)
        except asyncio.CancelledError:
            queue_dfd.errback(StoppedError(f"cut short: {request.url}"))
        finally:
            self._transfers.discard(transfer)
