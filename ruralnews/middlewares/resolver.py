"""Names lead to public addresses only, or nowhere.

Scrapy installs the resolver of TWISTED_DNS_RESOLVER for the whole process. Twisted connects to
the address it returns, so the address checked here is the address connected, also for literal
addresses and whatever a name server says the second time.
"""

from __future__ import annotations

import ipaddress
import sys
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import DNSLookupError

from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred


def is_public(address: str) -> bool:
    """Whether an IP address is one that the whole internet can route to."""
    ip = ipaddress.ip_address(address)
    return ip.is_global and not ip.is_multicast


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, refusing every address that is not public.

    Hosts of ALLOW_HOSTS may lead anywhere.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allowed: set[tuple[str, int | None]] = set()
        """Host and port of ALLOW_HOSTS, set by the guard; port None for 80 and 443."""
        self.refused: set[str] = set()
        """Names that led to an address which is not public."""

    def getHostByName(  # noqa: N802 - Twisted's name
        self, name: str, timeout: Any = ()
    ) -> Deferred[str]:
        return super().getHostByName(name, timeout).addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        if is_public(address) or name in {host for host, _ in self.allowed}:
            return address
        self.refused.add(name)
        raise DNSLookupError(f"{name} leads to {address}, which is no public address")


def active_resolver() -> PublicResolver | None:
    """The resolver that this process connects with, if it is ours."""
    # Importing the reactor would install one; without one no connection is Twisted's.
    reactor = sys.modules.get("twisted.internet.reactor")
    resolver = getattr(reactor, "resolver", None)
    return resolver if isinstance(resolver, PublicResolver) else None


class AddressMiddleware:
    """Tells a refused address from a name that cannot be resolved, so that nothing retries it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_exception(self, request: Request, exception: Exception) -> None:
        resolver = active_resolver()
        if not isinstance(exception, CannotResolveHostError) or resolver is None:
            return
        if urlparse_cached(request).hostname in resolver.refused:
            self.crawler.stats.inc_value(Key.BLOCKED.of(Refusal.ADDRESS))
            raise RefusedRequest(Refusal.ADDRESS, request.url) from exception
