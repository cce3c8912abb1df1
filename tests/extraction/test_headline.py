from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from ruralnews.extraction.headline import find_headline
from ruralnews.extraction.metas import read_metas
from ruralnews.extraction.titles import title_parts
from ruralnews.extraction.walk import walk_page

if TYPE_CHECKING:
    from ruralnews.extraction.headline_text import Headline

TEXT = "<p>某县今年粮食丰收，合作社的晒场上铺满稻谷，乡亲们说，这是路修通以后的第三个丰年。</p>"
TITLE = "某县粮食丰收 晒场铺满稻谷"


def headline_of(head: str, body: str) -> Headline | None:
    page = LexborHTMLParser(f"<html><head>{head}</head><body>{body}{TEXT}</body></html>")
    assert page.root is not None
    assert page.body is not None
    walk = walk_page(page.body)
    end = len(walk.lines)
    return find_headline(walk, read_metas(page.root, walk), (end - 1, end))


PAGES = [
    (f"<title>{TITLE}_示例网</title>", f"<h1>{TITLE}</h1>"),
    (f"<title>{TITLE}-示例频道-示例网</title>", f"<h1>示例网</h1><div>{TITLE}</div>"),
    (f"<title>{TITLE}</title>", f"<h1>全部导航</h1><h1>{TITLE}</h1><h3>相关阅读</h3>"),
    (f"<title>示例网 {TITLE}</title>", f"<h2>{TITLE}</h2><p>2024-05-09</p>"),
    ("<title>示例网</title>", f"<h3 class='tit'>{TITLE}</h3><p>2024-05-09 来源：示例报</p>"),
    (f"<title>{TITLE}|示例网</title>", "<h1>某县粮食丰收<br>晒场铺满稻谷</h1>"),
    (f"<title>{TITLE}--示例网</title>", "<h1>某县<b>粮食</b>丰收&nbsp;晒场铺满稻谷</h1>"),
    (f"<title>{TITLE}_示例网</title>", "<p>某县粮食丰收</p><p>晒场铺满稻谷</p>"),
    (f"<title>{TITLE}_示例网</title>", f"<p>（原标题：{TITLE}）</p><h1>{TITLE}</h1>"),
    (
        f"<title>示例网</title><meta name='ArticleTitle' content='{TITLE}'>",
        f"<h2>{TITLE} <span>2024-05-09</span> 来源：示例报</h2>",
    ),
]


@pytest.mark.parametrize(("head", "body"), PAGES)
def test_the_headline_is_the_line_the_page_agrees_with(head: str, body: str) -> None:
    headline = headline_of(head, body)
    assert headline is not None
    assert headline.text.replace("\u00a0", " ") == TITLE


def test_a_bar_in_the_element_of_the_headline_is_kept_apart() -> None:
    headline = headline_of(f"<title>{TITLE}_网</title>", f"<h1>{TITLE} 来源：示例报</h1>")
    assert headline is not None
    assert (headline.text, headline.rest) == (TITLE, "来源：示例报")


@pytest.mark.parametrize(
    "title",
    [
        "示例日报评论员：再谈某县粮食丰收",
        "某部2024年5月9日例行发布会实录",
        "图说某县｜晒场铺满稻谷",
    ],
)
def test_a_label_or_date_inside_a_headline_stays(title: str) -> None:
    headline = headline_of(f"<title>{title}_示例网</title>", f"<h1>{title}</h1>")
    assert headline is not None
    assert headline.text == title


@pytest.mark.parametrize("head", ["<title>示例网</title>", ""])
def test_a_headline_of_two_characters_stands_right_above_the_bar(head: str) -> None:
    headline = headline_of(head, "<h2>副刊</h2><h1>老井</h1><p>2024-05-09 来源：示例报</p>")
    assert headline is not None
    assert headline.text == "老井"


def test_a_page_of_links_has_none() -> None:
    assert headline_of("", "<ul><li><a href='/'>某县粮食丰收</a></li></ul>") is None


@pytest.mark.parametrize("title", ["甲_乙_丙", "甲 - 乙 - 丙", "甲--乙--丙", "甲|乙|丙"])
def test_suffixes_of_a_title_are_cut_from_the_end(title: str) -> None:
    assert title_parts(title)[0] == "甲"
    assert title_parts(title)[-1] == title
