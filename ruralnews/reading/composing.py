"""The article that its pages make: loaded, rid of boilerplate, private numbers masked. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ruralnews.extraction.candidates import Candidate
from ruralnews.extraction.parts import stitch
from ruralnews.items import Article  # noqa: TC001 - msgspec looks at run time
from ruralnews.loaders import load_article
from ruralnews.processors.boilerplate import clean_body
from ruralnews.processors.privacy import mask_article

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ruralnews.extraction.candidates import RawArticle
    from ruralnews.loaders import Source
    from ruralnews.portals.model import Portal


@dataclass(frozen=True, slots=True)
class Composed:
    """An article, and what was done to it."""

    article: Article
    """Without `id` and `content_sha`: the crawl names what it keeps."""
    left: tuple[tuple[str, str], ...] = ()
    """The lines that left its body, each behind its rule."""
    masked: dict[str, int] = field(default_factory=dict)
    """Private numbers by type."""


def compose(
    raws: Sequence[RawArticle], page: Source, said: Mapping[str, str], portal: Portal | None
) -> Composed:
    """The article of its pages, `page` being the first one.

    `said` is what the list says of it, by field. Raises ExtractionError as `load_article` does.
    """
    raw = stitch(raws)
    for name, value in said.items():
        # The least trusted of all candidates.
        raw.candidates.setdefault(name, []).append(Candidate(f"list:{name}", value))
    article = load_article(raw, page, portal)
    article.pages = len(raws)
    left = clean_body(article)
    return Composed(article, tuple(left), dict(mask_article(article)))
