"""One article while its pages come in: what was read, what is still to be asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.reading.composing import compose
from ruralnews.reasons import Reason
from ruralnews.state.keys import canonical_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ruralnews.items import Article
    from ruralnews.monitoring.samples import Samples
    from ruralnews.portals.model import Column, Portal
    from ruralnews.reading.pages import Reading
    from ruralnews.state.queue import Task

MAX_PARTS = 50
"""Pages of one article; the longest reports on portals stay below 30 (2026-11)."""


@dataclass(slots=True)
class Story:
    """The pages of one article, the first one first."""

    task: Task
    column: Column
    answered: Mapping[str, str] = field(default_factory=dict)
    """What recognises the first page unchanged."""
    moved: bool = False
    """Whether it came from the address of another article."""
    pages: list[Reading] = field(default_factory=list)

    @property
    def validators(self) -> Mapping[str, str]:
        """What recognises the article unchanged; one in several pages cannot be."""
        return self.answered if len(self.pages) == 1 else {}

    def add(self, page: Reading) -> None:
        """Adds the next page.

        Raises ExtractionError when it was read before: a portal that sends a lost page to the
        first one.
        """
        if canonical_url(page.url) in self._read():
            raise ExtractionError(Reason.PARTS_MISSING, "it leads to a page read before")
        self.pages.append(page)

    def next_part(self) -> str | None:
        """The first URL that a page of the article names and nobody has read.

        Raises ExtractionError when the pages never end.
        """
        read = self._read()
        named = (url for page in self.pages for url in page.raw.parts)
        part = next((url for url in named if canonical_url(url) not in read), None)
        if part and len(self.pages) >= MAX_PARTS:
            raise ExtractionError(Reason.PARTS_MISSING, f"it names more than {MAX_PARTS} pages")
        return part

    def _read(self) -> set[str]:
        return {canonical_url(page.url) for page in self.pages}

    @property
    def said(self) -> dict[str, str]:
        """What the list says of the article, by field."""
        said = {
            "title": self.task.title,
            "published": self.task.listed,
            "column": self.column.name,
        }
        return {name: value for name, value in said.items() if value}

    def article(self, portal: Portal) -> Article:
        """The whole article. Raises ExtractionError as `compose` does."""
        first = self.pages[0]
        if first.article:
            return first.article
        restored = tuple(step for page in self.pages for step in page.restored)
        raws = [page.raw for page in self.pages]
        return compose(raws, replace(first, restored=restored), self.said, portal)

    def show(self, article: Article, samples: Samples | None) -> None:
        """Notes for the report what was restored in its pages."""
        if samples is None:
            return
        steps = ", ".join(repair.step for repair in article.restored)
        for page in self.pages:
            for before, after in page.mended:
                samples.note(article, steps, before, after)
