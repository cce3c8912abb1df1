"""What to fetch of a portal nobody described, and what was fetched so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.extraction.links import registered_domain, url_host
from ruralnews.portals.hosts import covers_host, split_host
from ruralnews.scouting.hidden import hidden_lists, named_lists
from ruralnews.scouting.lists import FoundList, find_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ruralnews.portals.model import Family, Portal
    from ruralnews.scouting.fetched import Fetched

ARTICLES = 3
"""Enough to see a form in their addresses; more would not be polite."""
HOPS = 2
"""Further lists asked for on the way to one that names articles: of an index, of a script."""


@dataclass(slots=True)
class Single:
    """One page of a known portal."""

    portal: Portal
    page: Fetched | None = None
    lost: list[tuple[str, str]] = field(default_factory=list)

    def take(self, page: Fetched) -> list[str]:
        """Keeps the page; nothing is to be asked for after it."""
        self.page = page
        return []

    def lose(self, url: str, reason: str) -> list[str]:
        """Notes that the page could not be had."""
        self.lost.append((url, reason))
        return []


@dataclass(slots=True)
class Survey:
    """One list and three articles: asked for one after the other, kept as they come."""

    portal: Portal
    families: Mapping[str, Family]
    lists: list[Fetched] = field(default_factory=list)
    """The list that was named, then those it led to."""
    found: FoundList | None = None
    """In the last of `lists`."""
    index: FoundList | None = None
    """A list that names lists only: a column begins with it."""
    articles: list[Fetched] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)
    """Address and reason of what could not be had or read."""
    _waiting: list[str] = field(default_factory=list)
    """Further lists that may be the one."""
    _hops: int = 0
    _second_best: FoundList | None = None
    """The links of a page whose script fetches what is likelier its list."""

    @property
    def pages(self) -> list[Fetched]:
        """All that was fetched, the list that was named first."""
        return [*self.lists, *self.articles]

    def take(self, page: Fetched) -> list[str]:
        """The addresses to ask for after this page."""
        if self.found is not None:
            self.articles.append(page)
            order = sample(self.found, self.portal, ARTICLES)
            # Answers come in any order, also from another address than the one asked.
            self.articles.sort(
                key=lambda one: order.index(one.url) if one.url in order else ARTICLES
            )
            return []
        self.lists.append(page)
        found, fault = None, "it names no article that could be found"
        try:
            found = find_list(page, self.portal)
        except ExtractionError as error:
            fault = str(error)
        if len(self.lists) == 1:
            families = self.families.values()
            self._waiting = hidden_lists(page, self.portal, families)
            if found and named_lists(page, families) and self._waiting:
                self._second_best, found = found, None
        if found and found.listing.links:
            return self._adopt(found)
        if found and found.listing.lists:
            self.index = self.index or found
            self._waiting = list(found.listing.lists)
        return self._onward(page.url, fault)

    def lose(self, url: str, reason: str) -> list[str]:
        """Notes an address that could not be had; the addresses to ask for instead."""
        if self.lists and self.found is None:
            return self._onward(url, reason)
        self.lost.append((url, reason))
        return []

    def _onward(self, url: str, fault: str) -> list[str]:
        """The next list that may be the one, after one that is not."""
        if self._waiting and self._hops < HOPS:
            self._hops += 1
            return [self._waiting.pop(0)]
        if self._second_best and self._second_best.listing.links:
            self.lists = self.lists[:1]
            return self._adopt(self._second_best)
        self.lost.append((url, fault))
        return []

    def _adopt(self, found: FoundList) -> list[str]:
        """Takes the list for the one; the addresses of its first articles."""
        is_part = self.index is not None and self.index.rules.kind == found.rules.kind
        self.found = replace(found, url=self.index.url) if is_part and self.index else found
        self.portal = widened(self.portal, found)
        wanted = sample(found, self.portal, ARTICLES)
        if not wanted:
            host = url_host(found.listing.links[0].url)
            self.lost.append((found.url, f"its articles lie at another host; --host {host}"))
        return wanted


def sample(found: FoundList, portal: Portal, count: int) -> list[str]:
    """The addresses of the first articles that the portal's hosts cover."""
    return [link.url for link in found.listing.links if covers_host(portal.hosts, link.url)][:count]


def widened(portal: Portal, found: FoundList) -> Portal:
    """The portal with the whole registered domain as host, when articles lie beside the list."""
    host = url_host(found.url)
    domain = registered_domain(host)
    outside = [link for link in found.listing.links if not covers_host(portal.hosts, link.url)]
    if split_host(portal.columns[0].url)[1] is not None or host.replace(".", "").isdigit():
        return portal
    if any(registered_domain(url_host(link.url)) == domain for link in outside):
        return replace(portal, hosts=(domain,))
    return portal
