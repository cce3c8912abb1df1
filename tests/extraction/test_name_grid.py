"""Every kind of name in every place and form that names two authors."""

from __future__ import annotations

from itertools import product

import pytest
from test_credit_lines import BAR, ONE, TWO, read

FIRST = {"张禾田": "张禾田", "王　稻": "王稻", "诸葛青禾": "诸葛青禾", "扎西次仁": "扎西次仁"}
SECOND = {"孙立夏": "孙立夏", "古丽·买买提": "古丽·买买提", "郄 青": "郄青"}
PLACES = {
    "dateline": (
        "<p>{line}{ONE}</p><p>{TWO}</p>",
        "本报讯（记者{a} 通讯员{b}）",
        "本报讯 记者 {a}、{b}报道：",
        "青禾网青禾5月9日电 （记者{a}、{b}）",
        "青禾网5月9日讯（{a} {b}）",
        "（通讯员 {a} 记者 {b}）",
    ),
    "closing": (
        "<p>{ONE}</p><p>{TWO}{line}</p>",
        "（记者 {a} 通讯员 {b}）",
        "（青禾融媒记者{a} {b}）",
        "（青禾县融媒体中心 {a} {b}）",
        "（供稿：{a} {b}）",
        "（文/{a} {b}）",
    ),
    "foot": (
        "<p>{ONE}</p><p>{TWO}</p><p>{line}</p>",
        "记者：{a}　通讯员：{b}",
        "文丨{a} {b}",
        "供稿：{a}　{b}",
        "（青禾县委办　{a}　{b}）",
        "全媒体记者：{a}、{b}",
    ),
    "byline": (
        "<p>{line}</p><p>{ONE}</p><p>{TWO}</p>",
        "本报记者　{a}　{b}",
        "新华社记者{a}、{b}",
        "■{a}　{b}",
        "文/{a} {b}",
    ),
    "bar": (
        "<p>{ONE}</p><p>{TWO}</p>",
        "作者：{a}、{b}",
        "作者：青禾融媒 {a} {b}",
        "记者 {a} {b}",
        "供稿：{a} {b}",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_reads_two_names_of_every_kind(place: str) -> None:
    text, *forms = PLACES[place]
    for form, a, b in product(forms, FIRST, SECOND):
        line = form.format(a=a, b=b)
        bar = f"{BAR}　{line}" if place == "bar" else BAR
        article = read(f"<p>{bar}</p><div>{text.format(line=line, ONE=ONE, TWO=TWO)}</div>")
        assert article.author == [FIRST[a], SECOND[b]], line
