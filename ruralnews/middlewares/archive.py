"""When an answer came, and the answer itself to the book, which archives it with its page."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK

from ruralnews import clock
from ruralnews.archive.warc import PART, ROBOTS, Capture

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

FETCHED = "fetched_at"
"""Key in a request's meta: when it was answered."""
REPLAYED = "replayed_at"
"""The same, said by a replay: when it was answered that night."""
NOT_OF_THE_PAGE = (b"Set-Cookie",)
"""Headers of the visit."""


class ArchiveMiddleware:
    """Sees every answer as received."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if getattr(crawler.spider, "portal", None) is None:
            raise NotConfigured
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        now = clock.utc_now().replace(microsecond=0)
        moment = request.meta[FETCHED] = request.meta.pop(REPLAYED, None) or now
        spider: Any = self.crawler.spider
        task = request.cb_kwargs.get("task")
        if request.callback is NO_CALLBACK:
            spider.book.answered(None, capture(request, response, moment, ROBOTS))
        elif task and is_of_use(response.status):
            kind = PART if "story" in request.cb_kwargs else str(task.kind)
            spider.book.answered(task.id, capture(request, response, moment, kind))
        return response


def is_of_use(status: int) -> bool:
    """Whether an answer may lead to a record: a page, or a redirect to one."""
    return HTTPStatus.OK <= status < HTTPStatus.BAD_REQUEST and status != HTTPStatus.NOT_MODIFIED


def capture(request: Request, response: Response, moment: datetime, kind: str) -> Capture:
    """The answer as the archive keeps it."""
    headers = response.headers
    return Capture(
        request.url,
        response.status,
        tuple((name, value) for name in headers for value in headers.getlist(name)),
        response.body,
        moment,
        kind,
    )


def fetched_at(response: Response) -> datetime:
    """When the page was answered."""
    moment = response.request and response.request.meta.get(FETCHED)
    return moment if isinstance(moment, datetime) else clock.utc_now()


def text_headers(response: Response) -> dict[str, str]:
    """The headers that describe the page, repeated ones joined by commas."""
    return {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
        if name not in NOT_OF_THE_PAGE
    }
