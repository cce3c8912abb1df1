"""Serves the demo portal for the length of a crawl of it, and of no other crawl."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scrapy import signals
from scrapy.exceptions import NotConfigured

from ruralnews.demo.server import serve

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.portals.model import Portal

SLUG = "demo"


class DemoPortal:
    """Starts the server, points the profile at its port, and opens exactly that port."""

    def __init__(self, crawler: Crawler) -> None:
        self._server = ExitStack()
        url = self._server.enter_context(serve()).url
        spider: Any = crawler.spider
        spider.portal = moved(spider.portal, url)
        # Whoever runs the demo again wants to see its records again.
        spider.starts_anew = True
        allowed = [*crawler.settings.getlist("ALLOW_HOSTS"), urlsplit(url).netloc]
        crawler.settings.set("ALLOW_HOSTS", allowed, priority="cmdline")
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        portal = getattr(crawler.spider, "portal", None)
        if portal is None or portal.slug != SLUG:
            raise NotConfigured
        return cls(crawler)

    def spider_closed(self) -> None:
        self._server.close()


def moved(portal: Portal, base: str) -> Portal:
    """The portal with its hosts and columns at another base URL (`http://127.0.0.1:PORT/`)."""
    columns = tuple(
        replace(column, url=urljoin(base, urlsplit(column.url).path)) for column in portal.columns
    )
    return replace(portal, hosts=(urlsplit(base).netloc,), columns=columns)
