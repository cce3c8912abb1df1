"""A loaded article without its boilerplate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.extraction.boilerplate import mark_boilerplate, split_marked
from ruralnews.extraction.linkfarm import LINK_FARM
from ruralnews.reasons import Warn

if TYPE_CHECKING:
    from ruralnews.items import Article


def clean_body(article: Article) -> list[tuple[str, str]]:
    """The lines that left the body, each with its rule.

    Sets `body` to the article's own paragraphs and adds to `removed` what left it.
    """
    before = article.body.split("\n")
    marks = mark_boilerplate(before, article.title)
    lines, removed = split_marked(before, marks)
    article.body = "\n".join(lines)
    article.removed.extend(removed)
    if any(removal.rule == LINK_FARM for removal in article.removed):
        article.warnings = [*article.warnings, Warn.SPAM_DROPPED.value]
    return [(mark, line) for line, mark in zip(before, marks, strict=True) if mark]
