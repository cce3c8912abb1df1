"""Saved pages by their URL, for articles in several pages."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ruralnews.archive.saved import STDIN, find_saved, read_saved
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
        path = self._by_url.get(url)
        return next((page for page in _readable(path) if page.url == url), None) if path else None

    @cached_property
    def _by_url(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in self.paths:
            for page in _readable(path):
                if page.url:
                    found.setdefault(page.url, path)
        return found


def _readable(path: str) -> Iterator[SavedPage]:
    if path == STDIN:
        return
    try:
        yield from read_saved(path)
    except InputError:
        return
