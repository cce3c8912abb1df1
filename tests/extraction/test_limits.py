"""Pages that would exhaust the parser are held back before it sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from ruralnews.errors import ExtractionError
from ruralnews.extraction.limits import (
    ATTRIBUTE_LIMIT,
    FEW,
    LARGE,
    REOPENED_LIMIT,
    TAG_LIMIT,
    check_markup,
)
from ruralnews.reasons import Reason


def fonts(count: int, tag: str = "font") -> str:
    """Paragraphs, each with a formatting element that no end tag closes."""
    return "".join(f"<p><{tag} size={number}>" for number in range(count))


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * (LARGE + 1),
        "<ul><li>" * LARGE,
        "<div><p></zz>" * LARGE,
        "<a href='/1.html'>文</a>" * (TAG_LIMIT // 2 + 1),
        fonts(FEW),
        fonts(FEW, "FoNt"),
        fonts(300) + "<p>文" * FEW,
        "<div " + " ".join(f"a{n}=1" for n in range(9000)) + ">文",
        '<p title=">" ' + " ".join(f"a{n}" for n in range(9000)) + ">",
        "<p " + "x " * (3 * ATTRIBUTE_LIMIT),
        "<p " + "x/" * (3 * ATTRIBUTE_LIMIT) + ">文</p>",
        "<p " + "x='1'" * (3 * ATTRIBUTE_LIMIT) + ">文</p>",
        "<p " + "x < " * (3 * ATTRIBUTE_LIMIT) + ">文</p>",
    ],
    ids=[
        *(
            "deep",
            "lists",
            "unknown ends",
            "links",
            "fonts",
            "mixed case",
            "few fonts",
            "attributes",
            "quoted",
        ),
        *("open tag", "slashes", "glued", "stray brackets"),
    ],
)
def test_a_page_made_to_exhaust_the_parser_is_rejected(markup: str) -> None:
    with pytest.raises(ExtractionError, match="are allowed") as raised:
        check_markup(markup.encode())
    assert raised.value.reason is Reason.PAGE_REJECTED


@pytest.mark.parametrize(
    "markup",
    [
        "<td><font size=2>文" * 6000,
        "<p><font color=red>文" * 6000,
        "<li><a href='/1.html'>文</a>" * 20_000,
        "<li><a href='/1.html'>文</a><span>日</span></li>" * 15_000,
        "<tr><td>文<td>文" * 20_000,
        "文<br>" * (TAG_LIMIT - 1),
        "<img src='data:image/png;base64," + "A" * 50_000 + "'><p>文</p>",
        "<script>" + "if(a<b){c(d)};" * 5000 + "</script><p>文</p>",
        "<p>" + "many words and no tag " * 4000,
        fonts(100) + "<td>文</td>" * 3000,
    ],
    ids=[
        "cells",
        "paragraphs",
        "list",
        "closed list",
        "rows",
        "breaks",
        "picture",
        "script",
        "text",
        "one hundred fonts",
    ],
)
def test_an_honest_page_without_end_tags_is_read(markup: str) -> None:
    check_markup(markup.encode())


@pytest.mark.parametrize(
    ("kinds", "later"), [(16, 38_000), (50, 13_000), (200, 2_900), (600, 1_200)]
)
def test_what_is_let_through_stays_below_the_limit_of_elements(kinds: int, later: int) -> None:
    page = fonts(kinds) + "<p>文" * later
    check_markup(page.encode())
    body = LexborHTMLParser(page).body
    assert body is not None
    assert sum(1 for _ in body.traverse()) < REOPENED_LIMIT


@given(st.text("<>/'\"= abfontp\n", max_size=400))
def test_any_markup_is_judged(markup: str) -> None:
    check_markup(markup.encode())
