"""Rule: a body is the article and nothing but the article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.processors.boilerplate import clean_body

if TYPE_CHECKING:
    from ruralnews.items import Article


class BoilerplatePipeline:
    """Drops boilerplate from the body."""

    def process_item(self, item: Article) -> Article:
        clean_body(item)
        return item
