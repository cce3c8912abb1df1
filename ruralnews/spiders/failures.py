"""Why a page could not be had, in one word for the counters."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from ruralnews.middlewares.refused import Refusal, RefusedRequest

NAMES: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "refused"),
    (ResponseDataLossError, "truncated"),
    (DownloadCancelledError, "oversize"),
    # What Scrapy ignores by itself at this point is a redirect too many.
    (IgnoreRequest, "redirects"),
)
OTHER = "connection"
LOSING_REFUSALS = (Refusal.ROBOTS_UNREACHABLE, Refusal.ROBOTS_DELAY)
"""Refusals of pages that may be read another night; the others are not ours to read."""


def failure_name(error: BaseException) -> str:
    """`http-404`, `timeout`, `robots-unreachable` …; the first fitting name of the table."""
    if isinstance(error, HttpError):
        return f"http-{error.response.status}"
    if isinstance(error, RefusedRequest):
        return error.reason.value
    return next((name for kind, name in NAMES if isinstance(error, kind)), OTHER)
