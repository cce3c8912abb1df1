"""robots.txt as RFC 9309 has it: what cannot be read forbids everything.

2xx is parsed; 4xx means that there is no robots.txt and everything is allowed, whatever its body
says; 429, 5xx, redirects that lead nowhere and network errors forbid the whole host for the run.
Scrapy allows everything then. Crawl-delay is kept, though no RFC names it.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

MAX_CRAWL_DELAY = 60.0
"""Seconds; a host that asks for more would hold a nightly run for hours and is left alone."""
DOWNLOAD_ERRORS = (
    IgnoreRequest,
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    ConnectError,
    ConnectionDone,
    ConnectionLost,
    OSError,
)


def rules_in(status: int, body: bytes) -> bytes | None:
    """The robots.txt that a response gives: empty bytes allow all, None forbids all."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return body
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None if status == HTTPStatus.TOO_MANY_REQUESTS else b""
    return None


class Rules:
    """The rules of one host; `parser` None when its robots.txt could not be had."""

    def __init__(self, parser: ProtegoRobotParser | None) -> None:
        self.parser = parser

    def refusal(self, url: str, agent: str) -> Refusal | None:
        """Why the URL may not be asked for; None when it may."""
        if self.parser is None:
            return Refusal.ROBOTS_UNREACHABLE
        if not self.parser.allowed(url, agent):
            return Refusal.ROBOTS
        return Refusal.ROBOTS_DELAY if self.delay(agent) > MAX_CRAWL_DELAY else None

    def delay(self, agent: str) -> float:
        """Seconds between two requests that the host asks for; 0 when it says nothing."""
        return (self.parser and self.parser.crawl_delay(agent)) or 0.0


class RobotsMiddleware(RobotsTxtMiddleware):
    """Asks each host for its robots.txt once and keeps to it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._hosts: dict[str, Rules | Deferred[Rules]] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        del spider
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._rules_for(request)
        agent = self._robotstxt_useragent or self._default_useragent
        reason = rules.refusal(request.url, agent)
        if reason is not None:
            self._stats.inc_value(Key.BLOCKED.of(reason))
            raise RefusedRequest(reason, request.url)
        slot = self.crawler.engine.downloader.slots.get(urlparse_cached(request).hostname or "")
        if slot is not None:
            slot.delay = max(slot.delay, rules.delay(agent))

    async def _rules_for(self, request: Request) -> Rules:
        netloc = urlparse_cached(request).netloc
        known = self._hosts.get(netloc)
        if known is None:
            waiting: Deferred[Rules] = Deferred()
            self._hosts[netloc] = waiting
            rules = Rules(None)
            try:
                rules = await self._fetch(request)
            finally:
                # Whatever happened, those who wait for this host get an answer.
                self._hosts[netloc] = rules
                waiting.callback(rules)
            return rules
        if isinstance(known, Deferred):
            await maybe_deferred_to_future(known)
            return await self._rules_for(request)
        return known

    async def _fetch(self, request: Request) -> Rules:
        parts = urlparse_cached(request)
        url = f"{parts.scheme}://{parts.netloc}/robots.txt"
        try:
            response = await self.crawler.engine.download_async(
                Request(
                    url,
                    priority=self.DOWNLOAD_PRIORITY,
                    meta={"dont_obey_robotstxt": True},
                    callback=NO_CALLBACK,
                )
            )
        except DOWNLOAD_ERRORS as error:
            return self._refuse(url, str(error) or type(error).__name__)
        return self._read(url, response)

    def _read(self, url: str, response: Response) -> Rules:
        body = rules_in(response.status, response.body)
        if body is None:
            return self._refuse(url, f"HTTP {response.status}")
        return Rules(ProtegoRobotParser(body, self.crawler.spider))

    def _refuse(self, url: str, why: str) -> Rules:
        self._stats.inc_value(Key.ROBOTS_REFUSED)
        logger.warning("%s could not be had (%s): nothing is read from this host", url, why)
        return Rules(None)
