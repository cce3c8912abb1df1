"""The archive in place of the portal, for `scrapy replay --night`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from ruralnews.archive.reading import read_capture
from ruralnews.errors import InputError
from ruralnews.middlewares.archive import REPLAYED
from ruralnews.monitoring.stats import Key
from ruralnews.state.keys import canonical_url
from ruralnews.state.past import find_capture

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from ruralnews.archive.warc import Capture

ARCHIVE = "REPLAY_ARCHIVE"
"""Setting: the folder that is asked."""

NOT_ARCHIVED = "archive-"
"""Beginning of the reasons of pages that the archive could not give."""


class NotArchived(IgnoreRequest):
    """An answer that the archive does not hold, or not whole."""

    def __init__(self, error: InputError) -> None:
        super().__init__(str(error))
        self.reason = f"{NOT_ARCHIVED}{error.reason}"


class ArchiveHandler(BaseDownloadHandler):
    """Answers with what the page was answered that night; opens no connection."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.folder = Path(crawler.settings[ARCHIVE])

    async def download_request(self, request: Request) -> Response:
        try:
            capture = self._capture(request)
        except InputError as error:
            self.crawler.stats.inc_value(Key.REPLAY.of(error.reason))
            raise NotArchived(error) from error
        request.meta[REPLAYED] = capture.fetched_at
        headers = Headers()
        for name, value in capture.headers:
            headers.appendlist(name, value)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=capture.body)
        return kind(request.url, capture.status, headers, capture.body, protocol="HTTP/1.1")

    def _capture(self, request: Request) -> Capture:
        spider: Any = self.crawler.spider
        task = request.cb_kwargs.get("task")
        with spider.book.store.transaction() as connection:
            found = find_capture(connection, task and task.id, canonical_url(request.url))
        if found is None:
            raise InputError(f"{request.url}: was not answered that night", "missing")
        return read_capture(self.folder, found.place, found.sha256)
