"""Ruralnews as a library: the bytes of a page in, its article out. Crawl and replay call this."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.extraction.article import read_article
from ruralnews.extraction.page import read_page
from ruralnews.extraction.parts import stitch
from ruralnews.loaders import load_article
from ruralnews.portals import get_portal, portal_for
from ruralnews.processors.boilerplate import clean_body
from ruralnews.processors.privacy import mask_article
from ruralnews.processors.validation import check_article
from ruralnews.state.keys import content_sha, record_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from ruralnews.extraction.page import Page
    from ruralnews.items import Article
    from ruralnews.portals.model import Portal


def extract(  # noqa: PLR0913
    body: bytes,
    url: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    portal: str | None = None,
    fetched_at: datetime | None = None,
    strict: bool = False,
) -> Article | None:
    """The article that the HTML page `body` holds; None when it holds none.

    `url` is the page's address, `headers` those of the response, `portal` the slug of a profile
    (without it the one that covers the host of `url`, if any). `fetched_at` is aware; it bounds
    the publication date and defaults to now.

    Raises:
        ExtractionError: with `strict`, instead of None; its `reason` says why.
        ProfileError: there is no profile `portal`.
    """
    profile = get_portal(portal) if portal else portal_for(url) if url else None
    data = profile.article.data if profile else None
    try:
        with _uncollected():
            page = read_page(body, url, headers=headers, fetched_at=fetched_at, data=data)
            return article_from_page(page, profile)
    except ExtractionError:
        if strict:
            raise
        return None


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: a page leaves no cycles, and to look for them costs 5 %."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def article_from_page(
    page: Page, portal: Portal | None = None, find: Callable[[str], Page | None] | None = None
) -> Article:
    """The checked article of one page, or of all its pages (分页) when `find` has them by URL.

    An article with pages that were not at hand carries the warning `parts-unread`.

    Raises:
        ExtractionError: the page gives no record; `reason` says why.
    """
    raws = [read_article(page, portal)]
    read = {page.url}
    for url in raws[0].parts:
        further = find(url) if find and url not in read else None
        if further is None:
            break
        read.add(url)
        raws.append(read_article(further, portal))
    whole = len(raws) == 1 + len(raws[0].parts)
    article = load_article(stitch(raws) if whole else raws[0], page, portal)
    article.pages = len(raws) if whole else 1
    finish(article, page, portal)
    return article


def finish(article: Article, page: Page, portal: Portal | None = None) -> None:
    """Drops the boilerplate of a loaded article, masks private numbers, sets the keys, checks."""
    clean_body(article)
    mask_article(article)
    article.content_sha = content_sha(article)
    article.id = record_id(portal, article.url, article.canonical_url, article.content_sha)
    check_article(article, page.fetched_at)
