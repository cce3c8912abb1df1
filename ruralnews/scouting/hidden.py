"""The lists that a page fetches or announces, where it names no article itself. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.extraction.links import absolute
from ruralnews.portals.hosts import covers_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ruralnews.portals.model import Family, Portal
    from ruralnews.scouting.fetched import Fetched

QUOTED = re.compile(r"[\"'`](?P<url>(?:https?://|/|\.{0,2}/?\w)[^\"'`\s<>{}$]{2,300})[\"'`]")
DATA = re.compile(r"\.json(?:\?|$)|/api/|[?&]callback=|list\w*\.js(?:\?|$)", re.IGNORECASE)
"""In the address of a list that a script fetches."""
FEED = re.compile(
    r"<link\b[^>]*\btype=[\"']application/(?:rss|atom)\+xml[\"'][^>]*>", re.IGNORECASE
)
HREF = re.compile(r"\bhref=[\"'](?P<url>[^\"'<>]{1,300})[\"']", re.IGNORECASE)


def hidden_lists(page: Fetched, portal: Portal, families: Iterable[Family]) -> list[str]:
    """Addresses within the portal's hosts that may be lists, the likeliest first."""
    found = [*named_lists(page, families), *(absolute(page.url, url) for url in _fetched(page))]
    return [url for url in dict.fromkeys(found) if url and covers_host(portal.hosts, url)]


def named_lists(page: Fetched, families: Iterable[Family]) -> list[str]:
    """The addresses of lists that a page gives in the way of a family."""
    text = _source(page)
    addresses = (
        address.format_map(match.groupdict())
        for family in families
        for pattern, address in family.lists
        for match in pattern.finditer(text)
    )
    return [url for address in addresses if (url := absolute(page.url, address))]


def _fetched(page: Fetched) -> Iterator[str]:
    """What scripts seem to fetch, and the feeds that the page announces; as printed."""
    text = _source(page)
    for match in QUOTED.finditer(text):
        if DATA.search(match["url"]):
            yield match["url"]
    for link in FEED.finditer(text):
        if href := HREF.search(link[0]):
            yield href["url"]


def _source(page: Fetched) -> str:
    try:
        return page.text
    except ExtractionError:
        return ""
