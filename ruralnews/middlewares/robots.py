"""robots.txt as RFC 9309 has it: what cannot be read forbids everything.

2xx is parsed; 4xx means that there is no robots.txt and everything is allowed, whatever its body
says; 429, 5xx, network errors and redirects that lead nowhere or out of the portal forbid the
whole host until it is asked again. Scrapy allows everything then. Crawl-delay is kept, though no
RFC names it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
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
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from ruralnews.middlewares.pace import HOST_DELAY
from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.middlewares.robotstxt import Robots, read_robots
from ruralnews.middlewares.transport import TlsRefusedError
from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

MAX_CRAWL_DELAY = 60.0
"""Seconds; a host that asks for more would hold a nightly run for hours and is left alone."""
MAX_REDIRECTS = 5
"""RFC 9309, 2.3.1.2: at least five are followed."""
RULES_AGE = 24 * 3600.0
"""Seconds; RFC 9309, 2.4: no copy is used longer than 24 hours."""
ERROR_AGE = 3600.0
"""Seconds until a host whose robots.txt could not be had is asked again."""
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


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host: a robots.txt, or why it could not be had."""

    robots: Robots | Refusal
    fetched: float
    """On the monotonic clock."""

    def refusal(self, url: str) -> Refusal | None:
        """Why the URL may not be asked for; None when it may."""
        if isinstance(self.robots, Refusal):
            return self.robots
        if not self.robots.allows(url):
            return Refusal.ROBOTS
        return Refusal.ROBOTS_DELAY if self.robots.delay > MAX_CRAWL_DELAY else None

    @property
    def delay(self) -> float:
        """Seconds between two requests that the host asks for; 0 for none."""
        return 0.0 if isinstance(self.robots, Refusal) else self.robots.delay

    def is_fresh(self, now: float) -> bool:
        """Whether the rules may still be used."""
        return now - self.fetched < (ERROR_AGE if isinstance(self.robots, Refusal) else RULES_AGE)


class RobotsMiddleware(RobotsTxtMiddleware):
    """Asks each host for its robots.txt once a day and keeps to it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        agent = self._robotstxt_useragent or self._default_useragent
        self.agent = agent.partition("/")[0]
        self._hosts: dict[str, Rules | Deferred[Rules]] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        del spider
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._rules_for(request)
        reason = rules.refusal(request.url)
        if reason is not None:
            self._stats.inc_value(Key.BLOCKED.of(reason))
            raise RefusedRequest(reason, request.url)
        request.meta[HOST_DELAY] = rules.delay

    async def _rules_for(self, request: Request) -> Rules:
        parts = urlparse_cached(request)
        host = f"{parts.scheme}://{parts.netloc}"
        known = self._hosts.get(host)
        if isinstance(known, Deferred):
            await maybe_deferred_to_future(known)
            return await self._rules_for(request)
        if known is not None and known.is_fresh(monotonic()):
            return known
        waiting: Deferred[Rules] = Deferred()
        self._hosts[host] = waiting
        rules = Rules(Refusal.ROBOTS_UNREACHABLE, monotonic())
        try:
            rules = Rules(await self._fetch(f"{host}/robots.txt"), monotonic())
        finally:
            # Whatever happened, those who wait for this host get an answer.
            self._hosts[host] = rules
            waiting.callback(rules)
        return rules

    async def _fetch(self, url: str) -> Robots | Refusal:
        try:
            response = await self.crawler.engine.download_async(
                Request(
                    url,
                    priority=self.DOWNLOAD_PRIORITY,
                    meta={"dont_obey_robotstxt": True, "redirect_ttl": MAX_REDIRECTS},
                    callback=NO_CALLBACK,
                )
            )
        except DOWNLOAD_ERRORS as error:
            is_tls = isinstance(error, TlsRefusedError)
            reason = Refusal.ROBOTS_TLS if is_tls else Refusal.ROBOTS_UNREACHABLE
            return self._refuse(url, str(error) or type(error).__name__, reason)
        return self._read(url, response)

    def _read(self, url: str, response: Response) -> Robots | Refusal:
        body = rules_in(response.status, response.body)
        if body is None:
            return self._refuse(url, f"HTTP {response.status}")
        return read_robots(body, self.agent)

    def _refuse(self, url: str, why: str, reason: Refusal = Refusal.ROBOTS_UNREACHABLE) -> Refusal:
        self._stats.inc_value(Key.ROBOTS_REFUSED)
        logger.warning("%s could not be had (%s): nothing is read from this host", url, why)
        return reason
