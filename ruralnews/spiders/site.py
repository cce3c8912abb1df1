"""`scrapy crawl site -a url=LIST_URL`: any portal, without a profile."""

from __future__ import annotations

from ruralnews.errors import ProfileError, UsageError
from ruralnews.portals import generic_portal
from ruralnews.portals.registry import SITE
from ruralnews.spiders.portal import PortalSpider


class SiteSpider(PortalSpider):
    """Crawls a portal from one of its lists; lists and articles are found by their form."""

    name = SITE

    def __init__(self, name: str | None = None, url: str = "", **given: str) -> None:
        if not url:
            raise UsageError("site needs the address of a list: -a url=http://…")
        try:
            self.portal = generic_portal(url)
        except ProfileError as error:
            raise UsageError(f"-a url={url}: {error}") from error
        super().__init__(name, **given)
