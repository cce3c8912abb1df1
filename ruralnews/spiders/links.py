"""What a list names, as links for the store."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ruralnews.middlewares.guard import refusal
from ruralnews.middlewares.refused import Refusal
from ruralnews.monitoring.stats import Key
from ruralnews.state.commit import PageResult
from ruralnews.state.keys import canonical_url
from ruralnews.state.queue import Link
from ruralnews.state.rules import Kind, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scrapy.statscollectors import StatsCollector

    from ruralnews.extraction.listing import Listing, ListLink
    from ruralnews.portals.model import Column, Portal
    from ruralnews.state.queue import Task

logger = logging.getLogger(__name__)

ISSUES = 7
"""Issues of an e-paper looked for when no day is given: a week, as scans may come late."""
MAX_ISSUES = 366
LATEST = 2
"""Issues, and years of issues, that are read in every run: the last one, and the one before it
while the last is new."""
WALK = 100
"""Ids tried in place of one list page: a county newsroom publishes some 30 articles a day."""
MAX_LINKS = 10_000
"""Articles that one list may name: HTML lists have some hundreds (2,070 links of all kinds at most
on 26 portal pages, 2026-11); of a sitemap with its 50,000 the latest are taken."""
LONGEST_URL = 2000
"""Characters; Scrapy drops requests with longer ones (URLLENGTH_LIMIT) without an answer."""


def list_link(url: str, column: str, number: int) -> Link:
    """A list page."""
    return Link(canonical_url(url), url, Kind.LIST, column, number)


def column_links(column: Column, today: date, since: date | None) -> list[Link]:
    """The first list pages of a column: one, or of an e-paper one a day, the latest first.

    No paper appears every day, so that a missing issue is no loss: it counts as a further page.
    """
    if "{DD}" not in column.url:
        return [list_link(column.url, column.name, 1)]
    days = min((today - since).days + 1, MAX_ISSUES) if since else ISSUES
    issues = [today - timedelta(days=ago) for ago in range(days)]
    marks = ("{YYYY}", "%Y"), ("{MM}", "%m"), ("{DD}", "%d")
    links = []
    for issue in issues:
        url = column.url
        for mark, form in marks:
            url = url.replace(mark, issue.strftime(form))
        links.append(list_link(url, column.name, 2))
    return links


def article_links(
    found: Sequence[ListLink],
    column: str,
    portal: Portal,
    since: str | None,
    stats: StatsCollector,
) -> tuple[Link, ...]:
    """The articles to know, each once; what is left out is counted."""
    links: dict[str, Link] = {}
    for link in _latest(found, stats):
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


def list_result(
    task: Task, listing: Listing, links: tuple[Link, ...], pages: int, since: str | None
) -> PageResult:
    """What a list page gave, its articles being `links`; `pages` bounds what it leads to."""
    following = None
    if listing.next_page:
        following = list_link(listing.next_page, task.column, task.number + 1)
    # A list may lead to hundreds (a sitemap of sitemaps): the first ones are the latest.
    lists = tuple(list_link(url, task.column, task.number + 1) for url in listing.lists[:pages])
    latest = LATEST if listing.past else len(lists)
    guesses = listing.walk.down(pages * WALK) if listing.walk else []
    return PageResult(
        task.id,
        State.DONE,
        links=links,
        guesses=tuple(Link(canonical_url(u), u, Kind.ARTICLE, task.column) for u in guesses),
        following=following,
        old=bool(listing.links) and all(_is_old(link, since) for link in listing.links),
        lists=lists[:latest],
        once=lists[latest:],
    )


def _latest(found: Sequence[ListLink], stats: StatsCollector) -> Sequence[ListLink]:
    """At most MAX_LINKS of the links: those with the latest dates, then the first ones."""
    beyond = len(found) - MAX_LINKS
    if beyond <= 0:
        return found
    stats.inc_value(Key.LINKS_CAPPED, beyond)
    logger.warning("A list names %d articles; the %d latest are taken", len(found), MAX_LINKS)
    return sorted(found, key=lambda link: link.date or "", reverse=True)[:MAX_LINKS]


def _is_old(link: ListLink, since: str | None) -> bool:
    return bool(since and link.date and link.date < since)


def _left_out(link: ListLink, portal: Portal, since: str | None) -> Key | None:
    if _is_old(link, since):
        return Key.LINKS_OLD
    reason = refusal(link.url, portal.hosts)
    if reason is Refusal.HOST:
        return Key.LINKS_OUTSIDE
    if reason in (Refusal.SCHEME, Refusal.BAD_URL) or len(link.url) > LONGEST_URL:
        return Key.LINKS_BAD
    return None
