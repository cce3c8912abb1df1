"""Articles that are data: what they give, and what is no article."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ruralnews
from ruralnews.errors import ExtractionError
from ruralnews.extraction.json_article import as_markup, data_candidates, read_object, value
from ruralnews.portals.model import ArticleData
from ruralnews.reasons import Reason

TEXT = "<p>" + "村里的麦子熟了，合作社的收割机天不亮就下了地。" * 4 + "</p>"
DOCUMENT = {
    "title": "南坡的<b>麦子</b>",
    "data": {"time": 1790000000000, "names": ["田小满", "麦青禾"]},
    "content": "",
    "html": TEXT + "<!--{img:0}--><!--{img:7}-->",
    "pictures": [{"url": "https://img.hemiao.example/1.jpg?a=1&b=2"}],
}
RULES = ArticleData(
    {
        "title": ("title",),
        "published": ("data.time",),
        "author": ("data.names",),
        "source": ("missing",),
        "body": ("content", "html"),
        "images": ("pictures",),
    }
)


@pytest.mark.parametrize(
    "form", ["{}", "\ufeff{}", "callback({});", " jsonp_1 ( {} )", "var a={};"]
)
def test_an_object_in_every_wrapper(form: str) -> None:
    assert read_object(form.replace("{}", json.dumps(DOCUMENT))) == DOCUMENT


@pytest.mark.parametrize("text", ["<html>{}</html>", "系统维护", "[1]", ""])
def test_any_other_text_is_none(text: str) -> None:
    assert read_object(text) is None


def test_an_object_cut_off_is_told() -> None:
    with pytest.raises(ExtractionError) as error:
        read_object('callback({"title": "南坡')
    assert error.value.reason is Reason.PAGE_TRUNCATED


def test_keys_become_fields() -> None:
    found = {name: (c.rule, c.raw) for name, c in data_candidates(DOCUMENT, RULES)}
    assert found == {
        "title": ("data:title", "南坡的麦子"),
        "published": ("data:published", "2026-09-21 22:13:20"),
        "author": ("data:author", "田小满、麦青禾"),
    }


def test_the_body_gets_its_pictures_and_marks_without_one_go() -> None:
    markup = as_markup(DOCUMENT, RULES)
    assert '<img src="https://img.hemiao.example/1.jpg?a=1&amp;b=2">' in markup
    assert "{img:" not in markup
    assert "<h1>南坡的麦子</h1>" in markup


@pytest.mark.parametrize("document", [{"code": 404}, {"title": "南坡"}, {"html": TEXT}])
def test_an_object_without_title_or_text_is_no_article(document: dict[str, Any]) -> None:
    with pytest.raises(ExtractionError) as error:
        as_markup(document, RULES)
    assert error.value.reason is Reason.ARTICLE_MISSING


def test_a_page_in_place_of_the_data_is_read_as_a_page() -> None:
    body = f"<html><body><h1>南坡三百亩小麦颗粒归仓</h1><p>2026-10-01 08:00</p>{TEXT}</body></html>"
    url = "https://boot-source.xuexi.cn/data/app/11891749402835700001.js"
    article = ruralnews.extract(body.encode(), url)
    assert article is not None
    assert article.title == "南坡三百亩小麦颗粒归仓"


KEYS = st.sampled_from("title data time names content html pictures url".split())
VALUES = st.none() | st.booleans() | st.integers() | st.text()


@given(
    st.dictionaries(
        KEYS,
        st.recursive(
            VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner)
        ),
    )
)
def test_any_data_gives_text_or_a_reason(document: dict[str, Any]) -> None:
    assert isinstance(value(document, RULES, "author"), str)
    list(data_candidates(document, RULES))
    with suppress(ExtractionError):
        as_markup(document, RULES)
