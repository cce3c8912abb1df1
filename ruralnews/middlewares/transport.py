"""HTTP/1.1 as Scrapy speaks it, with an end to every head and a name for a bad certificate.

Twisted reads headers until they end or the download times out: a server that sends them at the
speed of a wire fills the memory first (352 MiB in 30 s, 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenSSL.SSL import Error as TlsError
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from service_identity.exceptions import VerificationError
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import Request as SentRequest
    from twisted.web.iweb import IResponse

MAX_HEAD = 256 * 1024
"""Bytes of status line and headers, interim answers (1xx) included; Chromium has the same."""


class HeadTooLongError(Exception):
    """An answer whose headers do not end within MAX_HEAD."""


class TlsRefusedError(DownloadFailedError):
    """A connection that TLS did not make: as a rule a certificate that is not accepted."""


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's protocol, which gives up a head that does not end."""

    _head = 0

    def request(self, request: SentRequest) -> Deferred[IResponse]:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            # A piece may hold the beginning of the body, too; that is one piece too much.
            self._head += len(data)
            if self._head > MAX_HEAD:
                error = HeadTooLongError(f"the headers do not end within {MAX_HEAD} bytes")
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]  # of Twisted
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]  # of Twisted


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes them."""

    def buildProtocol(self, addr: IAddress | None) -> BoundedProtocol:  # noqa: N802
        del addr
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # of Twisted


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, with the protocol above."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory  # noqa: SLF001 - where Scrapy puts its own

    async def download_request(self, request: Request) -> Response:
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            causes = [reason.value for reason in getattr(error.__cause__, "reasons", ())]
            if any(isinstance(cause, HeadTooLongError) for cause in causes):
                raise DownloadCancelledError(f"{request.url}: {causes[0]}") from error
            if any(isinstance(cause, TlsError | VerificationError) for cause in causes):
                raise TlsRefusedError(f"TLS refused: {causes[0]}") from error
            raise
