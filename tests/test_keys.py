"""Canonical URLs, record ids and content fingerprints."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralnews.items import Article
from ruralnews.portals.model import Column, ListingRules, Portal
from ruralnews.state.keys import SHORTEST_TEXT, canonical_url, content_sha, record_id, text_sha

ONE = "http://www.hemiao.example/a/t1_2.html"
SPELLINGS = [
    "HTTP://www.hemiao.example/a/t1_2.html",
    "http://WWW.Hemiao.Example/a/t1_2.html",
    "http://www.hemiao.example./a/t1_2.html",
    "http://www.hemiao.example:80/a/t1_2.html",
    "http://user:word@www.hemiao.example/a/t1_2.html",
    "http://www.hemiao.example/a/t1_2.html#top",
    "http://www.hemiao.example/a/t1_2.html?",
    "http://www.hemiao.example//a///t1_2.html",
    "http://www.hemiao.example/b/../a/./t1_2.html",
    "http://www.hemiao.example/b/%2e%2e/a/t1_2.html",
    "http://www.hemiao.example/%61/t1%5F2.html",
    "http://www.hemiao.example/a/t1_2.html;jsessionid=0AF3",
    "http://www.hemiao.example/a;jsessionid=0AF3/t1_2.html",
    "http://www.hemiao.example/a/t1_2.html?utm_source=wx&utm_medium=app",
    "http://www.hemiao.example/a/t1_2.html?spm=a.b.c",
    "http://www.hemiao.example/a/t1_2.html?from=timeline&isappinstalled=0",
    "http://www.hemiao.example/a/t1_2.html?JSESSIONID=0AF3",
    " http://www.hemiao.example/a/t1_2.html\n",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_spellings_of_one_url(url: str) -> None:
    assert canonical_url(url) == ONE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://x.cn/?a=show&catid=12", "http://x.cn/?a=show"),
        ("http://x.cn/?from=1", "http://x.cn/"),
        ("http://x.cn/?sid=1", "http://x.cn/?sid=2"),
        ("http://x.cn/a/", "http://x.cn/a"),
        ("http://x.cn/A", "http://x.cn/a"),
        ("http://x.cn:8080/", "http://x.cn/"),
        ("http://x.cn/", "https://x.cn/"),
    ],
)
def test_a_difference_that_may_choose_the_content_stays(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize("text", ["", "no url", "mailto:a@b.example", "http://[::1", "http://x:y/"])
def test_what_is_no_url_stays_as_it_is(text: str) -> None:
    assert canonical_url(text) == text


def test_the_query_is_sorted() -> None:
    assert canonical_url("http://x.cn/?b=2&a=1") == "http://x.cn/?a=1&b=2"


PARTS = st.text("ab/.;:?&=%2eE中#@ jsessionid", max_size=30)


@given(PARTS)
def test_canonical_urls_are_canonical(tail: str) -> None:
    once = canonical_url("http://x.cn/" + tail)
    assert canonical_url(once) == once


PORTAL = Portal(
    slug="hemiao",
    name="禾苗网",
    hosts=("hemiao.example",),
    columns=(Column("要闻", "http://hemiao.example/"),),
    listing=ListingRules(article=(re.compile(r"/t\d+_(?P<id>\d+)\.html$"), re.compile("/p/"))),
)


@pytest.mark.parametrize(
    ("portal", "url", "expected"),
    [
        (PORTAL, ONE, "hemiao:2"),
        (PORTAL, ONE + "?utm_source=wx", "hemiao:2"),
        (PORTAL, "http://hemiao.example/p/x", "hemiao:9067467e19d8d212"),
        (None, ONE, "page:086883dfbf8f291a"),
    ],
)
def test_record_id(portal: Portal | None, url: str, expected: str) -> None:
    assert record_id(portal, url, canonical_url(url)) == expected


def test_a_page_without_url_is_known_by_its_content() -> None:
    assert record_id(None, None, None, "0123456789abcdef0") == "page:0123456789abcdef"
    assert record_id(PORTAL, None, None, "0123456789abcdef0") == "hemiao:0123456789abcdef"


ARTICLE = Article(
    title="麦收",
    body="麦子熟了。\n开镰了。",
    published="2026-06-01T08:00:00+08:00",
    author=["苗青"],
)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "秋收"},
        {"body": "麦子熟了。"},
        {"published": "2026-06-02T08:00:00+08:00"},
        {"source": "禾苗网"},
        {"author": []},
        {"editor": ["苗青"]},
    ],
)
def test_a_version_is_made_by(change: dict[str, object]) -> None:
    assert content_sha(replace(ARTICLE, **change)) != content_sha(ARTICLE)


@pytest.mark.parametrize(
    "change",
    [
        {"url": ONE},
        {"fetched_at": "2026-06-03T00:00:00+08:00"},
        {"body": "麦子熟了。 \n\n 开镰了。"},
        {"keywords": ["麦"]},
    ],
)
def test_a_version_is_not_made_by(change: dict[str, object]) -> None:
    assert content_sha(replace(ARTICLE, **change)) == content_sha(ARTICLE)


@given(st.text(st.sampled_from("麦收Ａ1２ⅳ㈠é，。“”…·\u3000 \n(:-_"), max_size=20))
def test_reprints_differ_in_marks_and_width(text: str) -> None:
    words = "麦子熟了收割机下了地" * (SHORTEST_TEXT // 10)
    plain = unicodedata.normalize("NFKC", text)
    bare = "".join(c for c in plain if c.isalnum())
    assert text_sha(words + text) == text_sha(words + plain) == text_sha(words + bare)
    assert text_sha(words + bare + "粮") != text_sha(words + text)


def test_few_letters_are_nobodys_text() -> None:
    assert text_sha("麦" * (SHORTEST_TEXT - 1) + "。" * SHORTEST_TEXT) is None
