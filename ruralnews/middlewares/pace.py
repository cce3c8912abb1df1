"""The pace of a crawl: delay, back-off, circuit breaker and night window, for families of hosts.

`patience` decides. A pause is kept by Scrapy's own downloader slots, so nothing sleeps and other
hosts go on: a request in line for a paused host is sent when the pause is over.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from ruralnews import clock
from ruralnews.middlewares.patience import (
    FIRST_PAUSE,
    Patience,
    family_of,
    inside_window,
    is_failure,
    read_retry_after,
)
from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

HOST_DELAY = "host_delay"
"""Key in a request's meta: seconds that the host's robots.txt asks for."""
SHORTEST = 0.001
"""Seconds; a slot without any delay would not keep a pause."""


class PaceMiddleware:
    """Slows down and stops where a host asks for it or cannot answer."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self.jitter = crawler.settings.getfloat("DOWNLOAD_DELAY_JITTER")
        self.first_pause = crawler.settings.getfloat("BACKOFF_SECONDS", FIRST_PAUSE)
        self.window = crawler.settings["NIGHT_WINDOW"] or ""
        inside_window(self.window, clock.utc_now())
        self.families: dict[str, Patience] = {}
        crawler.signals.connect(self.reached_downloader, signals.request_reached_downloader)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def family(self, host: str) -> str:
        """Name of the family that the host belongs to."""
        portal: Any = getattr(self.crawler.spider, "portal", None)
        return family_of(host, portal.hosts) if portal else host

    def patience(self, request: Request) -> Patience:
        """What is known of the family of the request's host."""
        family = self.family(urlparse_cached(request).hostname or "")
        return self.families.setdefault(family, Patience(self.first_pause))

    def process_request(self, request: Request) -> None:
        reason = self.patience(request).closed
        if not inside_window(self.window, clock.utc_now()):
            reason = Refusal.WINDOW
        if reason:
            self.crawler.stats.inc_value(Key.BLOCKED.of(reason))
            raise RefusedRequest(reason, request.url)

    def process_response(self, request: Request, response: Response) -> Response:
        patience = self.patience(request)
        if not is_failure(response.status) or is_no_robots_txt(request, response.status):
            patience.answered()
            self._keep(request)
            return response
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        asked = read_retry_after(header, clock.utc_now())
        patience.failed(monotonic(), response.status, asked)
        self._keep(request, f"HTTP {response.status}")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest):
            self.patience(request).failed(monotonic())
            self._keep(request, type(exception).__name__)

    def challenged(self, request: Request, rule: str) -> None:
        """Takes note of a challenge page, for the middleware that recognises them."""
        self.patience(request).challenged(monotonic())
        self._keep(request, f"challenge {rule}")

    def reached_downloader(self, request: Request) -> None:
        """Sets the pace of the slot that the request is about to enter."""
        slot = self.crawler.engine.downloader.slots[request.meta["download_slot"]]
        asked = request.meta.get(HOST_DELAY, 0.0)
        patience = self.patience(request)
        # A host that names a number means at least that number.
        slot.jitter = 0.0 if asked > self.delay else self.jitter
        slot.delay = max(self.delay, asked) * patience.slowness
        _pause(slot, patience)

    def _keep(self, request: Request, why: str = "") -> None:
        """Makes the slots of the family keep to its new state; `why` is told when it closes."""
        patience = self.patience(request)
        for slot in self._slots(request):
            _pause(slot, patience)
        if not why:
            return
        pause = patience.until - monotonic()
        if patience.closed is None:
            self.crawler.stats.inc_value(Key.PAUSES)
            logger.info("%s: %s, next request in %.0f s", request.url, why, pause)
            return
        host = self.family(urlparse_cached(request).hostname or "")
        closed = f"{host} ({patience.closed})"
        told: list[str] = self.crawler.stats.get_value(Key.CLOSED, [])
        if closed not in told:
            self.crawler.stats.set_value(Key.CLOSED, [*told, closed])
            logger.warning("%s is left alone for this run after %s", closed, why)
        self._empty(request, patience.closed)

    def _empty(self, request: Request, reason: Refusal) -> None:
        """Refuses what waits in line for a closed family."""
        for slot in self._slots(request):
            while slot.queue:
                waiting, answer = slot.queue.popleft()
                self.crawler.stats.inc_value(Key.BLOCKED.of(reason))
                answer.errback(RefusedRequest(reason, waiting.url))

    def _slots(self, request: Request) -> Iterator[Slot]:
        family = self.family(urlparse_cached(request).hostname or "")
        slots: dict[str, Slot] = self.crawler.engine.downloader.slots
        return (slot for host, slot in slots.items() if self.family(host) == family)


def is_no_robots_txt(request: Request, status: int) -> bool:
    """Whether a host says that it has no robots.txt, in whatever words (RFC 9309, 2.3.1.3)."""
    return request.callback is NO_CALLBACK and status in (
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
    )


def _pause(slot: Slot, patience: Patience) -> None:
    """Keeps the slot from sending before the end of the pause.

    A slot waits `delay` seconds from `lastseen` on.
    """
    if patience.until > monotonic():
        slot.delay = max(slot.delay, SHORTEST)
        slot.lastseen = max(slot.lastseen, patience.until)
