"""What is seen in the pages of a portal that nobody described."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import test_portals as saved
from hypothesis import given
from hypothesis import strategies as st

from ruralnews.errors import OutputError
from ruralnews.portals import generic_portal, load_families, load_portals, portal_from_text
from ruralnews.portals.model import ListingRules
from ruralnews.scouting.arrays import find_arrays
from ruralnews.scouting.cases import article_case, case_folder, read_article_page, write_case
from ruralnews.scouting.families import recognise
from ruralnews.scouting.fetched import Fetched
from ruralnews.scouting.hidden import hidden_lists
from ruralnews.scouting.lists import dated_url, find_list, page_numbers
from ruralnews.scouting.patterns import article_patterns
from ruralnews.scouting.proposal import profile_text, propose
from ruralnews.scouting.report import questions
from ruralnews.scouting.survey import Survey

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "柳湾村把议事会开到田埂上"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FAMILIES = load_families()
MADE_BY = {slug: p.family for slug, p in load_portals().portals.items() if p.family != "gov"}
"""The rules for government sites hold for several CMS, which are recognised first."""


def pages_of(slug: str, kind: str) -> list[Fetched]:
    cases = [case for case in saved.CASES if (case.slug, case.kind) == (slug, kind)]
    return [Fetched(c.meta["url"], *c.response(), c.fetched_at) for c in cases]


@pytest.mark.parametrize("slug", [slug for slug, family in MADE_BY.items() if family])
def test_the_saved_pages_of_a_portal_show_its_family(slug: str) -> None:
    pages = pages_of(slug, "list") + pages_of(slug, "article")
    found = recognise([f"{page.url}\n{page.text}" for page in pages], FAMILIES.values())
    assert found is not None
    assert found.family.name == MADE_BY[slug]


@pytest.mark.parametrize("slug", sorted(load_portals().portals))
def test_a_profile_proposed_from_the_saved_pages_finds_their_articles(slug: str) -> None:
    first, *_ = (case for case in saved.LISTS if case.slug == slug and "kind" not in case.meta)
    page, *_ = (one for one in pages_of(slug, "list") if one.url == first.meta["url"])
    found = find_list(page, generic_portal(page.url, slug))
    survey = Survey(
        generic_portal(page.url, "hemiao"),
        FAMILIES,
        [page],
        found,
        articles=pages_of(slug, "article"),
    )
    proposal = propose(survey, found, {}, FAMILIES)
    family = proposal.recognised.family.listing if proposal.recognised else ListingRules()
    text = profile_text(proposal, family, "2026-11-22")
    rules = portal_from_text("hemiao", text).listing
    assert len([line for line in text.splitlines() if line]) <= 15
    for link in first.expected["links"]:
        assert any(pattern.search(link["url"]) for pattern in rules.article)


def test_no_sign_is_no_family() -> None:
    assert recognise(["<html>"], FAMILIES.values()) is None
    assert recognise([], FAMILIES.values()) is None


@pytest.mark.parametrize(
    ("paths", "patterns"),
    [
        (["/a/202611/t20261101_71.html"], [r"/\d{6}/t\d{8}_\d+\.html$"]),
        (["/2026/11/9/88101.html", "/2026/9/12/88102.html"],
         [r"/\d{4}/\d{1,2}/\d{1,2}/(?P<id>\d+)\.html$"]),
        (["/c/7_88101_1.html", "/c/7_88102_1.html"], [r"/\d+_(?P<id>\d{4,})_\d+\.html$"]),
        (["/n1/2026/1109/c9-88101.html"], [r"/n\d+/\d{4}/\d{4}/c\d+-(?P<id>\d+)\.html$"]),
        (["/show.php?id=88101", "/show.php?cat=3&id=88102"],
         [r"/show\.php\?(?:.*&)?id=(?P<id>\d{4,})(?:&|$)"]),
        (["/news/harvest-day.html", "/news/village.html"], [r"/news/[^/?]+\.html(?:\?|$)"]),
        (["/x/" + "0a" * 16 + "/c.html"], [r"/(?P<id>[0-9a-f]{32})/c\.html$"]),
        (["/i/12345678-1234-1234-1234-123456789abc"],
         [r"/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$"]),
        (["/v/1GhXyZ12QwEr", "/v/7TgbNhY66Ujm"], [r"/(?P<id>\w+)$"]),
        (["/p/88101_20261109123000.html"], [r"/(?P<id>\d+)_\d{14}\.html$"]),
        ([], []),
    ],
)  # fmt: skip
def test_addresses_are_generalised(paths: list[str], patterns: list[str]) -> None:
    urls = ["http://hemiao.example" + path for path in paths]
    found = article_patterns(urls)
    assert all(any(re.search(pattern, url) for pattern in found) for url in urls)
    assert found == patterns


ADDRESS = r"[ab]{0,2}(/[a-c029_-]{1,9}){1,3}(\.s?html)?(\?(c=[ab]&)?(id|x)=[0-9a]{1,5}(&b=c)?)?"


@given(st.lists(st.from_regex(ADDRESS, fullmatch=True), max_size=6))
def test_a_pattern_meets_the_addresses_it_was_made_from(paths: list[str]) -> None:
    urls = [f"http://hemiao.example/{path}" for path in paths]
    found = article_patterns(urls)
    assert len(found) <= 4
    if len(found) < 4:
        assert all(any(re.search(pattern, url) for pattern in found) for url in urls)


@given(st.text("[]{}\"':,=ab1 ", max_size=60))
def test_no_text_breaks_the_search_for_arrays(text: str) -> None:
    assert find_arrays(text, is_page=False) == []
    rows = [{"link": f"/i/{n}.html", "title": f"{TITLE}{n}"} for n in range(3)]
    script = f"var a = {text}\nvar rows = {json.dumps(rows)};"
    found = find_arrays(f"<html><script>{script}</script>", is_page=True)
    assert [(array.size, array.rules.fields.title) for array in found] == [(3, ("title",))]


def test_a_list_of_many_forms_gives_the_commonest() -> None:
    urls = [f"http://hemiao.example/{word}{n}.html" for word in "abcdef" for n in (88101, 88102)]
    assert len(article_patterns(urls)) == 4


ENTRY = '{"cat": "村务要闻", "name": "柳湾村把议事会开到田埂上", "summary": "柳湾村摘要", '


@pytest.mark.parametrize(
    ("text", "array", "fields"),
    [
        (f'[{ENTRY}"u": "/a/1.html", "t": "2026-11-01"}}]', "", ("u", "name", "t")),
        (f'cb({{"d": {{"l": [{ENTRY}"u": "a/1.html"}}]}}}});',
         "d.l", ("u", "name", "date")),
        (f'{{"menu": [{{"u": "/"}}], "rows": [{ENTRY}"link": "/a/1", "ctime": 1790000000}}]}}',
         "rows", ("link", "name", "ctime")),
    ],
)  # fmt: skip
def test_the_values_of_a_json_list_are_told_apart(
    text: str, array: str, fields: tuple[str, str, str]
) -> None:
    found, *_ = find_arrays(text, is_page=False)
    assert found.rules.array == array
    names = found.rules.fields
    assert (names.url, names.date) == ((fields[0],), (fields[2],))
    assert names.title in {(fields[1],), ("cat",), ("summary",)}


@pytest.mark.parametrize(
    "text", ["", "{", "[1, 2]", '{"a": [{"b": 1}]}', "[[[[[[[]]]]]]]", "alert()"]
)
def test_data_without_articles_is_no_list(text: str) -> None:
    assert find_arrays(text, is_page=False) == []


@pytest.mark.parametrize(
    ("url", "dated"),
    [
        (
            "http://x.example/pc/layout/202611/22/node_1.html",
            "/pc/layout/{YYYY}{MM}/{DD}/node_1.html",
        ),
        ("http://x.example/html/2026-11/22/node_2.htm", "/html/{YYYY}-{MM}/{DD}/node_2.htm"),
        ("http://x.example/2026/20261122/node.html", "/2026/{YYYY}{MM}{DD}/node.html"),
        ("http://x.example/yw/index.html", "/yw/index.html"),
    ],
)
def test_the_day_in_the_address_of_an_issue_is_marked(url: str, dated: str) -> None:
    assert dated_url(url) == "http://x.example" + dated


@pytest.mark.parametrize(
    ("url", "numbers"),
    [
        ("/NewsList_0.json", ("NewsList_{n}.json", 1)),
        ("/list.json?pageNo=1&size=20", ("?pageNo={n}", 2)),
        ("/ds_0a1b2c3d4e5f60718293a4b5c6d7e8f9.json", ("", 2)),
        ("/list.json", ("", 2)),
    ],
)
def test_numbered_lists_are_known_by_their_first(url: str, numbers: tuple[str, int]) -> None:
    assert page_numbers("http://x.example/a" + url) == numbers


def hanging(text: str) -> Fetched:
    return Fetched("http://hemiao.example/yw/", text.encode(), {}, NOW)


def test_a_page_that_is_no_list_is_lost_with_its_reason() -> None:
    survey = Survey(generic_portal("http://hemiao.example/yw/", "hemiao"), FAMILIES)
    assert survey.take(hanging("<html><body><p>维护中</p></body></html>")) == []
    assert survey.found is None
    assert survey.lost == [("http://hemiao.example/yw/", "it names no article that could be found")]


def test_articles_beside_the_list_widen_the_hosts_to_the_domain() -> None:
    links = "".join(
        f"<li><a href='http://news.hemiao.com.cn/a/{n}.html'>柳湾村把议事会开到田埂上{n}</a></li>"
        for n in (88101, 88102, 88103, 88104)
    )
    url = "http://list.hemiao.com.cn/yw/"
    survey = Survey(generic_portal(url, "hemiao"), FAMILIES)
    wanted = survey.take(Fetched(url, f"<html><body><ul>{links}</ul></body></html>".encode()))
    assert survey.portal.hosts == ("hemiao.com.cn",)
    assert len(wanted) == 3


def test_links_to_another_domain_are_left_out_and_said() -> None:
    links = "".join(
        f"<li><a href='{host}/a/{n}.html'>柳湾村把议事会开到田埂上{n}</a></li>"
        for host in ("", "http://elsewhere.example")
        for n in (88101, 88102, 88103, 88104)
    )
    survey = Survey(generic_portal("http://hemiao.example/yw/", "hemiao"), FAMILIES)
    assert len(survey.take(hanging(f"<html><body><ul>{links}</ul></body></html>"))) == 3
    assert survey.found is not None
    proposal = propose(survey, survey.found, {}, FAMILIES)
    asked = list(questions(proposal, []))
    assert any("4 of 8 links" in one and "elsewhere.example" in one for one in asked)
    assert any(one.startswith("body: no article was read") for one in asked)
    assert any(one.startswith("further list pages") for one in asked)


def test_a_value_under_one_of_two_names_is_found_under_both() -> None:
    rows = [
        {"url": f"/a/{n}.html", "title": "" if n % 2 else TITLE, "ovtitle": TITLE if n % 2 else ""}
        for n in range(6)
    ]
    found, *_ = find_arrays(json.dumps(rows), is_page=False)
    assert sorted(found.rules.fields.title) == ["ovtitle", "title"]


def test_recommendations_in_a_script_are_not_the_list() -> None:
    numbers = range(88101, 88105)
    links = "".join(f"<li><a href='/a/{n}.html'>{TITLE}{n}</a></li>" for n in numbers)
    hot = json.dumps([{"url": f"/hot/{n}.html", "title": f"{TITLE}{n}"} for n in range(1000, 1007)])
    page = hanging(f"<html><body><ul>{links}</ul><script>var hot={hot};</script></body></html>")
    found = find_list(page, generic_portal(page.url))
    assert found.rules.kind == "html"
    assert {link.url[-10:] for link in found.listing.links} == {f"{n}.html" for n in numbers}


def test_articles_of_another_domain_only_are_said_to_need_its_host() -> None:
    links = "".join(
        f"<li><a href='http://www.elsewhere.example/a/{n}.html'>{TITLE}{n}</a></li>"
        for n in (88101, 88102, 88103, 88104)
    )
    survey = Survey(generic_portal("http://hemiao.example/yw/", "hemiao"), FAMILIES)
    assert survey.take(hanging(f"<html><body><ul>{links}</ul></body></html>")) == []
    [(_, said)] = survey.lost
    assert said.endswith("--host www.elsewhere.example")


SCRIPTED = """<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head>
<body><script>get("/conf/menu.json", draw); get('list.json?n=1', draw);
get("http://stats.example/x.json"); get(`/api/${id}.json`)</script></body></html>"""


def test_a_page_without_articles_leads_to_what_its_scripts_fetch() -> None:
    survey = Survey(generic_portal("http://hemiao.example/yw/", "hemiao"), FAMILIES)
    page = hanging(SCRIPTED)
    wanted = hidden_lists(page, survey.portal, FAMILIES.values())
    base = "http://hemiao.example"
    assert wanted == [f"{base}/conf/menu.json", f"{base}/yw/list.json?n=1", f"{base}/rss.xml"]
    assert survey.take(page) == wanted[:1]
    assert survey.take(Fetched(wanted[0], b'{"menu": []}')) == wanted[1:2]
    assert survey.lose(wanted[1], "http-404") == []
    assert survey.lost == [(wanted[1], "http-404")]


def test_what_no_article_gave_is_asked_for() -> None:
    page = hanging(
        "<html><body><h1>柳湾村把议事会开到田埂上</h1><div>2026-11-01 08:30</div>"
        f"<div>{'<p>入秋以来，村干部把会议开到田埂上，能办的事当天就办。</p>' * 4}</div>"
        "</body></html>"
    )
    portal = generic_portal(page.url, "hemiao")
    survey = Survey(portal, FAMILIES, [page])
    found = find_list(page, portal)
    asked = list(
        questions(propose(survey, found, {}, FAMILIES), [read_article_page("plain", page, portal)])
    )
    assert {one.partition(":")[0] for one in asked} >= {"source", "author", "editor", "family"}


def test_an_article_without_day_is_asked_for_its_place() -> None:
    text = "入秋以来，村干部把会议开到田埂上，一笔一笔写得清清楚楚，能办的事当天就办。" * 3
    page = hanging(
        f"<html><title>{TITLE}_禾苗网</title><body><h1>{TITLE}</h1><i>11-20 09:30</i>"
        f"<b>来源：禾苗网</b><div>{f'<p>{text}</p>' * 3}</div></body></html>"
    )
    portal = generic_portal(page.url, "hemiao")
    proposal = propose(Survey(portal, FAMILIES, [page]), find_list(page, portal), {}, FAMILIES)
    asked = list(questions(proposal, [read_article_page("plain", page, portal)]))
    assert any(one.startswith("published: a crawl takes the day") for one in asked)
    assert any(one.startswith("plain: http://hemiao.example/yw/ gave no") for one in asked)


def test_a_case_says_that_nobody_has_checked_it(tmp_path: Path) -> None:
    page = hanging("<html><body><p>页面不存在</p></body></html>")
    case = article_case(read_article_page("gone", page, generic_portal(page.url)))
    folder = case_folder(tmp_path, "hemiao", case)
    assert folder == tmp_path / "hemiao" / "2026-11-22-gone"
    write_case(folder, case)
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    assert meta["checked"] is False
    assert meta["fetched_at"] == "2026-11-22T20:00:00+08:00"
    assert json.loads((folder / "expected.json").read_text("utf-8")) == {
        "reason": "article-missing"
    }
    with pytest.raises(OutputError, match="is there already"):
        write_case(folder, case)


def test_what_a_portal_calls_itself_cannot_break_the_profile() -> None:
    page = hanging('<html><title>要闻_禾"苗\\\x1b[31m网\x85</title></html>')
    portal = generic_portal(page.url, "hemiao")
    found = find_list(page, portal)
    proposal = propose(Survey(portal, FAMILIES, [page]), found, {}, FAMILIES)
    text = profile_text(proposal, ListingRules(), "2026-11-22")
    assert portal_from_text("hemiao", text).name == proposal.portal.name.replace("\x1b", "").strip()
    assert "\x1b" not in text
