"""robots.txt by status: RFC 9309, section 2.3.1."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler

from ruralnews.middlewares.pace import HOST_DELAY
from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.middlewares.robots import ERROR_AGE, RULES_AGE, RobotsMiddleware, rules_in
from ruralnews.monitoring.stats import Key

URL = "http://hemiao.example/a/t1.html"
FORBID = b"User-agent: *\nDisallow: /a/\n"


def middleware_with(answer: Response | Exception) -> RobotsMiddleware:
    """The middleware over a portal whose robots.txt gives this answer."""
    asked = []

    async def download(request: Request) -> Response:
        asked.append(request.url)
        if isinstance(answer, Exception):
            raise answer
        return answer

    settings = {"ROBOTSTXT_OBEY": True, "ROBOTSTXT_USER_AGENT": "ruralnews"}
    crawler = get_crawler(settings_dict=settings)
    engine: Any = SimpleNamespace(download_async=download)
    crawler.engine = engine
    middleware = RobotsMiddleware.from_crawler(crawler)
    middleware.asked = asked  # type: ignore[attr-defined]
    return middleware


def outcome(answer: Response | Exception, url: str = URL) -> Refusal | None:
    """Why the URL is not asked for; None when it is."""
    try:
        asyncio.run(middleware_with(answer).process_request(Request(url)))
    except RefusedRequest as error:
        return error.reason
    return None


def robots(status: int, body: bytes = b"") -> Response:
    return Response("http://hemiao.example/robots.txt", status=status, body=body)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (robots(200), None),
        (robots(200, FORBID), Refusal.ROBOTS),
        (robots(200, b"\xef\xbb\xbf" + FORBID), Refusal.ROBOTS),
        (robots(200, b"User-agent: ruralnews\nDisallow: /\n"), Refusal.ROBOTS),
        (robots(200, b"User-agent: otherbot\nDisallow: /\n"), None),
        (robots(200, b"<html>not found</html>"), None),
        (robots(200, b"User-agent: *\nCrawl-delay: 99999\n"), Refusal.ROBOTS_DELAY),
        (robots(204), None),
        (robots(401), None),
        (robots(403, FORBID), None),
        (robots(404, FORBID), None),
        (robots(410), None),
        (robots(429), Refusal.ROBOTS_UNREACHABLE),
        (robots(302), Refusal.ROBOTS_UNREACHABLE),
        (robots(500), Refusal.ROBOTS_UNREACHABLE),
        (robots(503, b"User-agent: *\nAllow: /\n"), Refusal.ROBOTS_UNREACHABLE),
        (DownloadTimeoutError("slow"), Refusal.ROBOTS_UNREACHABLE),
        (CannotResolveHostError("no name"), Refusal.ROBOTS_UNREACHABLE),
        (ResponseDataLossError("cut"), Refusal.ROBOTS_UNREACHABLE),
        (IgnoreRequest("max redirections reached"), Refusal.ROBOTS_UNREACHABLE),
        (OSError("reset"), Refusal.ROBOTS_UNREACHABLE),
    ],
    ids=str,
)
def test_what_an_answer_means(answer: Response | Exception, reason: Refusal | None) -> None:
    assert outcome(answer) is reason


def test_only_a_2xx_body_is_read() -> None:
    assert [rules_in(status, b"x") for status in (200, 299, 404, 429, 503)] == [
        b"x",
        b"x",
        b"",
        None,
        None,
    ]


def test_a_host_is_asked_once_and_a_refusal_is_counted() -> None:
    middleware = middleware_with(robots(503))

    async def ask() -> None:
        for _ in range(3):
            with pytest.raises(RefusedRequest):
                await middleware.process_request(Request(URL))

    asyncio.run(ask())
    assert middleware.asked == ["http://hemiao.example/robots.txt"]  # type: ignore[attr-defined]
    stats = middleware.crawler.stats
    assert stats.get_value(Key.BLOCKED.of("robots-unreachable")) == 3
    assert stats.get_value(Key.ROBOTS_REFUSED) == 1


def test_crawl_delay_travels_with_the_request() -> None:
    request = Request(URL)
    middleware = middleware_with(robots(200, b"User-agent: *\nCrawl-delay: 7\n"))
    asyncio.run(middleware.process_request(request))
    assert request.meta[HOST_DELAY] == 7.0


@pytest.mark.parametrize(
    ("answer", "age", "asked"),
    [
        (robots(200), RULES_AGE - 1, 1),
        (robots(200), RULES_AGE + 1, 2),
        (robots(503), ERROR_AGE - 1, 1),
        (robots(503), ERROR_AGE + 1, 2),
    ],
)
def test_rules_are_kept_a_day_and_failures_an_hour(
    monkeypatch: pytest.MonkeyPatch, answer: Response, age: float, asked: int
) -> None:
    middleware = middleware_with(answer)
    clock = [0.0]
    monkeypatch.setattr("ruralnews.middlewares.robots.monotonic", lambda: clock[0])

    async def ask() -> None:
        with suppress(RefusedRequest):
            await middleware.process_request(Request(URL))

    asyncio.run(ask())
    clock[0] = age
    asyncio.run(ask())
    assert len(middleware.asked) == asked  # type: ignore[attr-defined]


def test_http_and_https_have_rules_of_their_own() -> None:
    middleware = middleware_with(robots(200))

    async def ask() -> None:
        for scheme in ("http", "https"):
            await middleware.process_request(Request(f"{scheme}://hemiao.example/a"))

    asyncio.run(ask())
    assert middleware.asked == [  # type: ignore[attr-defined]
        "http://hemiao.example/robots.txt",
        "https://hemiao.example/robots.txt",
    ]


def test_an_unforeseen_error_forbids_the_host_and_is_not_swallowed() -> None:
    middleware = middleware_with(RuntimeError("bug"))

    async def ask() -> None:
        with pytest.raises(RuntimeError):
            await middleware.process_request(Request(URL))
        with pytest.raises(RefusedRequest):
            await middleware.process_request(Request(URL))

    asyncio.run(ask())
