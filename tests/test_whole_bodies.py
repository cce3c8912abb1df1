"""Whole bodies or none: the middleware."""

from __future__ import annotations

import gzip

import pytest
from hostile import article
from scrapy.http import HtmlResponse, Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.test import get_crawler

from ruralnews.extraction.decoding import Fault
from ruralnews.middlewares.body import BodyMiddleware, UnusableBody
from ruralnews.monitoring.stats import Key

URL = "http://hemiao.example/a.html"
PAGE = article("南坡三百亩小麦颗粒归仓", "村里的麦子熟了，收割机天不亮就下了地。").body.encode()


def make(**settings: object) -> BodyMiddleware:
    crawler = get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": 100_000, "RETRY_TIMES": 2, **settings})
    crawler.spider = crawler._create_spider("x")
    return BodyMiddleware.from_crawler(crawler)


def send(middleware: BodyMiddleware, body: bytes, status: int = 200, **kwargs: str) -> object:
    headers = {name.replace("_", "-"): value for name, value in kwargs.items()}
    response = Response(URL, status=status, headers=headers, body=body)
    return middleware.process_response(Request(URL), response)


def test_a_compressed_page_arrives_as_html() -> None:
    found = send(make(), gzip.compress(PAGE), Content_Encoding="gzip", Content_Type="text/html")
    assert isinstance(found, HtmlResponse)
    assert found.body == PAGE
    assert "Content-Encoding" not in found.headers
    unlabelled = send(make(), gzip.compress(PAGE), Content_Type="text/html")
    assert isinstance(unlabelled, HtmlResponse)
    assert unlabelled.body == PAGE


@pytest.mark.parametrize(
    ("body", "headers", "fault"),
    [
        (b"", {}, Fault.EMPTY),
        (b" \n", {}, Fault.EMPTY),
        (gzip.compress(b""), {"Content_Encoding": "gzip"}, Fault.EMPTY),
        (PAGE[:400], {}, Fault.TRUNCATED),
        (gzip.compress(PAGE)[:-9], {"Content_Encoding": "gzip"}, Fault.TRUNCATED),
        (gzip.compress(PAGE), {"Content_Encoding": "gzip, gzip, br"}, Fault.ENCODING),
    ],
    ids=["nothing", "blanks", "nothing packed", "cut", "cut packed", "packed otherwise"],
)
def test_an_unusable_body_is_asked_for_again_and_then_lost(
    body: bytes, headers: dict[str, str], fault: Fault
) -> None:
    middleware = make()
    again = send(middleware, body, **headers)
    assert isinstance(again, Request)
    last = make(RETRY_TIMES=0)
    with pytest.raises(UnusableBody) as caught:
        send(last, body, **headers)
    assert caught.value.fault is fault
    assert last.crawler.stats.get_value(Key.BODIES.of(fault)) == 1


def test_a_bomb_is_not_asked_for_again() -> None:
    with pytest.raises(UnusableBody, match="oversize"):
        send(make(), gzip.compress(bytes(200_000)), Content_Encoding="gzip")


def test_an_error_page_and_robots_txt_may_be_anything() -> None:
    middleware = make()
    assert send(middleware, b"", status=404)
    robots = Request(URL, callback=NO_CALLBACK)
    response = Response(URL, body=b"")
    assert middleware.process_response(robots, response) is response
