"""Bodies arrive whole or not at all: decoded strictly, not empty, not cut off in mid-page.

In place of Scrapy's HttpCompressionMiddleware. A body that cannot be used is asked for again as
often as RETRY_TIMES says; then its page has failed, with the fault as the reason.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.responsetypes import responsetypes

from ruralnews.extraction.decoding import BodyError, Fault, decode_body
from ruralnews.extraction.sniffing import is_cut
from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

ACCEPTED = b"gzip, deflate, br, zstd"


class UnusableBody(IgnoreRequest):
    """An answer whose body cannot be used, after the last attempt."""

    def __init__(self, error: BodyError) -> None:
        super().__init__(str(error))
        self.fault = error.fault


class BodyMiddleware:
    """Undoes Content-Encoding and checks that the page is whole."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        try:
            body = decode_body(response.body, encodings_of(response), self.max_size)
            if is_page(request, response):
                check_page(body)
        except BodyError as error:
            return self._again(request, error)
        if body is response.body:
            return response
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        whole = response.replace(cls=kind, body=body)
        whole.headers.pop("Content-Encoding", None)
        return whole

    def _again(self, request: Request, error: BodyError) -> Request:
        self.crawler.stats.inc_value(Key.BODIES.of(error.fault))
        retry = None
        if error.fault is not Fault.OVERSIZE and self.crawler.spider:
            retry = get_retry_request(request, spider=self.crawler.spider, reason=error.fault.value)
        if retry is None:
            raise UnusableBody(error) from error
        return retry


def encodings_of(response: Response) -> list[str]:
    """The labels of Content-Encoding, in the order in which they were applied."""
    header = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    return [label for part in header.split(",") if (label := part.strip().lower())]


def is_page(request: Request, response: Response) -> bool:
    """Whether the answer should hold a page; robots.txt and errors need not."""
    fine = HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES
    return fine and request.callback is not NO_CALLBACK


def check_page(body: bytes) -> None:
    """Raises BodyError for an empty page and for one that ends in its middle.

    A close-delimited body, and one whose Content-Length is too small, tell by nothing else.
    """
    if not body.strip():
        raise BodyError(Fault.EMPTY, "the page has no content")
    if is_cut(body):
        raise BodyError(Fault.TRUNCATED, "the page ends before its end")
