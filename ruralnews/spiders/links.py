"""What a list names, as links for the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.middlewares.guard import refusal
from ruralnews.middlewares.refused import Refusal
from ruralnews.monitoring.stats import Key
from ruralnews.state.keys import canonical_url
from ruralnews.state.queue import Link
from ruralnews.state.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.statscollectors import StatsCollector

    from ruralnews.extraction.listing import ListLink
    from ruralnews.portals.model import Portal

LONGEST_URL = 2000
"""Characters; Scrapy drops requests with longer ones (URLLENGTH_LIMIT) without an answer."""


def list_link(url: str, column: str, number: int) -> Link:
    """A list page."""
    return Link(canonical_url(url), url, Kind.LIST, column, number)


def article_links(
    found: Iterable[ListLink],
    column: str,
    portal: Portal,
    since: str | None,
    stats: StatsCollector,
) -> tuple[Link, ...]:
    """The articles to know, each once; what is left out is counted."""
    links: dict[str, Link] = {}
    for link in found:
        canonical = canonical_url(link.url)
        if canonical in links:
            continue
        stats.inc_value(Key.LINKS)
        left_out = _left_out(link, portal, since)
        if left_out:
            stats.inc_value(left_out)
            continue
        links[canonical] = Link(
            canonical, link.url, Kind.ARTICLE, column, title=link.title, listed=link.date
        )
    return tuple(links.values())


def _left_out(link: ListLink, portal: Portal, since: str | None) -> Key | None:
    if since and link.date and link.date < since:
        return Key.LINKS_OLD
    reason = refusal(link.url, portal.hosts)
    if reason is Refusal.HOST:
        return Key.LINKS_OUTSIDE
    if reason in (Refusal.SCHEME, Refusal.BAD_URL) or len(link.url) > LONGEST_URL:
        return Key.LINKS_BAD
    return None
