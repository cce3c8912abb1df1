"""What kind of list a page is: every kind that fits is tried with the reader of the crawl. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ruralnews.errors import ExtractionError
from ruralnews.extraction.list_xml import hanweb_records
from ruralnews.extraction.listing import Listing, is_article_url
from ruralnews.extraction.lists import read_list
from ruralnews.portals.model import Column, ListingRules
from ruralnews.scouting.arrays import find_arrays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.portals.model import Portal
    from ruralnews.scouting.fetched import Fetched

XML_START = re.compile(
    r"\s*(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*<(?:\w+:)?(?P<root>\w+)", re.DOTALL
)
XML_KINDS = {
    "rss": "feed", "feed": "feed", "rdf": "feed", "urlset": "sitemap", "sitemapindex": "sitemap",
}  # fmt: skip
MARKUP = re.compile(r"<(?:html|head|body|div|ul|table|script)\b", re.IGNORECASE)
DAY_MARKS = (
    (re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)"), "{YYYY}{MM}{DD}"),
    (re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])(?!\d)"), "{YYYY}{MM}/{DD}"),
    (
        re.compile(r"(?<!\d)(20\d\d)-(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])(?!\d)"),
        "{YYYY}-{MM}/{DD}",
    ),
    (
        re.compile(r"(?<!\d)(20\d\d)/(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])(?!\d)"),
        "{YYYY}/{MM}/{DD}",
    ),
    (
        re.compile(r"(?<!\d)(20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)"),
        "{YYYY}-{MM}-{DD}",
    ),
    (re.compile(r"(?<!\d)(20\d\d)/(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)"), "{YYYY}/{MM}{DD}"),
)
PAPER = re.compile(r"layout|node|nbs", re.IGNORECASE)
"""In the address of a page (版) of a newspaper."""
NUMBERED_FILE = re.compile(r"(?P<stem>.*?[_-]?)(?P<n>[01])(?P<end>\.\w{2,5})")
"""`NewsList_0.json`: the first of numbered lists."""
NUMBER_PARAMETER = re.compile(
    r"(?:^|&)(?P<name>p|page|pn|pageno|page_?num|page_?index|curpage)=(?P<n>[01])(?:&|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list, read."""

    rules: ListingRules
    """How it was read; without article patterns."""
    url: str
    """Of the column: of an e-paper with the marks for the day."""
    listing: Listing


def find_list(page: Fetched, portal: Portal) -> FoundList:
    """The list that the page is, read in the way that names the most articles.

    Raises:
        ExtractionError: it is no list in any way; the reason is that of the likeliest one.
    """
    found: list[FoundList] = []
    fault: ExtractionError | None = None
    for rules in _possible(page):
        url = dated_url(page.url) if rules.kind == "epaper" else page.url
        asked = replace(portal, listing=rules, columns=(Column("", url),))
        try:
            listing = read_list(
                page.body, page.url, asked, headers=page.headers, fetched_at=page.fetched_at
            )
        except ExtractionError as error:
            fault = fault or error
            continue
        links = listing.links
        if rules.kind == "sitemap":
            # It names every page of the portal.
            links = [link for link in links if is_article_url(link.url)]
            listing = replace(listing, links=links)
        if links or listing.lists:
            found.append(FoundList(rules, url, listing))
    if not found and fault:
        raise fault
    if not found:
        return FoundList(ListingRules(), page.url, Listing())
    # The first of equals: they are tried from the surest sign to the weakest.
    return max(found, key=_size)


def _size(found: FoundList) -> tuple[float, int]:
    """How much of a list it is: a script of a page often holds menus and recommendations, too."""
    weight = 0.5 if found.rules.start and found.rules.kind == "json" else 1
    return weight * len(found.listing.links), len(found.listing.lists)


def _possible(page: Fetched) -> Iterator[ListingRules]:
    """The kinds that the source allows, the surest first."""
    text = page.text
    root = XML_START.match(text)
    kind = XML_KINDS.get(root["root"].lower()) if root else None
    if kind:
        yield ListingRules(kind=kind)
        return
    is_page = bool(MARKUP.search(text[:5000])) and text.lstrip().startswith("<")
    if is_page and hanweb_records(text):
        yield ListingRules(kind="hanweb")
    if is_page and dated_url(page.url) != page.url and PAPER.search(page.url):
        yield ListingRules(kind="epaper")
    if is_page:
        yield ListingRules()
    pages, second = ("", 2) if is_page else page_numbers(page.url)
    for array in find_arrays(text, is_page=is_page)[:3]:
        yield replace(array.rules, pages=pages, pages_from=second)
    if not is_page:
        # In vain, but it says what is wrong.
        yield ListingRules(kind="json")


def dated_url(url: str) -> str:
    """The URL with {YYYY}, {MM} and {DD} where its path has a day; else as it is."""
    path = urlsplit(url).path
    for pattern, marks in DAY_MARKS:
        if pattern.search(path):
            return url.replace(path, pattern.sub(marks, path))
    return url


def page_numbers(url: str) -> tuple[str, int]:
    """`pages` and `pages_from` of a profile, where the URL is that of the first of numbered ones.

    Empty and 2 where it carries no number.

    >>> page_numbers("http://x.cn/a/NewsList_0.json"), page_numbers("http://x.cn/a.js?page=1")
    (('NewsList_{n}.json', 1), ('?page={n}', 2))
    """
    parts = urlsplit(url)
    if query := NUMBER_PARAMETER.search(parts.query):
        return f"?{query['name']}={{n}}", int(query["n"]) + 1
    file = NUMBERED_FILE.fullmatch(parts.path.rpartition("/")[2])
    if file:
        return f"{file['stem']}{{n}}{file['end']}", int(file["n"]) + 1
    return "", 2
