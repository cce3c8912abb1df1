"""A challenge in place of a page: counted, the host paused, the page left for another run."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from ruralnews.middlewares.archive import text_headers
from ruralnews.middlewares.challenges import challenge_in
from ruralnews.middlewares.pace import PaceMiddleware
from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class ChallengedError(IgnoreRequest):
    """An answer that is a challenge, a log-in or a block; nothing tries it again in this run."""


class ChallengeMiddleware:
    """Takes challenges out of the way of the archive, of retries and of the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if request.callback is NO_CALLBACK:
            return response
        pace = self.crawler.get_downloader_middleware(PaceMiddleware)
        rule = challenge_in(response.status, text_headers(response), response.body)
        if rule is None:
            return response
        self.crawler.stats.inc_value(Key.CHALLENGES.of(rule))
        told = "%s answers with a challenge (%s), HTTP %d"
        logger.warning(told, request.url, rule, response.status)
        if pace is not None:
            pace.challenged(request, rule)
        raise ChallengedError(f"{rule}: {request.url}")
