"""Content-Encoding undone to the last byte. Pure.

Scrapy's decoders hand out what they have when a compressed body ends early, and half a page looks
like a page. These raise.
"""

from __future__ import annotations

import re
import sys
import zlib
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CHUNK = 65_536
"""Bytes decompressed at a time: a bomb is stopped one chunk beyond the limit."""
MAX_NESTED = 2
"""Encodings around each other; more is nobody's web server."""
GZIP = b"\x1f\x8b\x08"
ZSTD = b"\x28\xb5\x2f\xfd"
MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|\?xml|html|head|body|meta|title|script|link|div)",
    re.IGNORECASE,
)
GZIP_WBITS = 31
RAW_WBITS = -15


class Fault(StrEnum):
    """Why a body cannot be used; the word for the counters."""

    TRUNCATED = "truncated"
    """It ends before its end."""
    ENCODING = "encoding"
    """It is not in the encoding that it claims, or in too many."""
    OVERSIZE = "oversize"
    """It is larger than DOWNLOAD_MAXSIZE."""
    EMPTY = "empty"
    """There is nothing in it."""


class BodyError(Exception):
    """A body that cannot be used."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault


def decode_body(body: bytes, labels: Iterable[str], max_size: int) -> bytes:
    """The body without its encodings, the outermost label last; at most `max_size` bytes.

    A label that the bytes contradict (plain text labelled gzip) is dropped, gzip without a label
    is undone, a label that is no encoding (`utf-8`) is ignored. Raises BodyError.
    """
    encodings = [label for label in labels if label in DECODERS]
    if len(encodings) > MAX_NESTED:
        raise BodyError(Fault.ENCODING, f"encoded {len(encodings)} times")
    for encoding in reversed(encodings):
        if body and not _is_plain(body, encoding):
            body = DECODERS[encoding](body, max_size)
    if not encodings and body.startswith(GZIP):
        body = _gunzip(body, max_size)
    if max_size and len(body) > max_size:
        raise BodyError(Fault.OVERSIZE, f"{len(body)} bytes, {max_size} are allowed")
    return body


def _is_plain(body: bytes, encoding: str) -> bool:
    """Whether the body cannot be in that encoding and looks like markup."""
    if encoding in ("gzip", "x-gzip"):
        return not body.startswith(GZIP)
    if encoding == "zstd":
        return not body.startswith(ZSTD)
    # Neither deflate nor br have a mark of their own; markup does.
    return MARKUP.match(body) is not None


def _gunzip(body: bytes, max_size: int) -> bytes:
    out = bytearray()
    while body.startswith(GZIP):
        decoder = zlib.decompressobj(GZIP_WBITS)
        out += _inflate_with(decoder, body, max_size - len(out) if max_size else 0)
        # Several members are one body; what else follows is padding.
        body = decoder.unused_data
    return bytes(out)


def _inflate(body: bytes, max_size: int) -> bytes:
    try:
        return _inflate_with(zlib.decompressobj(), body, max_size)
    except BodyError as error:
        if error.fault is not Fault.ENCODING:
            raise
        # What Microsoft's servers long sent under this name.
        return _inflate_with(zlib.decompressobj(RAW_WBITS), body, max_size)


def _inflate_with(decoder: Any, body: bytes, max_size: int) -> bytes:
    def step(data: bytes) -> tuple[bytes, bytes]:
        try:
            return decoder.decompress(data, CHUNK), decoder.unconsumed_tail
        except zlib.error as error:
            raise BodyError(Fault.ENCODING, str(error)) from error

    return _run(step, lambda: decoder.eof, body, max_size)


def _unbrotli(body: bytes, max_size: int) -> bytes:
    decoder = brotli.Decompressor()

    def step(data: bytes) -> tuple[bytes, bytes]:
        try:
            return decoder.process(data, output_buffer_limit=CHUNK), b""
        except brotli.error as error:
            raise BodyError(Fault.ENCODING, f"no br: {error}") from error

    return _run(step, decoder.is_finished, body, max_size)


def _unzstd(body: bytes, max_size: int) -> bytes:
    out = bytearray()
    while body.startswith(ZSTD):
        decoder = zstd.ZstdDecompressor()
        out += _unzstd_frame(decoder, body, max_size - len(out) if max_size else 0)
        body = decoder.unused_data
    return bytes(out)


def _unzstd_frame(decoder: Any, body: bytes, max_size: int) -> bytes:
    def step(data: bytes) -> tuple[bytes, bytes]:
        try:
            return decoder.decompress(data, CHUNK), b""
        except zstd.ZstdError as error:
            raise BodyError(Fault.ENCODING, f"no zstd: {error}") from error

    return _run(step, lambda: decoder.eof, body, max_size)


def _run(
    step: Callable[[bytes], tuple[bytes, bytes]],
    finished: Callable[[], bool],
    body: bytes,
    max_size: int,
) -> bytes:
    """What the decoder gives until it is finished. Raises BodyError when it never is."""
    out = bytearray()
    while not finished():
        chunk, body = step(body)
        out += chunk
        if max_size and len(out) > max_size:
            raise BodyError(Fault.OVERSIZE, f"more than {max_size} bytes when decompressed")
        if not chunk and not body and not finished():
            raise BodyError(Fault.TRUNCATED, f"the compressed body ends after {len(out)} bytes")
    return bytes(out)


DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
