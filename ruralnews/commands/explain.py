"""What `scrapy replay --explain` tells about one page: every candidate and the one that won."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.extensions.log_lines import escape
from ruralnews.extraction.article import read_article
from ruralnews.extraction.candidates import TEXT_FIELDS
from ruralnews.loaders import load_article
from ruralnews.processors.boilerplate import clean_body
from ruralnews.restoration import count_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.extraction.candidates import Candidate, RawArticle
    from ruralnews.extraction.page import Page
    from ruralnews.items import Article
    from ruralnews.portals.model import Portal

CUT = 60
"""Characters shown of a raw text."""


def explain(name: str, page: Page, portal: Portal | None) -> None:
    """Prints to stderr how the page was read. A page without article is reported elsewhere."""
    for line in _lines(name, page, portal):
        print(line, file=sys.stderr)


def _lines(name: str, page: Page, portal: Portal | None) -> Iterator[str]:
    yield name
    profile = portal.slug if portal else "none"
    yield f"  page: {page.url or 'no URL'}, {page.encoding}, profile {profile}"
    for step, count in count_steps(page.restored):
        yield f"  restored: {step} ({count})"
    try:
        raw = read_article(page, portal)
        article = load_article(raw, page, portal)
    except ExtractionError:
        return
    for field in TEXT_FIELDS:
        yield from _field(field, raw.candidates.get(field, []), article)
    if article.credits:
        yield "  credits: " + escape("、".join(f"{one.role} {one.name}" for one in article.credits))
    yield from _body(raw, article)
    if raw.farm_hosts:
        yield f"  link farm to {len(raw.farm_hosts)} hosts: {_short(' '.join(raw.farm_hosts))}"
    for warning in article.warnings:
        yield f"  warning: {warning}"


def _field(field: str, candidates: list[Candidate], article: Article) -> Iterator[str]:
    value = getattr(article, field)
    shown = "、".join(value) if isinstance(value, list) else value
    yield f"  {field}: {escape(shown) if shown else '-'}"
    for candidate in candidates:
        won = (candidate.rule, candidate.raw) == (
            article.provenance.get(field),
            article.raw.get(field),
        )
        role = f" [{candidate.role}]" if candidate.role else ""
        yield f"    {'*' if won else ' '} {candidate.rule}{role}: {_short(candidate.raw)}"


def _body(raw: RawArticle, article: Article) -> Iterator[str]:
    """What the body is, and what did not become part of it; drops that from the article."""
    if raw.body is None:
        yield "  body: -"
        return
    dropped = clean_body(article)
    lines = article.body.split("\n") if article.body else []
    yield f"  body: {sum(map(len, lines))} characters in {len(lines)} lines, by {raw.body.rule}"
    if lines:
        yield f"    first: {_short(lines[0])}"
    if len(lines) > 1:
        yield f"    last: {_short(lines[-1])}"
    for removal in raw.removed:
        yield f"    left out by {removal.rule}: {removal.chars} characters"
    for rule, line in dropped:
        yield f"    left out by {rule}: {_short(line)}"


def _short(text: str) -> str:
    return escape(text if len(text) <= CUT else text[:CUT] + "…")
