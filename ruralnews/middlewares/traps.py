"""Addresses that lead a crawl in circles. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from ruralnews.extraction.dates import url_date

MAX_DEPTH = 20
"""Folders of a path, as Heritrix has it; 23,205 links of portal pages (2026-11) have at most 7."""
MAX_REPEATS = 2
"""How often in a row the same one, two or three folders may stand: relative links gone wrong."""
PERIODS = (1, 2, 3)
AHEAD = timedelta(days=366)
"""A calendar links to every year to come; a newsroom never dates an address so far ahead."""
MAX_VARIANTS = 100
"""Queries of one path that may give the same article in a row: a column that repeats another one
article by article is no trap."""


class Trap(StrEnum):
    """What is wrong with an address; the word for the counters."""

    DEPTH = "depth"
    """The path is absurdly deep."""
    CIRCLE = "circle"
    """The path repeats itself (`/a/a/a`, `/a/b/a/b/a/b`)."""
    FUTURE = "future"
    """The path names a day more than a year ahead."""
    VARIANTS = "variants"
    """The path gave nothing new for many queries in a row."""


def trap_in(url: str) -> Trap | None:
    """Why the path of an http(s) URL leads nowhere; None for one that may lead somewhere."""
    folders = [part for part in urlsplit(url).path.split("/") if part]
    if len(folders) > MAX_DEPTH:
        return Trap.DEPTH
    times = MAX_REPEATS + 1
    repeats = any(
        folders[start : start + period] * times == folders[start : start + period * times]
        for period in PERIODS
        for start in range(len(folders) - period * times + 1)
    )
    return Trap.CIRCLE if repeats else None


def is_ahead(url: str, now: datetime) -> bool:
    """Whether the path names a day that lies further ahead than a newsroom plans."""
    day = url_date(url)
    return day is not None and day > now.replace(tzinfo=None) + AHEAD


@dataclass(slots=True)
class Variants:
    """Paths that were asked for with one query after the other, in one run."""

    repeats: Counter[str] = field(default_factory=Counter)
    """By path: how many queries in a row gave an article that was known."""

    def read(self, url: str, *, repeated: bool) -> None:
        """Takes note of an article read at the URL."""
        path, query, _ = url.partition("?")
        if not query:
            return
        if repeated:
            self.repeats[path] += 1
        else:
            self.repeats.pop(path, None)

    def are_spent(self, url: str) -> bool:
        """Whether further queries of the path are not worth asking for."""
        path, query, _ = url.partition("?")
        return bool(query) and self.repeats[path] >= MAX_VARIANTS
