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

from ruralnews.middlewares.body import UnusableBody
from ruralnews.middlewares.challenge import ChallengedError
from ruralnews.middlewares.refused import DEFERRING, RefusedRequest
from ruralnews.middlewares.replaying import NotArchived
from ruralnews.middlewares.transport import TlsRefusedError
from ruralnews.monitoring.stats import Key

NAMES: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "refused"),
    (TlsRefusedError, "tls"),
    (ResponseDataLossError, "truncated"),
    (DownloadCancelledError, "oversize"),
    # What Scrapy ignores by itself at this point is a redirect too many.
    (IgnoreRequest, "redirects"),
    # A redirect to what is no URL at all.
    (ValueError, "bad-url"),
)
OTHER = "connection"


def failure_name(error: BaseException) -> str:
    """`http-404`, `timeout`, `robots-unreachable` …; the first fitting name of the table."""
    if isinstance(error, HttpError):
        return f"http-{error.response.status}"
    if isinstance(error, RefusedRequest):
        return error.reason.value
    if isinstance(error, NotArchived):
        return error.reason
    if isinstance(error, UnusableBody):
        return error.fault.value
    if isinstance(error, ChallengedError):
        return "challenge"
    return next((name for kind, name in NAMES if isinstance(error, kind)), OTHER)


def fate_of(error: BaseException) -> Key:
    """The family of counters for a page that met this error.

    `FILTERED` for a page that is not ours to read, `DEFERRED` for one that another run may have,
    `FAILED` for the rest.
    """
    if isinstance(error, ChallengedError):
        return Key.DEFERRED
    if isinstance(error, RefusedRequest):
        return Key.DEFERRED if error.reason in DEFERRING else Key.FILTERED
    return Key.FAILED
