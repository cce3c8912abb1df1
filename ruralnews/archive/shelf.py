"""Saved pages by their URL, for articles in several pages."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ruralnews.archive.saved import STDIN, find_saved, read_record, read_saved
from ruralnews.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ruralnews.archive.saved import SavedPage


class Shelf:
    """The saved pages below some paths.

    Bodies are read when asked for and not kept. A file that cannot be read holds no page here;
    who reads the files one by one is told.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = list(find_saved(paths))

    def find(self, url: str) -> SavedPage | None:
        """The page saved under exactly this URL, the first of several."""
        path, offset = self._by_url.get(url, (None, None))
        if path is None:
            return None
        try:
            page = read_record(path, offset) if offset is not None else next(read_saved(path))
        except InputError:
            return None
        return page if page and page.problem is None else None

    @cached_property
    def _by_url(self) -> dict[str, tuple[str, int | None]]:
        found: dict[str, tuple[str, int | None]] = {}
        for path in self.paths:
            for page in _readable(path):
                if page.url:
                    found.setdefault(page.url, (path, page.offset))
        return found


def _readable(path: str) -> Iterator[SavedPage]:
    if path == STDIN:
        return
    try:
        yield from (page for page in read_saved(path) if page.problem is None)
    except InputError:
        return
