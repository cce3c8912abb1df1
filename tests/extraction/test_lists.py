"""Every kind of list: what it gives, where it goes on, and what is no such list."""

from __future__ import annotations

import gzip
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ruralnews.errors import ExtractionError
from ruralnews.extraction import list_xml
from ruralnews.extraction.list_entries import list_day
from ruralnews.extraction.list_xml import form_of
from ruralnews.extraction.lists import READERS, read_list
from ruralnews.extraction.paging import numbered_next
from ruralnews.extraction.sniffing import is_cut
from ruralnews.portals.model import LIST_KINDS, Column, ListFields, ListingRules, Portal
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from ruralnews.extraction.listing import Listing

HOST = "http://www.hemiao.example"
FIRST = f"{HOST}/xc/list_0.json"
ARTICLE = re.compile(r"/\d{4}/\d{2}/(?P<id>\d+)\.html$")


def portal_of(kind: str = "html", url: str = FIRST, **rules: Any) -> Portal:
    rules.setdefault("article", (ARTICLE,))
    return Portal("hemiao", "禾苗网", ("hemiao.example",), (Column("要闻", url),), None,
                  ListingRules(kind=kind, **rules))  # fmt: skip


def read(body: str | bytes, portal: Portal, url: str = FIRST, **more: Any) -> Listing:
    return read_list(body.encode() if isinstance(body, str) else body, url, portal, **more)


def said(listing: Listing) -> list[tuple[str, str, str | None]]:
    return [(link.url, link.title, link.date) for link in listing.links]


ENTRIES = [
    {
        "url": "/2024/05/1.html",
        "title": "柳湾镇的<a href='#'>田埂</a>课",
        "date": "2024-05-20 08:00",
    },
    {"url": f"{HOST}/2024/05/2.html", "title": "石磨村 &amp; 竹编", "date": 1716199200000},
    {"url": "/index.htm", "title": "栏目首页", "date": ""},
    {"url": "javascript:void(0)", "title": "无", "date": None},
]
SAID = [
    (f"{HOST}/2024/05/1.html", "柳湾镇的田埂课", "2024-05-20"),
    (f"{HOST}/2024/05/2.html", "石磨村 & 竹编", "2024-05-20"),
]
ARRAY = json.dumps(ENTRIES, ensure_ascii=False)
JSON: dict[str, tuple[bytes, dict[str, Any]]] = {
    "top level": (ARRAY.encode(), {}),
    "byte order mark": (b"\xef\xbb\xbf" + ARRAY.encode(), {}),
    "in an object": (f'{{"data": {{"list": {ARRAY}}}}}'.encode(), {"array": "data.list"}),
    "JSONP": (f'callback({{"info": {ARRAY}}});'.encode(), {"array": "info"}),
    "a script": (
        f"var _totalPage = [9]; var MI4_PAGE_ARTICLE = {ARRAY};".encode(),
        {"start": re.compile(r"MI4_PAGE_ARTICLE\s*=")},
    ),
    "a page": (
        f"<html><body><script>var item={ARRAY};</script></body></html>".encode(),
        {"start": re.compile(r"item\s*=")},
    ),
    "GB text": (ARRAY.encode("gb18030"), {}),
}


@pytest.mark.parametrize("form", JSON)
def test_a_json_list_in_every_wrapper(form: str) -> None:
    body, rules = JSON[form]
    assert said(read(body, portal_of("json", **rules))) == SAID


def test_single_and_broken_quotes_in_a_script_are_read() -> None:
    body = (
        "<html><script>var item=[{'link_add':'/2024/05/1.html','title':'板凳会'议出'渠水','brief':"
        "'2024-05-20'},{'link_add':'/2024/05/2.html','title':'说\"三\"道','brief':'2024-05-19'}];"
        "var other={'title':'别的'};</script></html>"
    )
    fields = ListFields(url=("link_add",), date=("brief",))
    portal = portal_of("json", start=re.compile(r"item\s*="), fields=fields)
    assert said(read(body, portal)) == [
        (f"{HOST}/2024/05/1.html", "板凳会'议出'渠水", "2024-05-20"),
        (f"{HOST}/2024/05/2.html", '说"三"道', "2024-05-19"),
    ]


