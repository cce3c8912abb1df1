"""What `scrapy replay --explain` tells about one page: every candidate and the one that won."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.extensions.log_lines import escape
from ruralnews.extraction.article import read_article
from ruralnews.extraction.candidates import TEXT_FIELDS
from ruralnews.loaders import load_article
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
    yield from _body(raw)
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


def _body(raw: RawArticle) -> Iterator[str]:
    if raw.body is None:
        yield "  body: -"
        return
    chars = sum(map(len, raw.body.lines))
    yield f"  body: {chars} characters in {len(raw.body.lines)} lines, by {raw.body.rule}"
    yield f"    first: {_short(raw.body.lines[0])}" if raw.body.lines else "    no line"


def _short(text: str) -> str:
    return escape(text if len(text) <= CUT else text[:CUT] + "…")
