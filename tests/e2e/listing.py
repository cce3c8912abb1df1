"""Lists as portals make them, written from a profile: one function a kind."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from hashlib import md5
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urljoin, urlsplit
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from ruralnews.portals.model import Column, Portal

PAGE = 4
"""Articles on a list page."""


class Served(NamedTuple):
    """What a server answers; `service` makes the body from the parameters of the request."""

    body: bytes
    headers: dict[str, str]
    service: Callable[[dict[str, list[str]]], bytes] | None = None


class Item(NamedTuple):
    """An article and what its list says."""

    url: str
    """As the list links it."""
    title: str
    day: date
    page: Served
    at: str
    """Where it is served."""


Pages = dict[str, Served]


def pages(portal: Portal, column: Column, items: Sequence[Item]) -> Pages:
    """The list pages of a column by absolute URL."""
    return KINDS[portal.listing.kind](portal, column, items)


def served(text: str, kind: str = "text/html") -> Served:
    return Served(text.encode(), {"Content-Type": f"{kind}; charset=utf-8"})


def parts(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[start : start + PAGE] for start in range(0, len(items), PAGE)]


def element(selector: str, inside: str) -> str:
    """`inside` within elements that the selector finds (names, ids, classes, `>`)."""
    for step in reversed(re.sub(r"\s*>\s*", " ", selector).split()):
        tag = re.match(r"[a-z]\w*", step)
        name = tag[0] if tag else "div"
        ids, classes = re.findall(r"#([\w-]+)", step), re.findall(r"\.([\w-]+)", step)
        marks = f' id="{ids[0]}"' if ids else ""
        marks += f' class="{" ".join(classes)}"' if classes else ""
        inside = f"<{name}{marks}>{inside}</{name}>"
    return inside


def numbered(portal: Portal, url: str, number: int) -> str:
    """The address of list page `number`, from 1, by the profile's name for further pages."""
    if number == 1:
        return url
    rules = portal.listing
    n = rules.pages_from + number - 2
    if rules.pages.startswith("?"):
        name = rules.pages[1:].partition("=")[0]
        if re.search(rf"[?&]{name}=", url):
            return re.sub(rf"([?&]{name}=)[^&]*", rf"\g<1>{n}", url)
        return f"{url}{'&' if '?' in url else '?'}{name}={n}"
    stem = urlsplit(url).path.rpartition("/")[2].partition(".")[0] or "index"
    return urljoin(url, rules.pages.replace("{n}", str(n)).replace("{name}", stem))


SCRIPTS = (
    '<script>createPageHTML({total}, {zero}, "{name}", "{end}");</script>',
    "<script>createPageHTML('page_div', {total}, {one}, '{name}', '{end}', 154);</script>",
    '<!-- <script>createPageHTML({total}, {zero}, "{name}", "{end}");</script> -->',
    "<script>var countPage = {total}//共几页\nvar currentPage = {zero};//所在页\n</script>",
    '<a href="{next}">下一页</a>',
)
"""How pages name the page after them."""


def html(portal: Portal, column: Column, items: Sequence[Item]) -> Pages:
    found: Pages = {}
    rules, url = portal.listing, column.url
    manner = crc32((portal.slug + column.name).encode()) % len(SCRIPTS)
    groups = parts(items)
    file = urlsplit(url).path.rpartition("/")[2]
    stem, _, end = (file or "index").partition(".")
    stem = "index" if SCRIPTS[manner].startswith("<script>var") else stem
    end = end or rules.pages.rpartition(".")[2] or "html"
    first = 2 if "page_div" in SCRIPTS[manner] else 1

    def address(number: int) -> str:
        if rules.pages or number == 1:
            return numbered(portal, url, number)
        return urljoin(url, f"{stem}_{number - 2 + first}.{end}")

    for number, group in enumerate(groups, start=1):
        more = number < len(groups)
        pager = ""
        if rules.next:
            link = f'<a href="{address(number + 1)}">后页</a>'
            outer, _, inner = rules.next[0].rpartition(" ")
            marks = element(inner, "后页").replace("<a", f'<a href="{address(number + 1)}"', 1)
            pager = element(outer, marks or link) if more else ""
        elif not rules.pages:
            manner_text = SCRIPTS[manner]
            if more or "下一页" not in manner_text:
                pager = manner_text.format(
                    total=len(groups), zero=number - 1, one=number, name=stem, end=end,
                    next=address(number + 1),
                )  # fmt: skip
        found[address(number)] = served(page_of(portal, group, pager))
    if rules.pages and crc32(column.url.encode()) % 2:
        # Some portals send their front page, with code 200, for a list page that is not there.
        for beyond in (1, 2):
            found[address(len(groups) + beyond)] = served(page_of(portal, items[:2]))
    return found


