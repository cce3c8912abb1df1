"""The headline is found under every spelling of `<title>` in every layout of the page."""

from __future__ import annotations

import pytest

from ruralnews.library import extract

HEADLINES = (
    "稻香镇召开秋收现场会",
    "“小田”变“大田” 种粮更省力",
    "青禾：一粒米的旅行——稻香镇产业观察",
    "丰收了！",
    "稻香镇2026-2027年度冬春农田水利建设启动",
    "党建引领 | 稻香镇推行“网格+”治理",
)
TITLES = (
    "{h}",
    "{h}_要闻_青禾网",
    "{h} | 青禾网",
    "{h}--青禾频道--青禾网",
    "{h}——青禾县人民政府网站",
    "青禾网-{h}",
    "要闻 - {h} - 青禾网",
    "青禾县人民政府 要闻 {h}",
    "青禾县人民政府门户网站",
    "{h} &gt; 青禾网",
    "",
)
LAYOUTS = (
    "<h1>{h}</h1>{bar}{text}",
    "<h1>青禾网</h1><h2>{h}</h2>{bar}{text}",
    "<div class=x>{h}</div>{bar}{text}",
    "<table><tr><td>{h}</td></tr><tr><td>{bar}</td></tr><tr><td>{text}</td></tr></table>",
    "{bar}<h2>{h}</h2>{text}",
    "<h2>{h}</h2><h3>——稻香镇见闻</h3>{bar}{text}",
    "<h1>{h}</h1><div><a>分享</a><a>打印</a></div><div>A+ A-</div>{bar}{text}",
)
BAR = "<div>2021-09-30 10:20　来源：青禾日报</div>"
TEXT = (
    "<p>入秋以来，青禾县稻香镇的万亩稻田陆续进入收割期，金黄的稻浪随风起伏。</p>"
    "<p>为了让农户少跑腿，镇里组织党员干部成立了六支助收服务队，上门帮忙。</p>"
)
FOOT = "<div>版权所有 青禾网</div>"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("title", TITLES)
def test_finds_the_headline(title: str, layout: str) -> None:
    for headline in HEADLINES:
        head = f"<meta charset=utf-8><title>{title.format(h=headline)}</title>"
        body = layout.format(h=headline, bar=BAR, text=TEXT)
        html = f"<html><head>{head}</head><body>{body}{FOOT}</body></html>"
        article = extract(html.encode(), "http://www.example.com/1.html")
        assert article is not None
        assert article.title == headline
