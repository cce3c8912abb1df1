"""The lines of a page by what they can say about the article: above, head, text, foot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from ruralnews.extraction.dates import find_dates
from ruralnews.extraction.headline import HEADINGS
from ruralnews.extraction.infobar import LONGEST_LINE, Bar, read_bar
from ruralnews.extraction.labels import find_labels
from ruralnews.extraction.region import end_kind
from ruralnews.extraction.values import TABLE_TAGS
from ruralnews.extraction.walk import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.extraction.headline_text import Headline
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
LEAD = 4
"""Lines below a lead (导语) in which the bar stands."""
LONGEST_BAR = 60
CHECKED = frozenset(("editor", "credit"))
HEADLINE_LINK = 8
HEADLINE_LINKS = 2
"""Characters of a link that names another article, and how many make a block one of other
articles: their dates, authors and sources are not this one's."""
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
    linked: list[Line]
    """The same with links in them."""
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
    inside = [Line(headline.rest, lines[top].block)] if headline and headline.rest else []
    near = max(0, top - ABOVE)
    above = range(max(0, top - TABLE), top)
    foreign = _foreign(walk, above, top)
    over = [lines[at] for at in above if at not in foreign and (at >= near or _is_cell(lines[at]))]
    foot = [at for at in range(start, max(start, end - LAST)) if _is_credit(lines[at])]
    foot += range(max(start, end - LAST), min(end + BEHIND, len(lines)))
    elsewhere = _elsewhere(walk, range(end, min(end + BEHIND, len(lines))))
    return Zones(
        head=read_bar([*inside, *_shown(lines[below:start])]),
        above=read_bar(_shown(over)),
        hidden=read_bar([line for line in lines[near : start + 2] if line.hidden]),
        foot=_read_foot(lines, foot, elsewhere),
        bylines=[line for line in _shown(lines[below:start]) if not line.links],
        linked=[line for line in lines[below:start] if line.links and not line.hidden],
        paragraphs=[line.text for line in lines[start:end] if not line.hidden],
        signatures=list(_signatures(lines[start:end])),
        crumbs=over,
    )


def _read_foot(lines: list[Line], numbers: list[int], elsewhere: int) -> Bar:
    """What the foot says; from line `elsewhere` on only who edited and checked the text."""

    def shown(*, far: bool) -> list[Line]:
        near = [lines[at] for at in numbers if (at >= elsewhere) == far]
        return [line for line in _shown(near) if _may_label(line)]

    bar = read_bar(shown(far=False), labelled=True)
    far = read_bar(shown(far=True), labelled=True)
    bar.values += [value for value in far.values if value.label.field in CHECKED]
    return bar


def _block(walk: Walk, at: int, inside: int) -> tuple[int, int]:
    """The lines of the greatest block around line `at` that leaves line `inside` out."""
    span = at, at + 1
    block = walk.lines[at].block
    for start, end in (around.span for around in (block, *block.ancestors())):
        if start <= inside < end:
            break
        span = start, end
    return span


def _headline_links(line: Line) -> int:
    return sum(link.end - link.start >= HEADLINE_LINK for link in line.links)


def _is_foreign(lines: list[Line]) -> bool:
    """Whether a block names at least so many other articles."""
    links = 0
    for line in lines:
        if line.link_chars >= HEADLINE_LINK:
            links += _headline_links(line)
            if links >= HEADLINE_LINKS:
                return True
    return False


def _foreign(walk: Walk, numbers: range, inside: int) -> set[int]:
    """The lines that stand in a block of links to other articles: a sidebar, a ranking."""
    found: set[int] = set()
    at = numbers.start
    while at < numbers.stop:
        start, end = _block(walk, at, inside)
        if _is_foreign(walk.lines[start:end]):
            found.update(range(at, end))
        at = max(end, at + 1)
    return found


def _elsewhere(walk: Walk, numbers: range) -> int:
    """The line behind the text from which on other articles, or comments, are spoken of."""
    at = numbers.start
    while at < numbers.stop:
        start, end = _block(walk, at, numbers.start - 1)
        foreign = _is_foreign(walk.lines[start:end])
        for line in range(at, end):
            if foreign and any(map(_headline_links, walk.lines[start : line + 1])):
                return line
            if end_kind(walk.lines[line].text) in ("other", "related"):
                return line
        at = max(end, at + 1)
    return numbers.stop


def _signatures(lines: list[Line]) -> Iterator[str]:
    """The short lines set to the right that close the text, the last first."""
    for line in reversed(lines[-LAST:]):
        if len(line.text) >= PROSE or _is_prose(line.text):
            return
        if RIGHT.search(f"{line.block.get('style')} align:{line.block.get('align')}"):
            yield line.text


def _first_paragraph(lines: list[Line], below: int, run: tuple[int, int]) -> int:
    """The first line under the headline that is text and not bar."""
    bar = 0
    for at in range(max(below, run[0]), run[1]):
        line = lines[at]
        if len(line.text) >= PROSE:
            return at
        prose = _is_prose(line.text) and not _is_subtitle(line)
        if prose and (bar or not _bar_follows(lines[at + 1 : min(at + 1 + LEAD, run[1])])):
            return at
        # A label table has a line for every cell.
        bar += lines[at].block.tag not in TABLE_TAGS
        if bar > ABOVE:
            break
    return max(below, run[0])


def _bar_follows(lines: list[Line]) -> bool:
    """Whether these lines are an info bar, dated to the minute: what stands above it is a lead."""
    bar = takewhile(lambda line: len(line.text) < LONGEST_BAR and not _is_prose(line.text), lines)
    texts = [line.text for line in bar]
    labelled = any(label.field == "source" for text in texts for label in find_labels(text))
    return labelled and any(d.precision != "day" for text in texts for d in find_dates(text))


def _is_prose(text: str) -> bool:
    """Whether a short line is a sentence of the text."""
    return SENTENCE.search(text) is not None and not find_labels(text)


def _is_subtitle(line: Line) -> bool:
    """Whether a line below the headline is set as another (副题)."""
    return line.block.tag in HEADINGS or line.text.startswith(("——", "--", "──"))


def _is_cell(line: Line) -> bool:
    """Whether a line may belong to the label table of a document."""
    return line.block.tag in TABLE_TAGS or bool(find_labels(line.text))


def _shown(lines: list[Line]) -> list[Line]:
    """The lines a reader sees and that are not mere navigation."""
    return [
        line
        for line in lines
        if not line.hidden
        and (
            len(line.text) <= 2 * PROSE
            or (len(line.text) <= LONGEST_LINE and find_labels(line.text))
        )
    ]


def _is_credit(line: Line) -> bool:
    """Whether a line in the midst of the text region starts with an editor's label.

    The region of some pages runs on into the footer.
    """
    return len(line.text) <= CREDIT and CREDITS.match(line.text) is not None


def _may_label(line: Line) -> bool:
    """Whether a line at the foot may be more than text and links."""
    return line.link_chars * 10 < len(line.text) * 9
