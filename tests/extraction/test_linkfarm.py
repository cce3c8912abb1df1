"""The farm is built after the one hijacked page that is known; the honest lists are invented."""

from __future__ import annotations

import pytest

from ruralnews.extraction.body import find_body, read_body
from ruralnews.extraction.linkfarm import find_farms
from ruralnews.extraction.listing import read_listing
from ruralnews.extraction.page import Page, read_page
from ruralnews.items import Removal
from ruralnews.library import extract

FARM = (
    "双辽市 静宁县 五家渠市 南平市 宜春市 湛江市 肇州县 遂溪县 连州市 嘉定区 黔东 都安 南涧".split()
)
TEXT = "柳湾镇把春管现场会开到了田埂上，村干部围着麦田听技术员讲课，一听就懂。"


def links(names: list[str], host: str, joint: str) -> str:
    return joint.join(
        f'<a href="http://{host.format(n)}/">{name}</a>' for n, name in enumerate(names)
    )


def page_of(farm: str, *, inside: bool = False) -> Page:
    body = f"<p>{TEXT}</p>" * 2 + f"<p>{TEXT[::-1]}</p>" + "<p>责编：谷雨生</p>"
    body = f"<div class=TRS_Editor>{body}{farm if inside else ''}</div>{'' if inside else farm}"
    return read_page(f"<html><body>{body}</body></html>".encode(), "http://www.example.com/a.html")


UNRELATED = "x{0}.shop{0}.com"


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(
    "farm",
    [
        links(FARM, UNRELATED, "| "),
        f"<div>{links(FARM, UNRELATED, '|')}</div>",
        "".join(f"<li>{link}</li>" for link in links(FARM, UNRELATED, "#").split("#")),
        f"<div style='display:none'>{links(FARM, UNRELATED, '<br>')}</div>",
        f"</body></html><div>{links(FARM, UNRELATED, ' ')}</div>",
    ],
    ids=["bare", "block", "list", "hidden", "behind the document"],
)
def test_a_farm_is_dropped_and_counted_wherever_it_stands(farm: str, *, inside: bool) -> None:
    page = page_of(farm, inside=inside)
    run = find_body(page)
    assert run is not None
    raw, _, _, removed = read_body(page, None, run)
    assert not any(name in line for name in FARM for line in raw.lines)
    assert any(r.rule == "link-farm" and r.chars >= len("".join(FARM)) for r in removed)
    (found,) = find_farms(page)
    assert len(found.hosts) == len(FARM)


@pytest.mark.parametrize(
    ("names", "host", "joint"),
    [
        (FARM, "www.county{}.gov.cn", " "),
        (FARM, "county{}.news.example.cn", "| "),
        (FARM[:4], UNRELATED, "|"),
        ("双辽市 梨树县 公主岭市 伊通满族自治县 磐石市 蛟河市 桦甸市".split(), UNRELATED, " "),
        ("首页 新闻 乡村 党建 农技 视频 专题 评论".split(), UNRELATED, " "),
        ([*FARM[:3], "乡村振兴", "基层党建", "农业技术", "视频新闻"], UNRELATED, " "),
    ],
    ids=["counties", "branches of a portal", "four", "media of a province", "menu", "mixed menu"],
)
def test_an_honest_list_stays(names: list[str], host: str, joint: str) -> None:
    assert find_farms(page_of(links(names, host, joint))) == []


def test_the_record_names_the_hosts_of_a_farm_and_no_link_to_them() -> None:
    farm = links(FARM, UNRELATED, "|")
    page = f"<title>春管到田头</title><h1>春管到田头</h1><p>2024-03-05 09:10</p><p>{TEXT}</p>{farm}"
    article = extract(f"<html><body>{page}</body></html>".encode(), "http://www.example.com/a.html")
    assert article is not None
    assert "x0.shop0.com" in article.raw["removed"].split()
    assert len(article.raw["removed"].split()) == len(FARM)
    assert "spam-dropped" in article.warnings
    record = article.to_record()
    record["raw"] = {}
    assert "shop0" not in str(record)


def test_a_farm_on_a_list_names_no_article() -> None:
    rows = "".join(
        f'<li><a href="/2024/0305/{n}.html">柳湾镇第{n}块麦田浇返青水</a><b>03-05</b></li>'
        for n in range(8)
    )
    html = f"<html><body><ul>{rows}</ul>{links(FARM * 3, UNRELATED, '|')}</body></html>"
    page = read_page(html.encode(), "http://www.example.com/list.html")
    found = read_listing(page)
    assert len(found.links) == 8
    assert not any("shop" in link.url for link in found.links)


def test_places_in_a_sentence_are_no_farm() -> None:
    sentence = "受灾的有" + links(FARM, UNRELATED, "、") + "等地，救灾正在进行。"
    page = page_of(f"<p>{sentence}</p>", inside=True)
    assert find_farms(page) == []


def test_a_page_without_farm_reports_nothing() -> None:
    page = page_of("")
    run = find_body(page)
    assert run is not None
    assert Removal("link-farm", 0) not in read_body(page, None, run)[3]
