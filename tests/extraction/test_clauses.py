"""What is printed of each field, and how: the rows of `clauses.tsv`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ruralnews.library import extract

TABLE = Path(__file__).with_name("clauses.tsv").read_text("utf-8").splitlines()[1:]
ROWS = [line.split("\t") for line in TABLE]
PARTS = {
    "one": "入秋以来，青禾县稻香镇的万亩稻田陆续进入收割期，金黄的稻浪随风起伏，一派丰收景象。",
    "two": "为了让农户少跑腿，镇里组织党员干部成立了六支助收服务队，对缺劳力的家庭上门帮忙。",
    "bar": "2024-05-09 10:00　来源：青禾日报",
    "h1": "<h1>稻香镇召开秋收现场会</h1>",
}
PARTS["text"] = f"<p>{PARTS['one']}</p><p>{PARTS['two']}</p>"
HEAD = "<meta charset=utf-8><title>稻香镇召开秋收现场会_青禾网</title>"
MENU = "<div><a href=/>首页</a><a href=/a>要闻</a></div>"
FOOT = "<div><p>主办：青禾县融媒体中心 版权所有</p></div>"
FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
SIZES = {"day": 10, "minute": 16, "second": 19}


@pytest.mark.parametrize("field", sorted({row[0] for row in ROWS}))
def test_reads_the_field(field: str) -> None:
    wrong = [
        (body, expected, value)
        for name, expected, head, body in ROWS
        if name == field and (value := read(field, head, body)) != expected.format(**PARTS)
    ]
    assert wrong == []


def read(field: str, head: str, body: str) -> str:
    """The value of a field in the spelling of the table."""
    head = HEAD + head.strip("-")
    page = f"<html><head>{head}</head><body>{MENU}{body.format(**PARTS)}{FOOT}</body></html>"
    article = extract(page.encode(), "http://www.example.com/1.html", fetched_at=FETCHED)
    if article is None:
        return "-" if field == "published" else "no article"
    value = getattr(article, field)
    if field == "published":
        value = value[: SIZES[article.published_precision]].replace("T", " ")
    return (" ".join(value) if isinstance(value, list) else value or "").replace("\n", " ¶ ") or "-"
