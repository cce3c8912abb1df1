"""What to fetch of a portal nobody described, and what was fetched so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.extraction.links import registered_domain, url_host
from ruralnews.portals.hosts import covers_host, split_host
from ruralnews.scouting.lists import FoundList, find_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ruralnews.portals.model import Family, Portal
    from ruralnews.scouting.fetched import Fetched

ARTICLES = 3
"""Enough to see a form in their addresses; more would not be polite."""
HOPS = 2
"""Lists asked for on the way to one that names articles: an index, a script's list."""


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

    def lose(self, url: str, reason: str) -> None:
        """Notes that the page could not be had."""
        self.lost.append((url, reason))


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
        try:
            found = find_list(page, self.portal)
        except ExtractionError as error:
            found, fault = None, str(error)
        else:
            fault = "it names no article that could be found"
        if found and found.listing.links:
            is_part = self.index is not None and self.index.rules.kind == found.rules.kind
            self.found = replace(found, url=self.index.url) if is_part and self.index else found
            self.portal = widened(self.portal, found)
            return sample(found, self.portal, ARTICLES)
        onward = (found.listing.lists if found else []) or self._hidden_lists(page)
        if not onward or len(self.lists) > HOPS:
            self.lost.append((page.url, fault))
            return []
        self.index = self.index or found
        return onward[:1]

    def _hidden_lists(self, page: Fetched) -> list[str]:
        """The lists that a page's scripts fetch, as far as a family says where they are."""
        del page
        return []

    def lose(self, url: str, reason: str) -> None:
        """Notes an address that could not be had."""
        self.lost.append((url, reason))


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
