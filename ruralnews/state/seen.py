"""What one run has already yielded. In memory; nothing here outlives the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ruralnews.items import Article


class Seen:
    """Ids and contents of the articles of one run."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def add(self, article: Article) -> str | None:
        """The id of the earlier article that this one repeats, or None for a new one.

        An article is repeated when its id or its content (`content_sha`) was there before.
        """
        keys = (f"id {article.id}", f"sha {article.content_sha}")
        for key in keys:
            if key in self._first:
                return self._first[key]
        self._first.update(dict.fromkeys(keys, article.id))
        return None
