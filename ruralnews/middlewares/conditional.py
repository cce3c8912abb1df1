"""Asks for a page only if it changed: ETag and Last-Modified of its last visit (RFC 9110, 13).

Whoever makes the request puts what `read_validators` gave at the last visit into its meta under
VALIDATORS; an unchanged page then comes back as a response with status 304 and no body.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

VALIDATORS = "validators"
CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
MAX_CHARS = 512
"""A longer validator is no validator."""


def read_validators(response: Response) -> dict[str, str]:
    """What the next visit sends: header name to value; empty when the page names neither."""
    found = {
        condition: (response.headers.get(name) or b"").decode("latin-1").strip()
        for name, condition in CONDITIONS.items()
    }
    return {
        condition: value
        for condition, value in found.items()
        if value and value.isprintable() and len(value) <= MAX_CHARS
    }


class ConditionalMiddleware:
    """Sends the conditions and lets the answer 304 through to the callback."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        del crawler
        return cls()

    def process_request(self, request: Request) -> None:
        # A redirect carries the meta to another page, which the conditions say nothing about.
        conditions = request.meta.get(VALIDATORS) or {}
        redirected = "redirect_urls" in request.meta
        for name, value in conditions.items():
            if redirected:
                request.headers.pop(name, None)
            else:
                request.headers[name] = value
        if conditions and not redirected:
            request.meta["handle_httpstatus_list"] = [HTTPStatus.NOT_MODIFIED]
