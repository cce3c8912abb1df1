"""Whatever the bytes: a result or a reason, in bounded time."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, datetime

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralnews.errors import ExtractionError
from ruralnews.extraction.body import find_body, read_body
from ruralnews.extraction.boilerplate import drop_boilerplate
from ruralnews.extraction.listing import read_listing
from ruralnews.extraction.page import read_page
from ruralnews.items import Article, record_schema
from ruralnews.library import article_from_page
from ruralnews.reasons import Reason

FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
RECORD = jsonschema.Draft202012Validator(record_schema())
CONTROL = ("Cc", "Cs")

URL = "http://www.example.com/xc/202403/t20240304_1.html"
TEXT = "3月4日一早，柳湾镇的春管现场会开到了田埂上，村干部围着麦田听课。"
PAGE = (
    "<!DOCTYPE html><html><head><meta charset='gb2312'><base href='http://['>"
    "<title>春管现场会开到田埂上_青禾网</title></head>"
    "<body><ul><li><a href='/xc/'>乡村</a></li></ul><h1>春管现场会开到田埂上</h1>"
    "<div class=info>2024-03-04 09:30 来源：青禾网 作者：谷雨生</div><div id=zoom>"
    f"<p>{TEXT}</p><p align=center><img data-src='a.jpg' width='9%'></p><p>图为现场。苗立夏 摄</p>"
    f"<table><tr><td>甲</td><td>乙</td></tr></table>{TEXT}<br>{TEXT[5:]}<br/>"
    "<p>附件：<a href='b.doc'>清单</a> <a href='http://[::1'>坏</a></p>责任编辑：谷雨生</div>"
    "<!-- createPageHTML(3, 0, 't20240304_1', 'html') --><a href='t20240304_1_1.html'>下一页</a>"
    "<div><a href=http://a.x1.com>双辽市</a>|<a href=http://b.x2.com>静宁县</a>|"
    "<a href=//c.x3.com>南平市</a>|<a href=//x4.com>宜春市</a>|<a href=//x5.com>湛江市</a></div>"
    "</body></html>"
).encode("gb18030")
SCRAPS = st.sampled_from(
    [b"", b"<", b">", b"\x00", b"\xff\xfe", b"</html>", b"<div", b"<table>", b"<a href='", b"<!--"]
)


def read_everything(body: bytes) -> Article | Reason:
    """The page's article, once all that must hold of it does; or why there is none."""
    try:
        page = read_page(body, URL, fetched_at=FETCHED)
        run = find_body(page)
        if run is not None:
            raw, _, _, _ = read_body(page, None, run)
            assert all(raw.lines)
            drop_boilerplate(raw.lines, "春管现场会开到田埂上")
        read_listing(page)
        article = article_from_page(page)
    except ExtractionError as held:
        return Reason(held.reason)
    RECORD.validate(article.to_record())
    lines = [article.title, *article.body.split("\n")]
    assert all(line == line.strip() != "" for line in lines)
    # A tab stands between the cells of a table.
    assert not {c for line in lines for c in line if unicodedata.category(c) in CONTROL} - {"\t"}
    assert datetime.fromisoformat(article.published) <= FETCHED
    return article


def test_the_page_that_is_mutated_is_read() -> None:
    article = read_everything(PAGE)
    assert isinstance(article, Article)
    assert (article.title, article.author) == ("春管现场会开到田埂上", ["谷雨生"])
    assert TEXT in article.body


CUT = st.integers(0, len(PAGE))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CUT, CUT, SCRAPS, CUT), max_size=6))
def test_mutated_pages_give_a_result_or_a_reason(cuts: list[tuple[int, int, bytes, int]]) -> None:
    body = PAGE
    for start, end, scrap, size in cuts:
        piece = body[start:end] if size % 2 else b""
        body = body[:start] + scrap + piece + body[start + size % 40 :]
    read_everything(body)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_result_or_a_reason(body: bytes) -> None:
    read_everything(b"<p>" + body)


HOSTILE = {
    "links": "".join(f"<li><a href='/a/{n}.html'>青禾县的消息{n}</a></li>" for n in range(9000)),
    "links of one line": "|".join(f"<a href='//x{n}.com'>青禾县</a>" for n in range(9000)),
    "open links": "<a href=x><div>字</div>" * 2000,
    "line breaks": "<br>" * 50_000,
    "one long line": TEXT * 30_000,
    "one long word": "字" * 1_000_000,
    "one long pager": "".join(f"<a href='t20240304_1_{n}.html'>{n}</a>" for n in range(9000)),
    "headlines": "<h1>春管现场会开到田埂上</h1>" * 9000,
    "tables": "<table><tr><td>甲</td><td>乙</td></tr></table>" * 5000,
    "open comment": "<!--" * 100_000,
    "angle brackets": "<" * 300_000,
    "zero bytes": "\x00" * 300_000,
    "blanks": " \u3000" * 300_000,
    "places": "甲县|" * 100_000,
}


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE)
def test_oversized_pages_cost_bounded_time(markup: str) -> None:
    """Ten seconds are far more than a linear reader needs and far less than a quadratic one."""
    start = time.process_time()
    read_everything(f"<html><body><p>{TEXT}</p>{markup}<p>{TEXT}</p>".encode())
    assert time.process_time() - start < 10


BARS = {
    "labels": "<p>" + "来源：" * 200_000,
    "hidden labels": "<p style='display:none'>" + "来源：" * 200_000 + "<p>",
    "cells": "<table>" + "<tr><td>来源：青禾网</td></tr>" * 9000 + "</table>",
    "long cells": ("<table>" + "<tr><td>" + "作者：" * 600 + "</td></tr>") * 100 + "</table>",
    "dates": "<p>" + "2024-03-04 " * 60_000,
    "linked words": "<p>" + "<a href='/a/'>青禾</a>" * 30_000,
}


@pytest.mark.parametrize("markup", BARS.values(), ids=BARS)
def test_an_endless_bar_costs_bounded_time(markup: str) -> None:
    article = (
        f"<h1>春管现场会开到田埂上</h1>{markup}<p>2024-03-04 来源：青禾网</p>" + f"<p>{TEXT}" * 3
    )
    page = f"<html><head><title>春管现场会开到田埂上</title></head><body>{article}".encode()
    start = time.process_time()
    read_everything(page)
    assert time.process_time() - start < 10