def test_the_first_field_that_is_not_empty_counts() -> None:
    body = '[{"ovtitle": "", "title": "备用标题", "url": "/2024/05/1.html"}]'
    portal = portal_of("json", fields=ListFields(title=("ovtitle", "title")))
    assert said(read(body, portal)) == [(f"{HOST}/2024/05/1.html", "备用标题", None)]


NO_JSON = {
    "a page today": "<!DOCTYPE html><html><body>系统维护</body></html>",
    "no list": '{"code": 500}',
    "cut off": '[{"url": "/2024/05/1.ht',
    "text": "没有数据",
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("form", NO_JSON)
def test_what_is_no_json_list_is_unreadable(form: str) -> None:
    with pytest.raises(ExtractionError) as error:
        read(NO_JSON[form], portal_of("json"))
    assert error.value.reason is Reason.LIST_UNREADABLE


def test_a_json_list_goes_on_until_it_is_empty() -> None:
    portal = portal_of("json", pages="list_{n}.json", pages_from=1)
    assert read(ARRAY, portal).next_page == f"{HOST}/xc/list_1.json"
    assert read(ARRAY, portal, f"{HOST}/xc/list_7.json").next_page == f"{HOST}/xc/list_8.json"
    assert read("[]", portal, f"{HOST}/xc/list_8.json").next_page is None


NUMBERED = [
    ("/xc/", "index_{n}.html", 1, "/xc/", "/xc/index_1.html"),
    ("/xc/", "index_{n}.html", 1, "/xc/index_1.html", "/xc/index_2.html"),
    ("/xc/index.html", "index{n}.html", 2, "/xc/index.html", "/xc/index2.html"),
    ("/xc/index.html", "index{n}.html", 2, "/xc/index9.html", "/xc/index10.html"),
    ("/col501.html", "{name}_{n}.html", 2, "/col501.html", "/col501_2.html"),
    ("/col501.html", "{name}_{n}.html", 2, "/col501_2.html", "/col501_3.html"),
    ("/node_11.htm", "node_11_{n}.htm", 2, "/node_11.htm", "/node_11_2.htm"),
    ("/node_11.htm", "{name}_{n}.htm", 2, "/node_11.htm", "/node_11_2.htm"),
    ("/dj/1.shtml", "{n}.shtml", 2, "/dj/1.shtml", "/dj/2.shtml"),
    ("/l?Id=2&page=1", "?page={n}", 2, "/l?Id=2&page=1", "/l?Id=2&page=2"),
    ("/l?Id=2", "?page={n}", 2, "/l?Id=2", "/l?Id=2&page=2"),
]


@pytest.mark.parametrize(("column", "pages", "second", "url", "wanted"), NUMBERED)
def test_the_next_page_by_its_number(
    column: str, pages: str, second: int, url: str, wanted: str
) -> None:
    portal = portal_of(url=HOST + column, pages=pages, pages_from=second)
    assert numbered_next(HOST + url, portal) == HOST + wanted


LIST = (
    '<html><body><ul><li><a href="/2024/05/1.html">柳湾镇春管现场会开到田埂上</a></li></ul>'
    "{}</body></html>"
)


def test_what_a_page_says_about_its_pages_goes_before_the_name_in_the_profile() -> None:
    portal = portal_of(url=f"{HOST}/xc/", pages="p{n}.html")
    script = '<script>createPageHTML(2, {}, "index", "html")</script>'
    assert read(LIST.format(""), portal, f"{HOST}/xc/").next_page == f"{HOST}/xc/p2.html"
    first = read(LIST.format(script.format(0)), portal, f"{HOST}/xc/")
    assert first.next_page == f"{HOST}/xc/index_1.html"
    last = read(LIST.format(script.format(1)), portal, f"{HOST}/xc/index_1.html")
    assert last.next_page is None
    assert read("<html><body><p>没有</p></body></html>", portal, f"{HOST}/xc/").next_page is None


RSS = """<?xml version="1.0" encoding="gb2312"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>禾苗网</title>
<link>http://www.hemiao.example/</link>
<item><title><![CDATA[柳湾镇的田埂课]]></title><link>/2024/05/1.html?a=1&b=2#2024/05/1.html</link>
<pubDate>Mon, 20 May 2024 17:00:00 GMT</pubDate></item>
<item><title>石磨村 & 竹编</title><guid>http://www.hemiao.example/2024/05/2.html</guid>
<dc:date>2024-05-19T23:00:00+08:00</dc:date></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>禾苗网</title>
<entry><title>柳湾镇的田埂课</title><link rel="self" href="/x.xml"/>
<link href="/2024/05/1.html"/><updated>2024-05-20T18:00:00Z</updated></entry></feed>"""


def test_feeds() -> None:
    any_article = portal_of("feed", article=())
    assert said(read(RSS, any_article)) == [
        (f"{HOST}/2024/05/1.html?a=1&b=2", "柳湾镇的田埂课", "2024-05-21"),
        (f"{HOST}/2024/05/2.html", "石磨村 & 竹编", "2024-05-19"),
    ]
    assert said(read(ATOM, portal_of("feed"))) == [
        (f"{HOST}/2024/05/1.html", "柳湾镇的田埂课", "2024-05-21")
    ]


URLSET = f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{HOST}/</loc></url>
<url><loc>{HOST}/2024/05/1.html</loc><lastmod>2024-05-20</lastmod></url></urlset>"""
INDEX = f"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>{HOST}/a.xml</loc><lastmod>2024-04-01</lastmod></sitemap>
<sitemap><loc>{HOST}/b.xml.gz</loc><lastmod>2024-05-01</lastmod></sitemap></sitemapindex>"""


def test_sitemaps_also_packed_and_the_latest_map_first() -> None:
    portal = portal_of("sitemap")
    wanted = [(f"{HOST}/2024/05/1.html", "", "2024-05-20")]
    assert said(read(URLSET, portal)) == wanted
    assert said(read(gzip.compress(URLSET.encode()), portal)) == wanted
    assert read(INDEX, portal).lists == [f"{HOST}/b.xml.gz", f"{HOST}/a.xml"]


def test_a_sitemap_gives_as_many_articles_as_the_protocol_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert list_xml.MOST == 50_000
    monkeypatch.setattr(list_xml, "MOST", 50)
    entry = f"<url><loc>{HOST}/2024/05/{{}}.html</loc></url>"
    text = f"<urlset>{''.join(map(entry.format, range(1, 60)))}</urlset>"
    links = read(text, portal_of("sitemap")).links
    assert len(links) == 50
    assert links[-1].url == f"{HOST}/2024/05/50.html"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><urlset>&b;</urlset>'
NO_XML = {
    "entities": (BOMB.encode(), Reason.LIST_UNREADABLE),
    "a page": (b"<html><body>404</body></html>", Reason.LIST_UNREADABLE),
    "nothing": (b"   ", Reason.LIST_UNREADABLE),
    "broken gzip": (b"\x1f\x8b\x08" + b"x" * 40, Reason.LIST_UNREADABLE),
    "gzip cut off": (gzip.compress(URLSET.encode())[:-20], Reason.PAGE_TRUNCATED),
    "gzip bomb": (gzip.compress(b" " * (51 * 2**20)), Reason.LIST_UNREADABLE),
}


@pytest.mark.parametrize("form", NO_XML)
@pytest.mark.parametrize("kind", ["sitemap", "feed"])
def test_what_is_no_xml_list_is_refused(form: str, kind: str) -> None:
    body, reason = NO_XML[form]
    with pytest.raises(ExtractionError) as error:
        read(body, portal_of(kind))
    assert error.value.reason is reason


@pytest.mark.parametrize("text", [RSS, ATOM, URLSET, INDEX, f"\ufeff<!-- x -->{RSS[39:]}"])
def test_a_list_that_is_no_page_is_cut_off_only_without_its_end(text: str) -> None:
    assert not is_cut(text.encode())
    assert is_cut(text.encode()[:-20])
    assert not is_cut(gzip.compress(text.encode()))


RECORDS = "<recordset>{}</recordset>".format(
    "".join(
        f'<record><![CDATA[<li><a href="/2024/05/{n}.html">柳湾镇春管现场会第{n}次开到田埂上</a>'
        f"<span>2024-05-0{n}</span></li>]]></record>"
        for n in (1, 2, 3)
    )
)
COLUMN = f"{HOST}/col/col30/index.html"
PROXY = f"{HOST}/module/web/jpage/dataproxy.jsp"


def test_hanweb_records_in_the_column_page_and_after_it() -> None:
    portal = portal_of("hanweb", COLUMN)
    page = (
        "<html><body><script>var param_471={col:1,webid:1,path:'/',columnid:30,unitid:'471'};"
        f'</script><script type="text/xml"><datastore><totalrecord>8</totalrecord>{RECORDS}'
        "</datastore></script></body></html>"
    )
    first = read(page, portal, COLUMN)
    assert [link.date for link in first.links] == ["2024-05-01", "2024-05-02", "2024-05-03"]
    assert first.links[0].url == f"{HOST}/2024/05/1.html"
    form = "col=1&webid=1&path=%2F&columnid=30&unitid=471"
    second = f"{PROXY}?startrecord=4&endrecord=6&perpage=3&{form}"
    assert first.next_page == second
    answer = f"<?xml version='1.0'?><datastore><totalrecord>8</totalrecord>{RECORDS}</datastore>"
    third = read(answer, portal, second)
    assert third.next_page == f"{PROXY}?startrecord=7&endrecord=9&perpage=3&{form}"
    assert read(answer, portal, third.next_page).next_page is None


def test_further_records_of_hanweb_are_asked_for_with_a_form() -> None:
    url = f"{PROXY}?startrecord=4&endrecord=6&perpage=3&col=1&path=%2F&unitid=471"
    address = f"{PROXY}?startrecord=4&endrecord=6&perpage=3"
    assert form_of(url) == (address, "col=1&path=%2F&unitid=471")
    assert form_of(PROXY) is None
    assert form_of(f"{HOST}/col/col30/index.html?startrecord=4") is None


def test_a_hanweb_column_without_records_is_read_as_a_page() -> None:
    listing = read(LIST.format(""), portal_of("hanweb", COLUMN), COLUMN)
    assert [link.url for link in listing.links] == [f"{HOST}/2024/05/1.html"]


def test_an_epaper_page_leads_to_the_pages_of_its_issue() -> None:
    url = f"{HOST}/pc/layout/202405/20/node_1.html"
    body = (
        '<html><body><a href="node_1.html">01版</a><a href="node_2.html">02版</a>'
        '<a href="../19/node_1.html">上一期</a><ul>'
        '<li><a href="../../../con/202405/20/c1.html">柳湾镇春管现场会开到田埂上</a></li></ul>'
        "</body></html>"
    )
    portal = portal_of(
        "epaper", url, article=(re.compile(r"/pc/con/\d{6}/\d{2}/(?P<id>\w+)\.html$"),)
    )
    listing = read(body, portal, url)
    assert said(listing) == [
        (f"{HOST}/pc/con/202405/20/c1.html", "柳湾镇春管现场会开到田埂上", "2024-05-20")
    ]
    assert listing.lists == [f"{HOST}/pc/layout/202405/20/node_2.html"]


def test_a_magazine_leads_to_its_issues_though_they_look_like_articles() -> None:
    url = f"{HOST}/qs/mulu.htm"
    body = (
        '<html><body><div class="book"><a href="/2024/05/1.html">第10期</a>'
        '<a href="mulu.htm">目录</a>'
        '<a href="/2024/04/2.html">第9期</a><a href="http://other.example/3.html">外刊</a>'
        '</div><p><a href="/2024/05/9.html">柳湾镇春管现场会开到田埂上</a></p></body></html>'
    )
    listing = read(body, portal_of("issues", url, issues=("div.book",)), url)
    assert listing.lists == [f"{HOST}/2024/05/1.html", f"{HOST}/2024/04/2.html"]
    assert [link.url for link in listing.links] == [f"{HOST}/2024/05/9.html"]
    assert listing.past


def test_a_column_page_may_name_its_json_list() -> None:
    portal = portal_of(
        "json", named=re.compile("datasource:(?P<id>[0-9a-f]{4})"), named_url="d_{id}.json"
    )
    page = '<html><body><ul data="datasource:00ff"></ul></body></html>'
    assert read(page, portal).lists == [f"{HOST}/xc/d_00ff.json"]
    assert said(read(ARRAY, portal)) == SAID
    with pytest.raises(ExtractionError):
        read("<html><body>系统维护</body></html>", portal)


def test_a_page_without_the_array_of_its_portal_is_read_by_its_links() -> None:
    start = re.compile(r"item\s*=")
    portal = portal_of("json", start=start, links=("ul",))
    assert [link.url for link in read(LIST.format(""), portal).links] == [f"{HOST}/2024/05/1.html"]
    with pytest.raises(ExtractionError):
        read(LIST.format(""), portal_of("json", start=start))


def test_an_id_walk_tries_the_ids_below_the_highest() -> None:
    body = (
        '<html><body><a href="/p/905.html">柳湾镇春管现场会开到田埂上</a>'
        '<a href="/p/900.html">石磨村</a></body></html>'
    )
    portal = portal_of("ids", HOST, article=(re.compile(r"/p/(?P<id>\d+)\.html$"),))
    listing = read(body, portal, f"{HOST}/")
    assert [link.url for link in listing.links] == [f"{HOST}/p/{n}.html" for n in (905, 900)]
    assert listing.walk is not None
    assert listing.walk.down(2) == [f"{HOST}/p/{n}.html" for n in (904, 903)]
    assert len(listing.walk.down(2000)) == 904


def test_a_column_may_be_of_another_kind() -> None:
    assert said(read(ARRAY, portal_of("html"), kind="json")) == SAID


def test_every_kind_has_its_reader() -> None:
    assert tuple(READERS) == LIST_KINDS


DAYS = [
    ("2024-05-20 08:00:00", "2024-05-20"),
    ("2024年5月2日", "2024-05-02"),
    ("20240520", "2024-05-20"),
    ("1716199200", "2024-05-20"),
    ("99999999", None),
    ("20241399", None),
    ("Mon, 20 May 2024 17:00:00 +0800", "2024-05-20"),
    ("昨天", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_days_of_lists(text: str, day: str | None) -> None:
    assert list_day(text) == day


@given(st.text(max_size=60))
def test_any_text_is_a_day_or_none(text: str) -> None:
    day = list_day(text)
    assert day is None or re.fullmatch(r"\d{4}-\d{2}-\d{2}", day)


@example(b"\x00", "feed")
@given(st.binary(max_size=300), st.sampled_from(LIST_KINDS))
def test_any_bytes_are_a_list_or_refused(body: bytes, kind: str) -> None:
    with suppress(ExtractionError):
        listing = read(body, portal_of(kind))
        assert all(link.url.startswith("http") for link in listing.links)