def page_of(portal: Portal, group: Sequence[Item], pager: str = "") -> str:
    """A list page, and the links that are no articles of the portal."""
    entries = "".join(
        f'<li><a href="{item.url}" title="{item.title}">{item.title[:9]}…</a>'
        f"<span>{item.day:%Y-%m-%d}</span></li>"
        for item in group
    )
    entries += '<li><a href="javascript:void(0)">没有地址的一条链接不是文章</a></li>'
    foreign = f"http://zs{portal.hosts[0]}{urlsplit(group[0].url).path}" if group else "#"
    entries += f'<li><a href="{foreign}">名字相像的别处网站上的一篇报道</a></li>'
    # An include that ends the document in mid-page.
    include = "</body></html>" if crc32(portal.slug.encode()) % 2 else ""
    region = element((portal.listing.links or ("ul.list",))[0], f"<ul>{entries}</ul>")
    return (
        f"<html><head><meta charset='utf-8'><title>{portal.name}</title></head><body>"
        f'<div class="nav"><a href="/">首页</a><a href="{portal.columns[-1].url}">末栏</a></div>'
        f"{include}{region}{pager}<div class='foot'>版权所有</div></body></html>"
    )


def is_page(portal: Portal, column: Column) -> bool:
    """Whether a column of a portal with arrays in its pages is a page without one."""
    return bool(portal.listing.links) and "/special/" in column.url


def is_paged(portal: Portal, column: Column) -> bool:
    """Whether the list has more pages than one."""
    kind = column.kind or portal.listing.kind
    return kind != "json" or bool(portal.listing.pages) or is_page(portal, column)


def json_list(portal: Portal, column: Column, items: Sequence[Item]) -> Pages:
    rules = portal.listing
    names = rules.fields
    groups = parts(items) if rules.pages else [items]
    found: Pages = {}
    if is_page(portal, column):
        return html(portal, column, items)
    if rules.named and not column.url.endswith(".json"):
        native = md5(column.url.encode()).hexdigest()
        text = f'<html><body><ul class="wz-list" data="datasource:{native}"></ul></body></html>'
        found[column.url] = served(text)
        column = replace(column, url=urljoin(column.url, rules.named_url.replace("{id}", native)))
    for number, group in enumerate(groups, start=1):
        entries = [
            {name: "" for names_ in (names.url, names.title) for name in names_}
            | {
                names.url[place % len(names.url)]: item.url,
                names.title[place % len(names.title)]: item.title,
                names.date[0]: f"{item.day:%Y-%m-%d} 08:00:00",
            }
            for place, item in enumerate(group)
        ]
        entries.append({names.url[0]: "/index.htm", names.title[0]: "栏目首页"})
        found[numbered(portal, column.url, number)] = served(
            wrapped(portal, column, entries), "application/json"
        )
    if rules.pages:
        empty = numbered(portal, column.url, len(groups) + 1)
        found[empty] = served(wrapped(portal, column, []), "application/json")
    return found


def wrapped(portal: Portal, column: Column, entries: list[dict[str, str]]) -> str:
    """The entries as this column has them: plain, with a BOM, in a call, in a script or a page."""
    rules = portal.listing
    document: object = entries
    for name in reversed(rules.array.split(".")) if rules.array else ():
        document = {name: document}
    text = json.dumps(document, ensure_ascii=False)
    if rules.start:
        mark = rules.start.pattern.replace(r"\s*", " ")
        assert rules.start.search(mark), "a start of another form than the world can write"
        if "/" in urlsplit(column.url).path[-1:]:
            # A page: single quotes, one of them broken by a title.
            single = text.replace('"', "'")
            return f"<html><body><p>栏目</p><script>var {mark}{single};</script></body></html>"
        return f"var _totalPage = 9; var {mark}{text};"
    forms = ("{}", "\ufeff{}", "callback({});")
    return forms[crc32(column.url.encode()) % 3 if rules.array else 0].format(text)


