"""One page in, everything it says about its article out: candidates per field, and the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.extraction import body, fields, people
from ruralnews.extraction.candidates import TEXT_FIELDS, Candidate, RawArticle
from ruralnews.extraction.dates import china_time
from ruralnews.extraction.headline import find_headline
from ruralnews.extraction.json_article import data_candidates
from ruralnews.extraction.linkfarm import LINK_FARM, farm_hosts
from ruralnews.extraction.paging import find_parts
from ruralnews.extraction.tables import read_table
from ruralnews.extraction.titles import title_segments
from ruralnews.extraction.zones import cut_zones
from ruralnews.reasons import Reason, Warn

if TYPE_CHECKING:
    from ruralnews.extraction.page import Page
    from ruralnews.portals.model import Portal

NO_ARTICLE = re.compile(
    "|".join(f"(?:{pattern})" for pattern, *_ in read_table("no_article.tsv")), re.IGNORECASE
)
"""Headlines of what a portal shows where no article is."""
STOP = re.compile(r"[。！？；…]")
SHORTEST_PROSE = 60
"""Characters of sentences that make a text an article when no title confirms its headline; the
shortest picture news on the saved pages has 50, under a headline that `<title>` confirms."""


def read_article(page: Page, portal: Portal | None = None) -> RawArticle:
    """Everything `page` says about its article, for each field the most trusted value first.

    Raises:
        ExtractionError: `article-missing` when the page holds no article.
    """
    if portal:
        portal = portal.as_of(china_time(page.fetched_at).date())
    run = body.find_body(page, portal)
    if run is None:
        raise ExtractionError(Reason.ARTICLE_MISSING, "the page holds no running text")
    walk, metas = page.walk, page.metas
    headline = find_headline(walk, metas, run)
    _check_headline([*title_segments(metas.title)[:1], *([headline.text] if headline else [])])
    zones = cut_zones(walk, run, headline)
    dates = list(fields.date_candidates(zones, metas, page))
    if not (headline and headline.agreed):
        _check(zones.paragraphs, dates)
    found: dict[str, list[Candidate]] = {
        name: list(fields.profile_candidates(page, portal, name)) for name in TEXT_FIELDS
    }
    found["title"] += fields.title_candidates(headline, metas, zones)
    found["subtitle"] += fields.subtitle_candidates(walk, headline, zones)
    found["published"] += dates
    found["source"] += fields.source_candidates(zones, metas)
    found["author"] += people.author_candidates(zones, metas)
    found["editor"] += people.editor_candidates(zones, metas)
    found["column"] += fields.column_candidates(zones, metas)
    _put_data_first(found, page, portal)
    scripts = fields.script_candidates(metas.scripts, headline)
    for name, candidate in (*fields.declared_candidates(metas), *scripts):
        found[name].append(candidate)
    raw_body, images, attachments, removed = body.read_body(page, portal, run)
    parts = find_parts(page)
    return RawArticle(
        candidates=found,
        credits=list(people.credit_candidates(zones)),
        body=raw_body,
        images=images,
        attachments=attachments,
        removed=removed,
        farm_hosts=farm_hosts(page) if LINK_FARM in {one.rule for one in removed} else (),
        parts=parts,
        warnings=[*page.warnings, *([Warn.PARTS_UNREAD] if parts else [])],
    )


def _check_headline(titles: list[str]) -> None:
    """Raises when a title of the page says that no article is there."""
    for title in titles:
        if NO_ARTICLE.fullmatch("".join(title.split())):
            raise ExtractionError(Reason.ARTICLE_MISSING, f"the page is headed {title!r}")


def _put_data_first(found: dict[str, list[Candidate]], page: Page, portal: Portal | None) -> None:
    """Puts what the data of the article says before what its text says."""
    data = portal.article.data if portal else None
    if page.data is None or data is None:
        return
    for name, candidate in data_candidates(page.data, data):
        found[name].insert(0, candidate)
    native = portal.native_id(page.url) if portal and page.url and data.page else None
    if native:
        address = data.page.replace("{id}", native)
        found["canonical_url"].insert(0, Candidate("profile:page", address))


def _check(paragraphs: list[str], dates: list[Candidate]) -> None:
    """Raises when a page whose headline nothing confirms has no date or no sentences either."""
    prose = sum(len(line) for line in paragraphs if STOP.search(line))
    if not dates or prose < SHORTEST_PROSE:
        raise ExtractionError(
            Reason.ARTICLE_MISSING,
            f"no headline, {len(dates)} dates and {prose} characters of sentences",
        )
