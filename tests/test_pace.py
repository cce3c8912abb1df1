"""What the pace does to Scrapy's downloader slots."""

from __future__ import annotations

from collections import deque
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler

from ruralnews.middlewares.pace import HOST_DELAY, PaceMiddleware
from ruralnews.middlewares.patience import FAILURES
from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.monitoring.stats import Key

URL = "http://www.hemiao.example/a.html"
OTHER = "http://other.example/a.html"


class Answer(list[Exception]):
    """Takes the error of a request that waited in line."""

    def errback(self, error: Exception) -> None:
        self.append(error)


def make_pace(**settings: object) -> PaceMiddleware:
    """The middleware over two hosts of one family and one of another."""
    crawler = get_crawler(settings_dict={"DOWNLOAD_DELAY": 2.0, **settings})
    crawler.spider = SimpleNamespace(
        portal=SimpleNamespace(hosts=("hemiao.example", "other.example"))
    )
    hosts = ("www.hemiao.example", "news.hemiao.example", "other.example")
    slots = {h: SimpleNamespace(delay=2.0, jitter=0.5, lastseen=0.0, queue=deque()) for h in hosts}
    engine: Any = SimpleNamespace(downloader=SimpleNamespace(slots=slots))
    crawler.engine = engine
    return PaceMiddleware.from_crawler(crawler)


def slot(pace: PaceMiddleware, host: str) -> Any:
    return pace.crawler.engine.downloader.slots[host]


def answer(pace: PaceMiddleware, status: int, **headers: str) -> None:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    pace.process_response(Request(URL), Response(URL, status=status, headers=fields))


def test_a_failure_pauses_the_whole_family_and_no_other() -> None:
    pace = make_pace()
    answer(pace, 503, Retry_After="30")
    for host in ("www.hemiao.example", "news.hemiao.example"):
        assert slot(pace, host).lastseen == pytest.approx(monotonic() + 30, abs=5)
    assert slot(pace, "other.example").lastseen == 0.0
    assert pace.crawler.stats.get_value(Key.PAUSES) == 1


def test_a_request_that_gets_no_answer_is_a_failure() -> None:
    pace = make_pace()
    pace.process_exception(Request(URL), DownloadTimeoutError("slow"))
    assert slot(pace, "www.hemiao.example").lastseen > monotonic()
    pace.process_exception(Request(OTHER), RefusedRequest(Refusal.HOST, OTHER))
    assert slot(pace, "other.example").lastseen == 0.0


def test_the_delay_is_the_slowest_that_anybody_asks_for() -> None:
    pace = make_pace()
    meta = {"download_slot": "www.hemiao.example"}
    pace.reached_downloader(Request(URL, meta=meta))
    assert (slot(pace, meta["download_slot"]).delay, slot(pace, meta["download_slot"]).jitter) == (
        2.0,
        0.5,
    )
    # No shorter than asked, not by chance either.
    pace.reached_downloader(Request(URL, meta=meta | {HOST_DELAY: 7.0}))
    assert (slot(pace, meta["download_slot"]).delay, slot(pace, meta["download_slot"]).jitter) == (
        7.0,
        0.0,
    )
    answer(pace, 429)
    pace.reached_downloader(Request(URL, meta=meta))
    assert slot(pace, meta["download_slot"]).delay == 4.0


def test_a_host_that_fails_on_and_on_is_left_alone() -> None:
    pace = make_pace()
    patience = pace.patience(Request(URL))
    for _ in range(FAILURES - 1):
        answer(pace, 500)
        patience.until = 0.0
    pace.process_request(Request(URL))
    waiting = Answer()
    slot(pace, "news.hemiao.example").queue.append((Request(URL), waiting))
    answer(pace, 500)
    with pytest.raises(RefusedRequest, match="host-unreachable"):
        pace.process_request(Request("http://news.hemiao.example/b.html"))
    assert [error.reason for error in waiting if isinstance(error, RefusedRequest)] == [
        Refusal.HOST_UNREACHABLE
    ]
    pace.process_request(Request(OTHER))
    stats = pace.crawler.stats
    assert stats.get_value(Key.CLOSED) == ["hemiao.example (host-unreachable)"]
    assert stats.get_value(Key.BLOCKED.of("host-unreachable")) == 2


def test_a_retry_after_beyond_a_night_closes_the_host_at_once() -> None:
    pace = make_pace()
    answer(pace, 429, Retry_After="1000000000")
    with pytest.raises(RefusedRequest, match="host-wait"):
        pace.process_request(Request(URL))


def test_outside_the_window_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = make_pace(NIGHT_WINDOW="22:00-06:00")
    monkeypatch.setattr("ruralnews.middlewares.pace.inside_window", lambda *_: False)
    with pytest.raises(RefusedRequest, match="outside-window"):
        pace.process_request(Request(URL))


def test_a_misspelt_window_stops_the_crawl_before_it_begins() -> None:
    with pytest.raises(ValueError, match="NIGHT_WINDOW"):
        make_pace(NIGHT_WINDOW="at night")
