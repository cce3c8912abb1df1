"""The lines of a page by what they can say about the article: above, head, text, foot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ruralnews.extraction.headline import HEADINGS
from ruralnews.extraction.infobar import TABLE_TAGS, Bar, read_bar
from ruralnews.extraction.labels import find_labels
from ruralnews.extraction.walk import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.extraction.headline import Headline
    from ruralnews.extraction.walk import Walk

ABOVE = 12
"""Lines around the headline in which a bar or a block for search engines stands."""
TABLE = 45
"""Lines of a label table above the headline."""
BEHIND = 14
"""Lines behind the text: editor line, share tools and, on some portals, the whole bar."""
LAST = 8
"""Last lines of the text that may be its foot."""
CREDIT = 40
"""Characters of an editor line."""
CREDITS = re.compile(r"[\[【（(\s]*(?:责\s*任\s*编\s*辑|责\s*编|编\s*辑)\s*[：:∶/丨|]")
RIGHT = re.compile(r"align\s*:\s*(?:right|end)", re.IGNORECASE)
PROSE = 90
"""Characters from which a line below the headline is text, unless it has labels."""


SENTENCE = re.compile(r"[，。；！？]|——")


@dataclass(frozen=True, slots=True)
class Zones:
    """Where to look for what."""

    head: Bar
    """From the headline to the first paragraph."""
    above: Bar
    """Over the headline."""
    hidden: Bar
    """Blocks for search engines, hidden beside the bar: `#pubtime_baidu`."""
    foot: Bar
    """The last lines of the text and those behind it."""
    bylines: list[Line]
    """The lines from the headline to the first paragraph."""
    paragraphs: list[str]
    """The text, from its first paragraph."""
    signatures: list[str]
    """What is set to the right at the end of the text, the last first."""
    crumbs: list[Line]
    """Lines over the headline."""


def cut_zones(walk: Walk, run: tuple[int, int], headline: Headline | None) -> Zones:
    """The zones of a page whose text region is `run`."""
    lines = walk.lines
    top = headline.first if headline else run[0]
    below = headline.last + 1 if headline else run[0]
    start = _first_paragraph(lines, below, run)
    end = max(run[1], start)
    inside = [Line(headline.rest, lines[top].element)] if headline and headline.rest else []
    near = max(0, top - ABOVE)
    over = [line for line in lines[max(0, top - TABLE) : near] if _is_cell(line)]
    over += lines[near:top]
    foot = [line for line in lines[start : max(start, end - LAST)] if _is_credit(line)]
    foot += lines[max(start, end - LAST) : end + BEHIND]
    return Zones(
        head=read_bar([*inside, *_shown(lines[below:start])]),
        above=read_bar(_shown(over)),
        hidden=read_bar([line for line in lines[near : start + 2] if line.hidden]),
        foot=read_bar([line for line in _shown(foot) if _may_label(line)]),
        bylines=[line for line in _shown(lines[below:start]) if not line.links],
        paragraphs=[line.text for line in lines[start:end] if not line.hidden],
        signatures=list(_signatures(lines[start:end])),
        crumbs=over,
    )


def _signatures(lines: list[Line]) -> Iterator[str]:
    """The short lines set to the right that close the text, the last first."""
    for line in reversed(lines[-LAST:]):
        if len(line.text) >= PROSE or _is_prose(line.text):
            return
        if RIGHT.search(f"{line.element.get('style')} align:{line.element.get('align')}"):
            yield line.text


def _first_paragraph(lines: list[Line], below: int, run: tuple[int, int]) -> int:
    """The first line under the headline that is text and not bar."""
    bar = 0
    for at in range(max(below, run[0]), run[1]):
        line = lines[at]
        if len(line.text) >= PROSE or (_is_prose(line.text) and not _is_subtitle(line)):
            return at
        # A label table has a line for every cell.
        bar += lines[at].element.tag not in TABLE_TAGS
        if bar > ABOVE:
            break
    return max(below, run[0])


def _is_prose(text: str) -> bool:
    """Whether a short line is a sentence of the text."""
    return SENTENCE.search(text) is not None and not find_labels(text)


def _is_subtitle(line: Line) -> bool:
    """Whether a line below the headline is set as another (副题)."""
    return line.element.tag in HEADINGS or line.text.startswith(("——", "--", "──"))


def _is_cell(line: Line) -> bool:
    """Whether a line may belong to the label table of a document."""
    return line.element.tag in TABLE_TAGS or bool(find_labels(line.text))


def _shown(lines: list[Line]) -> list[Line]:
    """The lines a reader sees and that are not mere navigation."""
    return [
        line
        for line in lines
        if not line.hidden and (len(line.text) <= 2 * PROSE or find_labels(line.text))
    ]


def _is_credit(line: Line) -> bool:
    """Whether a line in the midst of the text region starts with an editor's label.

    The region of some pages runs on into the footer.
    """
    return len(line.text) <= CREDIT and CREDITS.match(line.text) is not None


def _may_label(line: Line) -> bool:
    """Whether a line at the foot may be more than text and links."""
    return line.link_chars * 10 < len(line.text) * 9