def feed(portal: Portal, column: Column, items: Sequence[Item]) -> Pages:
    entries = "".join(
        f"<item><title><![CDATA[{item.title}]]></title><link>{item.url}</link>"
        f"<pubDate>{item.day:%Y-%m-%d} 08:00:00</pubDate></item>"
        for item in items
    )
    text = (
        f"<rss version='2.0'><channel><title>{portal.name} & 要闻</title>{entries}</channel></rss>"
    )
    return {column.url: served(f"<?xml version='1.0' encoding='utf-8'?>{text}", "text/xml")}


def sitemap(portal: Portal, column: Column, items: Sequence[Item]) -> Pages:
    del portal
    found: Pages = {}
    maps = ""
    for number, group in enumerate(parts(items)):
        urls = "".join(
            f"<url><loc>{item.url}</loc><lastmod>{item.day:%Y-%m-%d}</lastmod></url>"
            for item in group
        )
        text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        packed = number % 2 == 1
        url = urljoin(column.url, f"map{number}.xml{'.gz' if packed else ''}")
        maps += f"<sitemap><loc>{url}</loc></sitemap>"
        body = gzip.compress(text.encode()) if packed else text.encode()
        kind = "application/gzip" if packed else "text/xml"
        found[url] = Served(body, {"Content-Type": kind})
    index = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'
    )
    return found | {column.url: served(index, "text/xml")}


def hanweb(portal: Portal, column: Column, items: Sequence[Item]) -> Pages:
    del portal

    def records(group: Sequence[Item]) -> str:
        return f"<totalrecord>{len(items)}</totalrecord><recordset>" + "".join(
            f'<record><![CDATA[<li><a href="{item.url}">{item.title}</a>'
            f"<span>{item.day:%Y-%m-%d}</span></li>]]></record>"
            for item in group
        )

    def service(given: dict[str, list[str]]) -> bytes:
        assert given["columnid"] == ["3059"], given
        assert given["unitid"] == ["471"], given
        start, end = int(given["startrecord"][0]), int(given["endrecord"][0])
        return f"<datastore>{records(items[start - 1 : end])}</datastore>".encode()

    script = "var param_471={col:1,webid:1,path:'/',columnid:3059,unitid:'471'};"
    text = (
        f"<html><head><title>{column.name}</title></head><body><script>{script}</script>"
        f'<script type="text/xml"><datastore>{records(items[:PAGE])}</datastore></script>'
        "</body></html>"
    )
    proxy = urljoin(column.url, "/module/web/jpage/dataproxy.jsp")
    return {column.url: served(text), proxy: Served(b"", {"Content-Type": "text/xml"}, service)}


def epaper(portal: Portal, column: Column, items: Sequence[Item]) -> Pages:
    found: Pages = {}
    for day in {item.day for item in items}:
        issue = [item for item in items if item.day == day]
        first = column.url
        for mark, form in (("{YYYY}", "%Y"), ("{MM}", "%m"), ("{DD}", "%d")):
            first = first.replace(mark, day.strftime(form))
        second = urljoin(first, "node_2.html")
        nodes = f'<a href="{first}">01版</a><a href="{second}">02版</a>'
        found[first] = served(page_of(portal, issue[:1], nodes))
        found[second] = served(page_of(portal, issue[1:], nodes))
    return found


def issues(portal: Portal, column: Column, items: Sequence[Item]) -> Pages:
    """A magazine: its contents name the issues, an issue its articles."""
    found: Pages = {}
    links = ""
    mark = crc32(column.url.encode()) % 256
    for number, group in enumerate(parts(items)):
        # The page of an issue has the address of an article.
        end = f"{mark:02x}{number:02x}"
        url = re.sub(r"\w{4}(?=\.\w+$|/c\.html$)", end, group[0].url)
        links += f'<p><a href="{url}">第{9 - number}期</a></p>'
        found[url] = served(page_of(portal, group))
    contents = element(portal.listing.issues[0], links)
    return found | {column.url: served(f"<html><body>{contents}</body></html>")}


def ids(portal: Portal, column: Column, items: Sequence[Item]) -> Pages:
    """A front page that names every third article; the others are found by their ids."""
    return {column.url: served(page_of(portal, items[::3]))}


KINDS = {
    "html": html,
    "json": json_list,
    "feed": feed,
    "sitemap": sitemap,
    "hanweb": hanweb,
    "epaper": epaper,
    "issues": issues,
    "ids": ids,
}


def parameters(query: str, body: str) -> dict[str, list[str]]:
    """The parameters of a request, those of its form among them."""
    return parse_qs(f"{query}&{body}" if body else query)
