"""Who is read as author, and what as source, from the lines of `credit_lines.tsv`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ruralnews.library import extract

if TYPE_CHECKING:
    from ruralnews.items import Article

TABLE = Path(__file__).with_name("credit_lines.tsv").read_text("utf-8").splitlines()[1:]
ROWS = [line.split("\t") for line in TABLE]
BAR = "2021-09-30 10:20　来源：青禾日报"
PLACES = {
    "bar": (
        "<div><span>{bar}</span>　<span>{text}</span></div><p>{one}</p><p>{two}</p>",
        "<div>{bar}</div><div>{text}</div><p>{one}</p><p>{two}</p>",
    ),
    "head": ("<div>{bar}</div><p>{text} {one}</p><p>{two}</p>",),
    "end": (
        "<div>{bar}</div><p>{one}</p><p>{two}{text}</p>",
        "<div>{bar}</div><div><p>{one}</p><p>{two}</p><p>{text}</p></div>",
    ),
    "foot": (
        "<div>{bar}</div><div><p>{one}</p><p>{two}</p><p>{text}</p></div>",
        "<div>{bar}</div><div><p>{one}</p><p>{two}</p></div><div>{text}</div>",
    ),
}
ONE = "入秋以来，青禾县稻香镇的万亩稻田陆续进入收割期，金黄的稻浪随风起伏，一派丰收景象。"
TWO = "为了让农户少跑腿，镇里组织党员干部成立了六支助收服务队，对缺劳力的家庭上门帮忙。"
TOOLS = (
    "保护视力色 朗读 手机版 打印本页 我要纠错 234次浏览 约1200字 要闻版 周三 主动公开 展开".split()
)
SOURCES = "青禾观察 南方+ 农民某报·某国农网 央视新闻 求是 稻香镇 县委办 人民日报海外版 36氪".split()
BESIDE = (
    "<div><span>2021-09-30 10:20</span> <span>{text}</span></div>",
    "<div><span>{text}</span><span>2021-09-30 10:20</span></div>",
    "<div>{text}</div><div>2021-09-30 10:20</div>",
)


def read(inner: str) -> Article:
    head = "<meta charset=utf-8><title>稻香镇召开秋收现场会-青禾网</title>"
    page = f"<html><head>{head}</head><body><h1>稻香镇召开秋收现场会</h1>{inner}</body></html>"
    article = extract(page.encode(), "http://www.example.com/1.html")
    assert article is not None
    assert article.title == "稻香镇召开秋收现场会"
    return article


@pytest.mark.parametrize(("place", "text", "authors"), ROWS)
def test_reads_the_authors_of_a_line(place: str, text: str, authors: str) -> None:
    for form in PLACES[place]:
        article = read(form.format(bar=BAR, text=text, one=ONE, two=TWO))
        assert article.author == authors.split()
        assert article.source == "青禾日报"


@pytest.mark.parametrize("form", BESIDE)
def test_takes_no_tool_beside_the_date_for_a_source_or_an_author(form: str) -> None:
    for tool in TOOLS:
        article = read(form.format(text=tool) + f"<p>{ONE}</p><p>{TWO}</p>")
        assert (article.source, article.author) == (None, []), tool


@pytest.mark.parametrize("form", BESIDE)
def test_takes_the_medium_beside_the_date_for_the_source(form: str) -> None:
    for source in SOURCES:
        article = read(form.format(text=source) + f"<p>{ONE}</p><p>{TWO}</p>")
        assert (article.source, article.author) == (source, []), source
