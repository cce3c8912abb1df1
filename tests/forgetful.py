"""A scheduler that loses a page without a word: the books must notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.extensions.scheduler import StoreScheduler

if TYPE_CHECKING:
    from scrapy import Request


class Forgetful(StoreScheduler):
    """Drops the third article."""

    def enqueue_request(self, request: Request) -> bool:
        return not request.url.endswith("_3.html") and super().enqueue_request(request)
