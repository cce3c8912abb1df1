"""A profile is proposed for every portal of the world, from nothing but the address of a list.

No network: the pages are taken from the world itself, the lists are read by the crawl's readers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import world
from crawling import LIKE, portal_of
from listing import parameters

from ruralnews.extraction.dates import china_time
from ruralnews.extraction.lists import read_list
from ruralnews.portals import generic_portal, load_families, load_portals, portal_from_text
from ruralnews.portals.model import ListingRules
from ruralnews.scouting.fetched import Fetched
from ruralnews.scouting.proposal import profile_text, propose
from ruralnews.scouting.report import questions
from ruralnews.scouting.survey import Survey
from ruralnews.spiders.links import column_links

if TYPE_CHECKING:
    from listing import Served

    from ruralnews.portals.model import Portal

TODAY = china_time(datetime.now(UTC)).date()
FAMILIES = load_families()
PAGED = [slug for slug, p in load_portals().portals.items() if not p.article.data]
"""Where articles are data, a person must say which value is what."""
PORTALS = sorted({*PAGED} - {"demo"}) + [f"kind-{kind}" for kind in LIKE]
MOST_LISTS = 60
MOST_IDS = 100


def fetched(pages: dict[str, Served], url: str) -> Fetched | None:
    """A page of the world."""
    address = url.partition("://")[2]
    page = pages.get(address) or pages.get(address.partition("?")[0])
    if page is None:
        return None
    body = page.service(parameters(urlsplit(url).query, "")) if page.service else page.body
    return Fetched(url, body, page.headers, datetime.now(UTC))


def survey_of(pages: dict[str, Served], start: str, hosts: tuple[str, ...]) -> Survey:
    """What `scrapy newportal` would have fetched."""
    survey = Survey(replace(generic_portal(start, "hemiao"), hosts=hosts), FAMILIES)
    asked = [start]
    while asked:
        page = fetched(pages, asked.pop(0))
        assert page is not None
        asked += survey.take(page)
    return survey


def articles(portal: Portal, pages: dict[str, Served]) -> set[str]:
    """The articles that the lists of a portal name, all their pages read."""
    waiting = [link.address for link in column_links(portal.columns[0], TODAY, None)]
    found: set[str] = set()
    seen: set[str] = set()
    while waiting and len(seen) < MOST_LISTS:
        url = waiting.pop(0)
        page = fetched(pages, url)
        if url in seen or page is None:
            continue
        seen.add(url)
        listing = read_list(
            page.body, url, portal, headers=page.headers, fetched_at=page.fetched_at
        )
        found |= {link.url for link in listing.links}
        found |= set(listing.walk.down(MOST_IDS)) if listing.walk else set()
        waiting += [*listing.lists, *([listing.next_page] if listing.next_page else [])]
    return {url.partition("://")[2] for url in found}


@pytest.mark.parametrize("slug", PORTALS)
def test_a_profile_is_proposed_that_finds_the_articles(slug: str) -> None:
    portal, cases = portal_of(slug)
    site = world.build(portal, TODAY, cases)
    pages = site.pages()
    at = site.columns[0]
    start = column_links(at.column, TODAY, None)[0].address
    survey = survey_of(pages, start, portal.hosts)
    assert survey.found is not None, survey.lost
    assert len(survey.articles) == 3
    proposal = propose(survey, survey.found, {}, FAMILIES)
    family = proposal.recognised.family.listing if proposal.recognised else ListingRules()
    proposed = portal_from_text("hemiao", profile_text(proposal, family, "2026-11-22"))
    assert proposed.listing.kind == site.kind(at)
    there = {item.url.partition("://")[2] for item in at.items}
    found = articles(proposed, pages) & pages.keys()
    if any(sentence.startswith("further list pages") for sentence in questions(proposal, [])):
        # Only a person can know how a list goes on that does not say it.
        found |= there - {link.url.partition("://")[2] for link in survey.found.listing.links}
    assert found == there
