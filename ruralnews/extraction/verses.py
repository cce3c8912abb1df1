"""A text without sentences: a poem, a roll of names, prices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ruralnews.extraction.boilerplate import fold
from ruralnews.extraction.region import BAR_LINES, NOTICE, TITLE_PARTS, VERSE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ruralnews.extraction.walk import Line, Walk

VERSES = 4
VERSES_TEXT = 30
"""Lines and characters of the shortest such text."""
COLON = re.compile(r"[：:|>]")
DIGITS = re.compile(r"\d{4}")


def find_verses(walk: Walk, titles: Iterable[str]) -> tuple[int, int] | None:
    """The run of a text without sentences below its headline: a poem, a roll of names, prices.

    Lines of one element, none with a link, a label or a notice.
    """
    parts = {fold(part) for title in titles for part in TITLE_PARTS.split(title)}
    headline = next(
        (at for at, line in enumerate(walk.lines) if not line.links and fold(line.text) in parts),
        None,
    )
    if headline is None:
        return None
    best = None
    for block in walk.blocks:
        start, end = block.span
        lines = walk.lines[start:end] if headline < start and end - start >= VERSES else []
        size = sum(len(line.text) for line in lines)
        bar = walk.lines[headline + 1 : start] if lines else []
        # Without a bar the headline is a column's and the lines are a list's.
        dated = any(DIGITS.search(line.text) for line in bar[:BAR_LINES])
        if not dated:
            continue
        may_be = _may_be_cell if block.tag == "table" else _may_be_verse
        if size > (best[0] if best else VERSES_TEXT) and all(map(may_be, lines)):
            best = size, (start, end)
    return best[1] if best else None


def _may_be_cell(line: Line) -> bool:
    return not (line.hidden or line.links or NOTICE.search(line.text))


def _may_be_verse(line: Line) -> bool:
    text = line.text
    return not (
        line.hidden
        or line.links
        or len(text) > VERSE
        or COLON.search(text)
        or NOTICE.search(text)
        or DIGITS.search(text)
    )
