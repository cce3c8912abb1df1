"""Where a request may go: http(s), a host of the portal, a named port. On every request.

Start requests, redirects, retries and robots.txt pass here too. The other half of the rule, no
private address, is `resolver`: only there the address is known.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured

from ruralnews import clock
from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.middlewares.resolver import active_resolver
from ruralnews.middlewares.traps import Trap, Variants, is_ahead, trap_in
from ruralnews.monitoring.stats import Key
from ruralnews.portals.hosts import (
    DEFAULT_PORTS,
    covers_host,
    matching_entry,
    split_entry,
    split_host,
)
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from ruralnews.items import Article

logger = logging.getLogger(__name__)

MAX_URL = 2083
"""Characters; Scrapy drops a longer URL without a word."""


def refusal(
    url: str, hosts: Collection[str], allowed: Collection[tuple[str, int | None]] = ()
) -> Refusal | None:
    """Why a portal that covers `hosts` may not ask for the URL; None when it may.

    `allowed` are host and port of ALLOW_HOSTS. They open a port of a covered host, never a
    host; and a host that stands there is asked at the ports named there only.
    """
    if len(url) > MAX_URL:
        return Refusal.BAD_URL
    try:
        host, port = split_host(url)
    except ValueError:
        scheme = url.partition(":")[0].strip().lower()
        return Refusal.BAD_URL if scheme in DEFAULT_PORTS else Refusal.SCHEME
    if not covers_host(hosts, url):
        return Refusal.HOST
    if trap_in(url):
        return Refusal.TRAP
    closed = host in {name for name, _ in allowed} or matching_entry(hosts, url) is None
    return Refusal.PORT if closed and (host, port) not in allowed else None


class GuardMiddleware:
    """Refuses what `refusal` refuses, and counts it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.variants = Variants()
        crawler.signals.connect(self.item_scraped, signals.item_scraped)
        crawler.signals.connect(self.item_dropped, signals.item_dropped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        portal = getattr(crawler.spider, "portal", None)
        if portal is None:
            raise NotConfigured("scrapy shell and fetch ask for what they are told to")
        resolver = active_resolver()
        if resolver is None:
            raise RuntimeError(
                "TWISTED_DNS_RESOLVER: the process runs with another resolver than "
                "ruralnews.middlewares.resolver.PublicResolver, so private addresses would be "
                "reachable; remove the setting that replaces it"
            )
        entries = crawler.settings.getlist("ALLOW_HOSTS")
        resolver.allowed |= {split_entry(entry) for entry in entries}
        if entries:
            crawler.stats.set_value(Key.ALLOWED, entries)
            logger.info("ALLOW_HOSTS opens %s, also at private addresses", ", ".join(entries))
        if not crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
            why = portal.verify_tls_note or "DOWNLOAD_VERIFY_CERTIFICATES is off"
            crawler.stats.set_value(Key.UNVERIFIED, why)
            logger.warning("Certificates of %s are not checked: %s", portal.slug, why)
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        resolver = active_resolver()
        allowed = resolver.allowed if resolver else ()
        spider: Any = self.crawler.spider
        # Read each time: the demo portal gets its address when the crawl begins.
        reason = refusal(request.url, spider.portal.hosts, allowed)
        trap = self._trap(request.url) if reason in (None, Refusal.TRAP) else None
        if trap is not None:
            reason = Refusal.TRAP
            self.crawler.stats.inc_value(Key.TRAPS.of(trap))
        if reason is None:
            # Copied from the request that was redirected: the delay belongs to the host.
            request.meta.pop("download_slot", None)
            self._count_opened(request.url, allowed)
            return
        self.crawler.stats.inc_value(Key.BLOCKED.of(reason))
        logger.info("Refused %s: %s", reason, request.url)
        raise RefusedRequest(reason, request.url)

    def _count_opened(self, url: str, allowed: Collection[tuple[str, int | None]]) -> None:
        """Counts what only ALLOW_HOSTS let through."""
        if allowed and (place := split_host(url)) in allowed:
            self.crawler.stats.inc_value(Key.OPENED.of(place[0]))

    def _trap(self, url: str) -> Trap | None:
        if self.variants.are_spent(url):
            return Trap.VARIANTS
        if is_ahead(url, clock.utc_now()):
            return Trap.FUTURE
        return trap_in(url)

    def item_scraped(self, item: Article) -> None:
        self.variants.read(item.url or "", repeated=False)

    def item_dropped(self, item: Article, exception: BaseException) -> None:
        if getattr(exception, "reason", None) == Reason.DUPLICATE:
            self.variants.read(item.url or "", repeated=True)
