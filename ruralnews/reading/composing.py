"""The article that its pages make. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.extraction.candidates import Candidate
from ruralnews.extraction.parts import stitch
from ruralnews.loaders import load_article

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ruralnews.extraction.candidates import RawArticle
    from ruralnews.items import Article
    from ruralnews.loaders import Source
    from ruralnews.portals.model import Portal


def compose(
    raws: Sequence[RawArticle], page: Source, said: Mapping[str, str], portal: Portal | None
) -> Article:
    """The article of its pages, `page` being the first one, as the loader has it.

    `said` is what the list says of it, by field. Raises ExtractionError as `load_article` does.
    """
    raw = stitch(raws)
    for name, value in said.items():
        # The least trusted of all candidates.
        raw.candidates.setdefault(name, []).append(Candidate(f"list:{name}", value))
    article = load_article(raw, page, portal)
    article.pages = len(raws)
    return article
