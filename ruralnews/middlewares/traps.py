"""Addresses that lead a crawl in circles. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

MAX_DEPTH = 20
"""Folders of a path, as Heritrix has it; 23,205 links of portal pages (2026-11) have at most 7."""
MAX_REPEATS = 2
"""How often in a row the same one, two or three folders may stand: relative links gone wrong."""
PERIODS = (1, 2, 3)


def is_trap(url: str) -> bool:
    """Whether the path is absurdly deep or repeats itself (`/a/a/a`, `/a/b/a/b/a/b`)."""
    folders = [part for part in urlsplit(url).path.split("/") if part]
    if len(folders) > MAX_DEPTH:
        return True
    times = MAX_REPEATS + 1
    return any(
        folders[start : start + period] * times == folders[start : start + period * times]
        for period in PERIODS
        for start in range(len(folders) - period * times + 1)
    )
