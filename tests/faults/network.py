"""Faults 1 to 19: the connection, the protocol, the transport."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import brotli
from case import Case, Outcome, Servers, good, html, path, plays
from portal import answer, drip, hang, raw, redirect, turns

from ruralnews.extraction.decoding import zstd
from ruralnews.middlewares.patience import FAILURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal import Play, Visit

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
PAGE = html(2).encode()
HALF = PAGE[: len(PAGE) // 2]
MIB = 2**20


def waited(seconds: float, visits: int) -> Callable[[Outcome], None]:
    """A check: so many visits to the faulty article, the first gap at least so long."""

    def check(outcome: Outcome) -> None:
        gaps = outcome.gaps(2)
        assert len(gaps) == visits - 1
        assert gaps[0] >= seconds

    return check


def twice_waited(outcome: Outcome) -> None:
    # The page behind it was had in between, so that the second pause is a first one again.
    assert len(outcome.gaps(2)) == 2
    assert min(outcome.gaps(2)) >= 0.1


def few_requests(outcome: Outcome) -> None:
    assert FAILURES <= len(outcome.visits) - 2 <= FAILURES + 6
    gaps = [after.at - before.at for before, after in pairwise(outcome.visits)]
    assert max(gaps) > 1.5


def chunked(body: bytes, *, end: bytes = b"0\r\n\r\n") -> bytes:
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%s" % (len(body), body, end)


def with_length(body: bytes, length: int | str) -> bytes:
    return HEAD + f"Content-Length: {length}\r\n\r\n".encode() + body


def encoded(body: bytes, label: str) -> Play:
    return answer(body, Content_Encoding=label)


def bomb(label: str) -> Callable[[Servers], list[Play]]:
    """64 MiB in some kilobytes, packed only when the case is played."""
    return lambda _: [encoded(ENCODERS[label](b"<html><body>" + bytes(64 * MIB)), label)]


def http_date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def retry_after(value: str) -> Play:
    return turns(answer("", 429, Retry_After=value), good(2))


async def busy_until(visit: Visit) -> None:
    await answer("", 429, Retry_After=http_date(2))(visit)


def elsewhere(host: str) -> Callable[[Servers], list[Play]]:
    """A redirect to a host of the portal that cannot be had."""
    return lambda at: [redirect(f"http://{host.format(at.site.name, at.site.port)}{path(2)}")]


def slow(name: str, play: Play) -> Case:
    return Case(15, name, plays(play), settings=TIMEOUT, stats={"failed/timeout": 1})


TIMEOUT = {"DOWNLOAD_TIMEOUT": 3, "RETRY_TIMES": 1}
"""Good pages come within it on a busy machine, too."""
LONG_HEADER = b"X-A: " + b"a" * 999 + b"\r\n"
INTERIM = b"HTTP/1.1 103 X\r\n\r\n" * 50
ENCODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstd.compress,
}
TRUNCATED = {"failed/truncated": 1}
ONCE = {"RETRY_TIMES": 0}
CUT_TWICE = {"bodies/truncated": 3, **TRUNCATED}

CASES = [
    Case(
        1,
        "503 twice, Retry-After",
        plays(turns(*[answer("", 503, Retry_After="1")] * 2, good(2))),
        records=1,
        stats={"hosts/pauses": 2},
        check=waited(1.0, 3),
    ),
    Case(
        2, "502 on and on", plays(answer("", 502)), stats={"failed/http-502": 1}, check=twice_waited
    ),
    Case(3, "429 seconds", plays(retry_after("1")), records=1, check=waited(1.0, 2)),
    # A date has whole seconds, the first of the two may be nearly over.
    Case(3, "429 date", plays(turns(busy_until, good(2))), records=1, check=waited(1.0, 2)),
    Case(3, "429 past date", plays(retry_after(http_date(-9))), records=1, check=waited(0.1, 2)),
    Case(3, "429 garbage", plays(retry_after("soon")), records=1, check=waited(0.1, 2)),
    Case(
        3,
        "429 for thirty years",
        plays(retry_after("1000000000")),
        good=1,
        stats={"deferred/host-wait": 2},
        # The page after it must not be on its way already.
        settings={"CONCURRENT_REQUESTS": 1},
    ),
    Case(
        4,
        "every article 500",
        plays(*[answer("", 500)] * 14),
        good=0,
        stats={"deferred/host-unreachable": 16},
        extra={path(1): answer("", 500), path(99): answer("", 500)},
        delay=0.2,
        check=few_requests,
    ),
    Case(5, "reset", plays(turns(raw(with_length(HALF, 9999), reset=True), good(2))), records=1),
    Case(5, "reset on and on", plays(raw(with_length(HALF, 9999), reset=True))),
    Case(6, "FIN in the body", plays(turns(raw(with_length(HALF, 9999)), good(2))), records=1),
    Case(6, "FIN on and on", plays(raw(with_length(HALF, 9999))), stats=TRUNCATED),
    Case(7, "no last chunk", plays(turns(raw(chunked(PAGE, end=b"")), good(2))), records=1),
    Case(7, "no last chunk on and on", plays(raw(chunked(HALF, end=b""))), stats=TRUNCATED),
    Case(7, "broken chunk size", plays(raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"))),
    Case(8, "no length, cut", plays(turns(answer(HALF, length=None), good(2))), records=1),
    Case(8, "no length, cut on and on", plays(answer(HALF, length=None)), stats=CUT_TWICE),
    Case(9, "length too short", plays(answer(PAGE, length=len(HALF))), stats=CUT_TWICE),
    *(
        Case(10, f"cut {name}", plays(encoded(encode(PAGE)[:-9], name)), stats=CUT_TWICE)
        for name, encode in ENCODERS.items()
    ),
    *(Case(11, f"plain as {n}", plays(encoded(PAGE, n)), records=1) for n in ENCODERS),
    Case(11, "gzip without label", plays(answer(gzip.compress(PAGE))), records=1),
    Case(
        11,
        "gzip in br",
        plays(encoded(brotli.compress(gzip.compress(PAGE)), "gzip, br")),
        records=1,
    ),
    Case(
        11,
        "gzip three times",
        plays(encoded(gzip.compress(gzip.compress(gzip.compress(PAGE))), "gzip, gzip, gzip")),
        stats={"failed/encoding": 1},
    ),
    *(
        Case(12, f"bomb {label}", bomb(label), stats={"failed/oversize": 1})
        for label in ENCODERS
        if label != "deflate"
    ),
    Case(
        13,
        "100 MB announced",
        plays(drip(with_length(b"", 10**8), bytes(MIB), 0)),
        stats={"failed/oversize": 1},
    ),
    Case(
        13,
        "100 MB not announced",
        plays(drip(HEAD + b"\r\n", bytes(MIB), 0)),
        stats={"failed/oversize": 1},
    ),
    Case(
        14,
        "endless headers",
        plays(drip(HEAD, LONG_HEADER * 100, 0)),
        stats={"failed/oversize": 1},
    ),
    Case(14, "header of 20 kB", plays(answer(PAGE, X_Long="a" * 20_000)), settings=ONCE),
    Case(
        14,
        "5,000 headers",
        plays(raw(HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(5000)) + b"\r\n" + PAGE)),
        records=1,
    ),
    slow("drip", drip(HEAD + b"\r\n", b"<p>", 0.2)),
    slow("slow headers", drip(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n", 0.2)),
    slow("hang", hang),
    Case(16, "two lengths", plays(raw(with_length(PAGE, f"5\r\nContent-Length: {len(PAGE)}")))),
    Case(16, "negative length", plays(raw(with_length(PAGE, -5)))),
    Case(16, "bad status line", plays(raw(b"HELLO 200\r\n\r\n" + PAGE))),
    Case(16, "HTTP/0.9", plays(raw(PAGE))),
    Case(
        16,
        "flood of 1xx",
        plays(drip(b"", INTERIM * 20, 0)),
        stats={"failed/oversize": 1},
    ),
    Case(16, "slow flood of 1xx", plays(drip(b"", INTERIM, 0.1)), settings=TIMEOUT),
    *(
        Case(17, name, elsewhere(host), stats={"deferred/robots-unreachable": 1})
        for name, host in (
            ("connection refused", "closed.{}:1"),
            ("no such name", "nowhere.{}:{}"),
            ("name times out", "timeout.{}:{}"),
        )
    ),
    Case(19, "empty 200", plays(answer("")), stats={"bodies/empty": 3, "failed/empty": 1}),
    Case(19, "204", plays(answer("", 204)), stats={"failed/empty": 1}),
    Case(19, "empty gzip", plays(encoded(gzip.compress(b""), "gzip")), stats={"failed/empty": 1}),
    Case(19, "empty, then good", plays(turns(answer(""), good(2))), records=1),
    # What production waits for: seconds instead of tenths.
    Case(
        2,
        "502 for ten seconds",
        plays(turns(answer("", 502), answer("", 502), good(2))),
        records=1,
        settings={"BACKOFF_SECONDS": 5},
        check=waited(5, 3),
        slow=True,
    ),
    Case(
        15,
        "hang for as long as production waits",
        plays(hang),
        settings={"DOWNLOAD_TIMEOUT": 30, "BACKOFF_SECONDS": 5},
        stats={"failed/timeout": 1},
        slow=True,
    ),
]
