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

from ruralnews.middlewares.refused import RefusedRequest

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


def failure_name(error: BaseException) -> str:
    """`http-404`, `timeout`, `robots-unreachable` …; the first fitting name of the table."""
    if isinstance(error, HttpError):
        return f"http-{error.response.status}"
    if isinstance(error, RefusedRequest):
        return error.reason.value
    return next((name for kind, name in NAMES if isinstance(error, kind)), OTHER)
