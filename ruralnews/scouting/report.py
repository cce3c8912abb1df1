"""What was read by which rule, and what a person must still say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ruralnews.items import Article
    from ruralnews.scouting.cases import ReadArticle
    from ruralnews.scouting.proposal import Proposal

Row = tuple[str, str, str, str]
HEADS = ("page", "field", "read", "rule")
FIELDS = ("title", "published", "source", "author", "editor", "body")
CUT = 44
"""Characters shown of a value."""
BODY_CUT = 12


def rows(readings: Sequence[ReadArticle]) -> Iterator[Row]:
    """Page, field, value and rule of everything that was read."""
    for reading in readings:
        if reading.article is None:
            yield reading.name, "-", f"no article: {reading.fault}", "-"
            continue
        for field in FIELDS:
            value = shown(reading.article, field)
            rule = reading.article.provenance.get(field, "")
            yield reading.name, field, value or "-", rule or "-"


def shown(article: Article, field: str) -> str:
    """The value of a field for a table."""
    if field == "body":
        paragraphs = article.body.split("\n")
        beginning = paragraphs[0][:BODY_CUT]
        return f"{beginning}… characters: {len(article.body)}, paragraphs: {len(paragraphs)}"
    value = getattr(article, field)
    return _cut("、".join(value) if isinstance(value, list) else value or "")


def _cut(text: str) -> str:
    return text if len(text) <= CUT else text[:CUT] + "…"


def questions(proposal: Proposal, readings: Sequence[ReadArticle]) -> Iterator[str]:
    """What is to be filled in, each as one sentence with the lines to write."""
    for key, guess in proposal.guessed.items():
        what = "name" if key == "name" else "[[columns]] name"
        yield f"{what}: is a guess ({guess}); write the Chinese name"
    if proposal.recognised is None:
        yield (
            "family: no CMS was recognised, the general rules read the articles; "
            '`scrapy portals` shows the families in use: family = "…"'
        )
    listing = proposal.found.listing
    rules = proposal.portal.listing
    if not (listing.next_page or listing.lists or listing.paged or rules.pages) and (
        rules.kind in ("html", "json")
    ):
        yield (
            "further list pages: none is named on the list; when there are some, write the "
            'file name of one with {n} for its number: [listing] pages = "index_{n}.html"'
        )
    if proposal.stray:
        left_out = f"{len(proposal.stray)} of {len(listing.links)} links of the list are left out"
        yield (
            f"{left_out}, the first is {proposal.stray[0]}; "
            "if it is an article of this portal, add its host to 'hosts' or its form to 'article'"
        )
    if not any("(?P<id>" in pattern.pattern for pattern in rules.article):
        yield (
            "article: no part of the addresses is surely an id, so the records are named by a "
            "hash of the address; if one is, put it into a group: (?P<id>…)"
        )
    yield from _unread(readings)


def _unread(readings: Sequence[ReadArticle]) -> Iterator[str]:
    articles = [reading.article for reading in readings if reading.article]
    for reading in readings:
        if reading.fault:
            yield f"{reading.name}: {reading.page.url} gave no article: {reading.fault}"
    if any(r.fault and r.fault.reason is Reason.DATE_MISSING for r in readings):
        yield (
            "published: a crawl takes the day from the list where it names one; better show the "
            'place of the date: [article] published = ["span.time"]'
        )
    if not articles:
        yield 'body: no article was read; show its place: [article] body = ["div.content"]'
        return
    for field in ("source", "author", "editor"):
        if not any(getattr(article, field) for article in articles):
            yield (
                f"{field}: none of the {len(articles)} articles gave one; when the pages show it, "
                f'say where: [article] {field} = ["span.{field}"] (a CSS selector)'
            )
