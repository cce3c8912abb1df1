"""What a list page says, whatever kind of list it is: bytes in, links out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ruralnews.extraction.dates import url_date
from ruralnews.extraction.encoding import decode
from ruralnews.extraction.links import absolute
from ruralnews.extraction.list_json import HTML_START, read_entries
from ruralnews.extraction.list_xml import (
    hanweb_records,
    next_records,
    read_feed,
    read_sitemap,
    unpacked,
)
from ruralnews.extraction.listing import IdWalk, Listing, ListLink, read_listing
from ruralnews.extraction.nodes import attribute
from ruralnews.extraction.page import read_page
from ruralnews.extraction.paging import numbered_next
from ruralnews.portals.hosts import covers_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from ruralnews.extraction.list_entries import Entry
    from ruralnews.portals.model import Portal


def read_list(  # noqa: PLR0913 - what a response has, and how to read it
    body: bytes,
    url: str,
    portal: Portal,
    *,
    kind: str | None = None,
    headers: Mapping[str, str] | None = None,
    fetched_at: datetime | None = None,
) -> Listing:
    """The articles that a list page names, and where the list goes on.

    `kind` is one of LIST_KINDS, the portal's own by default; `fetched_at` is aware.

    Raises:
        ExtractionError: `list-unreadable` when the list is of another kind, else as `read_page`.
    """
    reader = READERS[kind or portal.listing.kind]
    return reader(body, url, portal, headers=headers or {}, fetched_at=fetched_at)


def _html(body: bytes, url: str, portal: Portal, **fetched: Any) -> Listing:
    listing = read_listing(read_page(body, url, **fetched), portal)
    if listing.next_page or listing.paged or not listing.links:
        return listing
    return replace(listing, next_page=numbered_next(url, portal))


def _json(
    body: bytes, url: str, portal: Portal, *, headers: Mapping[str, str], **fetched: Any
) -> Listing:
    text, rules = decode(body, headers).text, portal.listing
    if rules.start and rules.links and not rules.start.search(text):
        # A column of the same portal that is a page without the array.
        return _html(body, url, portal, headers=headers, **fetched)
    if rules.named and HTML_START.match(text) and (named := rules.named.search(text)):
        address = absolute(url, rules.named_url.replace("{id}", named["id"]))
        return Listing(lists=[address] if address else [])
    entries = read_entries(text, rules)
    # An empty page is the one after the last.
    following = numbered_next(url, portal) if entries else None
    return Listing(_links(entries, url, portal), following)


def _feed(
    body: bytes, url: str, portal: Portal, *, headers: Mapping[str, str], **_: Any
) -> Listing:
    return Listing(_links(read_feed(decode(unpacked(body), headers).text), url, portal))


def _sitemap(
    body: bytes, url: str, portal: Portal, *, headers: Mapping[str, str], **_: Any
) -> Listing:
    found = read_sitemap(decode(unpacked(body), headers).text)
    maps = [address for name in found.maps if (address := absolute(url, name))]
    return Listing(_links(found.entries, url, portal), lists=maps)


def _hanweb(
    body: bytes, url: str, portal: Portal, *, headers: Mapping[str, str], **fetched: Any
) -> Listing:
    text = decode(body, headers).text
    records = hanweb_records(text)
    if not records:
        return _html(body, url, portal, headers=headers, **fetched)
    markup = f"<html><body><ul>{''.join(records)}</ul></body></html>".encode("utf-8", "replace")
    found = read_listing(read_page(markup, url, **fetched), portal)
    return Listing(found.links, next_records(text, url, len(records)))


def _epaper(body: bytes, url: str, portal: Portal, **fetched: Any) -> Listing:
    """One page (版) of an issue; its other pages are further lists, its day is every article's."""
    page = read_page(body, url, **fetched)
    day = url_date(url)
    date = f"{day:%Y-%m-%d}" if day else None
    links = [replace(link, date=date) for link in read_listing(page, portal).links]
    folder = url.rpartition("/")[0] + "/"
    found = (absolute(url, attribute(a, "href")) for a in page.root.css("a"))
    nodes = [node for node in found if node and node.startswith(folder) and "node" in node]
    return Listing(links, lists=[node for node in dict.fromkeys(nodes) if node != url])


def _issues(body: bytes, url: str, portal: Portal, **fetched: Any) -> Listing:
    """A page of a magazine: its issues, whose addresses may look like articles', or one of them."""
    page = read_page(body, url, **fetched)
    regions = [node for css in portal.listing.issues for node in page.root.css(css)]
    found = (absolute(page.base, attribute(a, "href")) for node in regions for a in node.css("a"))
    issues = [link for link in dict.fromkeys(found) if link and link != url]
    issues = [link for link in issues if covers(portal, link)]
    articles = [link for link in read_listing(page, portal).links if link.url not in issues]
    return Listing(articles, lists=issues, past=True)


def covers(portal: Portal, url: str) -> bool:
    """Whether the URL lies on a host of the portal."""
    try:
        return covers_host(portal.hosts, url)
    except ValueError:
        return False


def _ids(body: bytes, url: str, portal: Portal, **fetched: Any) -> Listing:
    """The articles a page names, and the way to those it does not: ids below the highest."""
    links = read_listing(read_page(body, url, **fetched), portal).links
    found = [
        (int(match["id"]), match)
        for link in links
        for pattern in portal.listing.article
        if (match := pattern.search(link.url)) and match["id"].isdecimal()
    ]
    if not found:
        return Listing(links)
    highest, match = max(found, key=lambda entry: entry[0])
    start, end = match.span("id")
    return Listing(links, walk=IdWalk(match.string[:start], highest, match.string[end:]))


def _links(entries: Iterable[Entry], url: str, portal: Portal) -> list[ListLink]:
    """The entries that lead to articles, each address once."""
    links: dict[str, ListLink] = {}
    for entry in entries:
        address = absolute(url, entry.url)
        if not address or urlsplit(address).path in ("", "/"):
            continue
        patterns = portal.listing.article
        if not patterns or any(pattern.search(address) for pattern in patterns):
            links.setdefault(address, ListLink(address, entry.title, entry.date))
    return list(links.values())


READERS: dict[str, Callable[..., Listing]] = {
    "html": _html,
    "json": _json,
    "feed": _feed,
    "sitemap": _sitemap,
    "hanweb": _hanweb,
    "epaper": _epaper,
    "issues": _issues,
    "ids": _ids,
}
