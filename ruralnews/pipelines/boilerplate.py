"""Rule: a body is the article and nothing but the article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.processors.boilerplate import clean_body
from ruralnews.state.keys import content_sha

if TYPE_CHECKING:
    from ruralnews.items import Article


class BoilerplatePipeline:
    """Drops boilerplate from the body, and takes the fingerprint of what is left."""

    def process_item(self, item: Article) -> Article:
        clean_body(item)
        item.content_sha = content_sha(item)
        return item
