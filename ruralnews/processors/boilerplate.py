"""A loaded article without its boilerplate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.extraction.boilerplate import drop_boilerplate
from ruralnews.extraction.linkfarm import LINK_FARM
from ruralnews.reasons import Warn

if TYPE_CHECKING:
    from ruralnews.items import Article


def clean_body(article: Article) -> None:
    """Sets `body` to the article's own paragraphs and adds to `removed` what left it."""
    lines, removed = drop_boilerplate(article.body.split("\n"), article.title)
    article.body = "\n".join(lines)
    article.removed.extend(removed)
    if any(removal.rule == LINK_FARM for removal in article.removed):
        article.warnings = [*article.warnings, Warn.SPAM_DROPPED.value]
