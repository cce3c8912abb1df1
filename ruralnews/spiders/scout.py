"""The spider of `scrapy newportal` and `scrapy capture`: a few pages, through the whole stack.

It remembers and publishes nothing; guard, robots.txt, pace and body checks are the crawl's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.http import Request, Response

from ruralnews import clock
from ruralnews.middlewares.archive import text_headers
from ruralnews.scouting.fetched import Fetched
from ruralnews.spiders.failures import failure_name
from ruralnews.spiders.portal import PortalSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.settings import BaseSettings

    from ruralnews.portals.model import Portal
    from ruralnews.scouting.survey import Single, Survey

ARCHIVE = "ruralnews.middlewares.archive.ArchiveMiddleware"
KEPT = ("Content-Type", "Content-Language", "Last-Modified")
"""Headers that say something about a page; the others are about the visit."""


WATCHES = (".LogLines", ".LogCount", ".MemoryUsage")
"""The extensions that need no store; Scrapy's own ones of these names stay off."""


class ScoutSpider(PortalSpider):
    """Fetches what its survey asks for. It has no name, so that `scrapy list` leaves it out."""

    survey: Survey | Single
    url: str

    def __init__(self, name: str | None = None, **given: str) -> None:
        super().__init__(name or "scout", **given)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        # No store, no archive, no records: who tries a portal leaves no trace in the output.
        seen_by = settings.getdict("DOWNLOADER_MIDDLEWARES") | {ARCHIVE: None}
        every = settings.getdict("EXTENSIONS")
        kept = {name: every[name] for name in every if name.endswith(WATCHES)}
        off = {"EXTENSIONS": kept, "ITEM_PIPELINES": {}, "DOWNLOADER_MIDDLEWARES": seen_by}
        for name, value in off.items():
            settings.set(name, value, priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """The first page."""
        yield self._request(self.url)

    def keep(self, response: Response) -> Iterator[Request]:
        """Hands a page to the survey and asks for what it wants next."""
        headers = text_headers(response)
        page = Fetched(
            response.url,
            response.body,
            {name: headers[name] for name in KEPT if name in headers},
            clock.utc_now(),
        )
        wanted = self.survey.take(page)
        # The survey may have seen that the articles lie beside the list; the guard asks here.
        self.portal = self.survey.portal
        for url in wanted:
            yield self._request(url)

    def lose(self, failure: Any) -> Iterator[Request]:
        """Tells the survey of a page that could not be had, and asks for what it wants instead."""
        reason = f"{failure_name(failure.value)}: {failure.value}"
        for url in self.survey.lose(failure.request.url, reason):
            yield self._request(url)

    def _request(self, url: str) -> Request:
        return Request(url, callback=self.keep, errback=self.lose)


def scout_class(survey: Survey | Single, url: str) -> type[ScoutSpider]:
    """The spider that fetches for this survey, beginning at `url`."""
    portal: Portal = survey.portal
    attributes = {"portal": portal, "survey": survey, "url": url, "__module__": __name__}
    return type("Scout", (ScoutSpider,), attributes)
