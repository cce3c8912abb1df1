"""The bytes of every list and article page go to the archive before anything reads them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK

from ruralnews.archive.folders import archive_folder
from ruralnews.archive.store import write_page
from ruralnews.errors import OutputError
from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

NOT_KEPT = (b"Set-Cookie",)
"""Headers of the visit, not of the page."""


class ArchiveMiddleware:
    """Keeps every page answered with 200; robots.txt is no page."""

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self.crawler = crawler
        self.folder = folder

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        folder = archive_folder(crawler.settings)
        portal = getattr(crawler.spider, "portal", None)
        if folder is None or portal is None:
            raise NotConfigured
        return cls(crawler, folder / portal.slug)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status != HTTPStatus.OK or request.callback is NO_CALLBACK:
            return response
        headers, now = text_headers(response), datetime.now(UTC)
        try:
            write_page(self.folder, response.body, response.url, headers, now)
        except OutputError:
            # The page itself is still good; the exit code tells of the disk.
            self.crawler.stats.inc_value(Key.WRITE_ERRORS)
            logger.exception("A page is not in the archive")
        else:
            self.crawler.stats.inc_value(Key.ARCHIVED)
        return response


def text_headers(response: Response) -> dict[str, str]:
    """The headers that describe the page, repeated ones joined by commas."""
    return {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
        if name not in NOT_KEPT
    }
