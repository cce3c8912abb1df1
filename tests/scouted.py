"""Portals of every kind of list, played on loopback: what a newcomer would meet.

Every portal has twelve articles in lists of six, so that who reads them all has turned a page where
the kind has pages.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from hostile import Answer, Portal, serving

from ruralnews.demo.server import read_site, serve
from ruralnews.extraction.dates import china_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HTML = {"Content-Type": "text/html; charset=utf-8"}
TODAY = china_time(datetime.now(UTC)).date()
JSON = {"Content-Type": "application/json"}
COUNT = 12
PER_PAGE = 6
VILLAGES = "柳湾 桑园 青梨 石磨 白鹭滩 禾苗 麦田 杏花 竹溪 稻香 棠梨 芦苇".split()
TEXT = (
    "入秋以来，{village}村的干部把会议开到了田埂上，当场登记农户的难处，能办的当天就办，"
    "不能办的写进清单，由专人逐项盯到底。村民说，这样的会开得短，事情却办得快。"
)


@dataclass(frozen=True)
class Story:
    """One article of a played portal."""

    number: int
    day: date

    @property
    def title(self) -> str:
        return f"{VILLAGES[self.number]}村把议事会开到田埂上"

    def page(self, portal: str) -> Answer:
        paragraphs = "".join(
            f"<p>{TEXT.format(village=VILLAGES[self.number])}</p>" for _ in range(3)
        )
        return Answer(
            f"<html><head><meta charset='utf-8'><title>{self.title} - {portal}</title></head><body>"
            f"<h1>{self.title}</h1><div>{self.day} 08:30　来源：禾苗网　作者：田小满</div>"
            f"<div class='text'>{paragraphs}</div><div>责任编辑：麦青禾</div></body></html>",
            headers=HTML,
        )


@dataclass
class Played:
    """A portal: what it answers, and where a newcomer begins."""

    kind: str
    """As the profile must have it."""
    start: str
    answers: dict[str, Answer] = field(default_factory=dict)
    articles: list[str] = field(default_factory=list)
    family: str | None = None


def stories() -> list[Story]:
    """The latest first, the last of them two days old."""
    last = TODAY - timedelta(days=2)
    return [Story(n, last - timedelta(days=n)) for n in range(COUNT)]


def _portal(kind: str, start: str, address: Callable[[Story], str], family: str | None) -> Played:
    played = Played(kind, start, family=family)
    for story in stories():
        path = address(story)
        played.articles.append(path)
        played.answers[path] = story.page("稻香村镇网")
    return played


def _page(body: str, title: str = "村务要闻 - 稻香村镇网") -> Answer:
    menu = "".join(f"<a href='/{name}/'>{name}</a>" for name in ("xw", "zw", "fw"))
    return Answer(
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>{menu}{body}"
        "</body></html>",
        headers=HTML,
    )


def _items(played: Played, first: int, last: int) -> str:
    return "".join(
        f"<li><a href='{played.articles[s.number]}'>{s.title}</a><span>{s.day}</span></li>"
        for s in stories()[first:last]
    )


def _halves() -> Iterator[tuple[int, int, int]]:
    """Number of a list page and the articles on it."""
    yield from ((n, n * PER_PAGE, (n + 1) * PER_PAGE) for n in range(COUNT // PER_PAGE))


def html_paging() -> Played:
    """A list with a 下一页 link, of no known CMS."""
    played = _portal(
        "html", "/cunwu/", lambda s: f"/cunwu/{s.day:%Y}/{48100 + s.number}.html", None
    )
    for number, first, last in _halves():
        more = "" if number else "<div><a href='/cunwu/p2.html'>下一页</a></div>"
        body = f"<ul class='news'>{_items(played, first, last)}</ul>{more}"
        played.answers["/cunwu/" if not number else "/cunwu/p2.html"] = _page(body)
    return played


def create_page_html() -> Played:
    """TRS WCM."""
    played = _portal(
        "html",
        "/xczx/",
        lambda s: f"/xczx/{s.day:%Y%m}/t{s.day:%Y%m%d}_{71200 + s.number}.html",
        "trs",
    )
    for number, first, last in _halves():
        script = f"<script>createPageHTML(2, {number}, 'index', 'html');</script>"
        body = f"<ul>{_items(played, first, last)}</ul>{script}"
        played.answers["/xczx/" if not number else f"/xczx/index_{number}.html"] = _page(body)
    return played


def json_list() -> Played:
    """Numbered JSON files of no known CMS."""
    played = _portal("json", "/api/news_1.json", lambda s: f"/a/{93000 + s.number}.html", None)
    for number, first, last in _halves():
        rows = [
            {
                "docId": 93000 + s.number,
                "channel": "村务要闻",
                "docTitle": s.title,
                "link": played.articles[s.number],
                "img": f"/img/{s.number}.jpg",
                "pubTime": f"{s.day} 08:30:00",
            }
            for s in stories()[first:last]
        ]
        text = json.dumps({"code": 0, "data": {"total": COUNT, "rows": rows}}, ensure_ascii=False)
        played.answers[f"/api/news_{number + 1}.json"] = Answer("\ufeff" + text, headers=JSON)
    return played


def fetched_by_script() -> Played:
    """A page that names articles beside its list, which a script of the CMS fetches (新华网)."""
    hex_digits = "0a1b2c3d" * 4
    played = _portal(
        "json",
        "/xczx/",
        lambda s: f"/{s.day:%Y%m%d}/{s.number:02}{hex_digits[2:]}/c.html",
        "xinhua",
    )
    rows = [
        {"publishUrl": played.articles[s.number], "title": s.title, "publishTime": str(s.day)}
        for s in stories()
    ]
    played.answers[f"/xczx/ds_{hex_digits}.json"] = Answer(
        json.dumps({"datasource": rows}, ensure_ascii=False), headers=JSON
    )
    list_ = f'<ul data="datasource:{hex_digits}"></ul>'
    played.answers["/xczx/"] = _page(f"{list_}<ul>{_items(played, 0, 4)}</ul>")
    return played


def news_list() -> Played:
    """The CMS of 农民日报."""
    played = _portal(
        "json",
        "/sntt/NewsList_0.json",
        lambda s: f"/{s.day:%Y/%m/%d}/{99110 + s.number}.html",
        "newslist",
    )
    for number, first, last in _halves():
        info = [
            {
                "ovtitle": s.title,
                "title": "",
                "url": played.articles[s.number],
                "issueTime": str(s.day),
            }
            for s in stories()[first:last]
        ]
        text = f"callback({json.dumps({'info': info}, ensure_ascii=False)})"
        played.answers[f"/sntt/NewsList_{number}.json"] = Answer(text, headers=JSON)
    return played


def js_array() -> Played:
    """An array in a script of the page, the quotes single."""
    played = _portal(
        "json", "/zxfb/", lambda s: f"/{s.day:%Y/%m/%d}/show{55100 + s.number}.shtml", None
    )
    entries = ",".join(
        f"{{'href':'{played.articles[s.number]}','topic':'{s.title}','when':'{s.day}'}}"
        for s in stories()
    )
    played.answers["/zxfb/"] = _page(
        f"<div id='list'></div><script>var items=[{entries}];</script>"
    )
    return played


def feed() -> Played:
    """RSS."""
    played = _portal("feed", "/rss.xml", lambda s: f"/show.php?id={31000 + s.number}", None)
    items = "".join(
        f"<item><title>{s.title}</title><link>{played.articles[s.number]}</link>"
        f"<pubDate>{s.day:%a, %d %b %Y} 00:30:00 +0800</pubDate></item>"
        for s in stories()
    )
    played.answers["/rss.xml"] = Answer(
        f"<?xml version='1.0' encoding='utf-8'?><rss><channel><title>稻香村镇网</title>{items}"
        "</channel></rss>",
        headers={"Content-Type": "application/rss+xml"},
    )
    return played


def sitemap() -> Played:
    """An index of one sitemap, which also names lists."""
    played = _portal(
        "sitemap", "/sitemap.xml", lambda s: f"/news/{s.day:%Y%m}/{66400 + s.number}.html", None
    )
    xml = {"Content-Type": "application/xml"}
    urls = "".join(
        f"<url><loc>HOST{path}</loc><lastmod>{TODAY}</lastmod></url>"
        for path in ("/", "/news/", "/about/index.html", *played.articles)
    )
    played.answers["/sitemap.xml"] = Answer(
        "<?xml version='1.0' encoding='utf-8'?>"
        "<sitemapindex><sitemap><loc>HOST/sitemap-1.xml</loc></sitemap></sitemapindex>",
        headers=xml,
    )
    played.answers["/sitemap-1.xml"] = Answer(f"<urlset>{urls}</urlset>", headers=xml)
    return played


def hanweb() -> Played:
    """大汉 JCMS: the first records in the page, the rest from its service."""
    played = _portal(
        "hanweb",
        "/col/col315/index.html",
        lambda s: f"/art/{s.day.year}/{s.day.month}/{s.day.day}/art_315_{20300 + s.number}.html",
        "hanweb",
    )

    def store(first: int, last: int) -> str:
        records = "".join(
            f"<record><![CDATA[<li><a href='{played.articles[s.number]}'>{s.title}</a>"
            f"<span>{s.day}</span></li>]]></record>"
            for s in stories()[first:last]
        )
        total = f"<totalrecord>{COUNT}</totalrecord>"
        return f"<datastore>{total}<recordset>{records}</recordset></datastore>"

    script = "var param_9 = {col:1,webid:3,path:'/',columnid:315,unitid:9,sourceContentType:1};"
    body = f"<script type='text/xml'>{store(0, PER_PAGE)}</script><script>{script}</script>"
    played.answers["/col/col315/index.html"] = _page(body)
    played.answers["/module/web/jpage/dataproxy.jsp"] = Answer(
        store(PER_PAGE, COUNT), headers={"Content-Type": "text/xml; charset=utf-8"}
    )
    return played


def epaper() -> Played:
    """方正: two pages (版) of one issue."""
    folder = f"{TODAY:%Y%m/%d}"
    start = f"/pc/layout/{folder}/node_1.html"
    played = _portal(
        "epaper", start, lambda s: f"/pc/con/{folder}/content_{80100 + s.number}.html", "founder"
    )
    nodes = "".join(f"<a href='node_{n}.html'>第{n}版</a>" for n in (1, 2))
    for number, first, last in _halves():
        items = _items(played, first, last)
        played.answers[f"/pc/layout/{folder}/node_{number + 1}.html"] = _page(
            f"{nodes}<ul>{items}</ul>"
        )
    return played


def demo_portal() -> Played:
    """The demo portal's own server, and the articles that the first column of it has."""
    site = read_site()
    found = {
        urljoin(path, href)
        for path in ("/xczx/", "/xczx/index_1.html")
        for href in re.findall(rb'href="([^":]*/t\d{8}_\d+\.html)"', site[path].body)
        for href in [href.decode()]
    }
    return Played("html", "/xczx/", {}, sorted(found & site.keys()), "trs")


def all_portals() -> dict[str, Played]:
    """Every played portal by its slug."""
    pages = (html_paging, create_page_html, js_array, hanweb, epaper)
    makers = (demo_portal, *pages, fetched_by_script, json_list, news_list, feed, sitemap)
    return {maker.__name__.replace("_", "-"): maker() for maker in makers}


class Answers(dict[str, Answer]):
    """Answers by path; a service is asked with parameters."""

    def get(self, path: str, default: Any = None) -> Any:
        return super().get(path) or super().get(path.partition("?")[0], default)


@contextmanager
def playing(played: Played) -> Iterator[Portal]:
    """The portal, up for the length of the block."""
    if not played.answers:
        with serve() as demo:
            yield Portal(urlsplit(demo.url).netloc, {})
        return
    with serving(Answers(played.answers)) as portal:
        for answer in played.answers.values():
            answer.body = answer.body.replace("HOST", portal.url(""))
        yield portal
