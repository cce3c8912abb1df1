"""The headline (标题): the visible line that the page's own titles agree with."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, takewhile
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from ruralnews.extraction.boilerplate import fold, rule_of
from ruralnews.extraction.headline_text import (
    BAR_FIELDS,
    LONGEST,
    SHORTEST,
    Headline,
    extended,
    unbadged,
    undated,
    up_to_bar,
    without_bar,
)
from ruralnews.extraction.labels import LABELS, find_labels
from ruralnews.extraction.nodes import elements_in
from ruralnews.extraction.tables import read_words
from ruralnews.extraction.titles import is_site, set_together, title_segments

if TYPE_CHECKING:
    from ruralnews.extraction.metas import Metas
    from ruralnews.extraction.walk import Block, Line, Walk

ABOVE = 80
"""Lines above the text that are searched: portals put share and tool lists of up to 60 between."""
INSIDE = 12
"""Lines of the text region that may still be the headline: its container often holds it."""
SHORT = 2
ENDING = 6
"""Characters of a headline that is the first part of `<title>` (老屋), and of one that ends
a part of it."""
HEADLINE_LINES = 4
"""Lines of a headline in one element; 112 of 113 saved headlines are one line, one is three
(2026-11)."""
OVER_BAR = 1.5
BETWEEN = 0.2
"""What a bar under a headline adds to its score, and by how much less if a line stands between."""
BAR = 80
BAR_LINES = 6
TOOL = 6
"""Characters of a line that may be the info bar, lines between it and the headline, characters of
a line that is more than a tool."""
YEAR = re.compile(r"(?:19|20)\d\d(?<!\d{5})\s*[年/.-]\s*\d")
NO_TITLE = re.compile(r"^——|[>＞»]|首页|[：:]\s*$|\d{4}[-年]\d{1,2}[-月]\d|来源于?[：:]")
TABLE_TAGS = frozenset(("td", "th", "dt", "dd"))
HEADINGS = {"h1": 3.0, "h2": 2.0, "h3": 1.5, "ucaptitle": 3.0, "h4": 0.5, "h5": 0.5}
MOST_LOOKS = 4.5
"""What tag and class add at most: what scores more and is confirmed leaves out what is not."""
LINKED = ("h1", "h2")
"""Headings that may be a link to their own page, on blogs, if `<title>` opens with them."""
NAMED = re.compile(
    r"title|tit\b|headline|biaoti|\b[a-z]{0,4}bt\d?\b|_tit|tit_|header-?line|topic", re.IGNORECASE
)
NOT_NAMED = re.compile(
    r"sub|second|vice|\bfu|side|module|relat|recomm|list|logo|nav", re.IGNORECASE
)
META_TITLES = ("articletitle", "enp:title", "og:title", "jsonld:headline", "twitter:title", "title")
LABELLED = re.compile(r"[^：:]{2,8}[：:]")
ARTICLE_ADDRESS = re.compile(r"\d{5}")
NO_HEADLINES = frozenset((*read_words("no-column"), *read_words("beside")))
COLUMN = 6
COLUMN_LINES = 6
"""Characters of a column's name, which may open `<title>` and stand in the `<h1>` of the page, and
lines between it and the headline."""
OLD = re.compile(r"^[（(【\[]?\s*原?标?题\s*[：:]|^[（(]?原[标]?题为?[：:《]")
EMPHATIC = re.compile(r"font-size|align\s*:\s*center|font-weight", re.IGNORECASE)
EMPHASIS = 1.3
EMPHASIS_INSIDE = 0.5
"""What a line set apart counts where the page names nothing but its site, and what it counts more
at the head of the text."""
PICTURED = re.compile(r"[（(\[【](?:组|多|高清)?(?:图|图片|视频)[)）\]】]$")
"""What `<title>` says of the pictures of an article and its heading does not."""
FURNITURE = re.compile(r"^(?:标\s*题|题\s*目)\s*[：:]\s*|^[\[【](?:转帖|转贴|转载)[\]】]\s*")


Likely: TypeAlias = "tuple[str, str, int, int, Block, float]"
"""Text, text up to an info bar, first line, line after the last, element, agreement."""


def find_headline(walk: Walk, metas: Metas, run: tuple[int, int]) -> Headline | None:
    """The headline above or at the top of the text region `run`; None when no line is one."""
    declared = [title for _, value in metas.get(*META_TITLES) if (title := fold(value))]
    page_title = fold(metas.title)
    segments = [fold(PICTURED.sub("", part)) for part in title_segments(metas.title)]
    first, last = max(0, run[0] - ABOVE), min(run[0] + INSIDE, run[1])
    likely: list[Likely] = []
    for start, end, block in _candidates(walk, first, last):
        lines = walk.lines[start:end]
        linked = block.tag in LINKED and fold(lines[0].text) in segments[:1]
        if _is_navigation(lines) and not linked:
            continue
        text = FURNITURE.sub("", set_together([line.text for line in lines], metas.title))
        if block.tag in HEADINGS and (inside := elements_in(block.node)):
            text = unbadged(text, inside, [*declared, *segments])
        short = len(text) < SHORTEST and not _is_short_title(fold(text), segments)
        if short and not _is_short_headline(text, block, walk, end):
            continue
        if OLD.search(text) or "".join(text.split()) in LABELS:
            continue
        title = up_to_bar(text) if block.tag in HEADINGS else text
        title = undated(title, [*declared, page_title])
        agreement = _agreement(fold(title), declared, page_title, segments)
        likely.append((text, title, start, end, block, agreement))
    found = [_scored(one, walk, run) for one in likely if one[-1]]
    if not declared and (not found or all(map(is_site, title_segments(metas.title)))):
        # `<title>` names the site, or at most a column that no line near the text repeats.
        found = [_scored(one, walk, run, emphasised=True) for one in likely]
    elif max(map(itemgetter(0), found), default=0) <= MOST_LOOKS + OVER_BAR:
        found = [_scored(one, walk, run) for one in likely]
    # Without a heading, a name or a witness a line is just a line.
    best = _best(found, walk)
    if best[1] is None or best[0] < 1:
        return None
    headline = _below_column(best[1], found, segments, walk)
    if _is_linked_above(headline, walk):
        headline = _over_the_bar(headline, likely, walk, run) or headline
    return without_bar(extended(headline, walk, metas), [*declared, page_title, *segments[:1]])


def _scored(
    likely: Likely, walk: Walk, run: tuple[int, int], *, emphasised: bool = False
) -> tuple[float, Headline]:
    """How likely it is, and the headline; with `emphasised` also by how the line is set."""
    text, title, start, end, block, agreement = likely
    headline = Headline(text, start, end - 1, _rule(block), agreement > 0)
    score = agreement + _looks(block, walk.lines[start:end], title, agreed=headline.agreed)
    # Nearer is likelier, above the text likelier than in it.
    score -= (run[0] - start) * 0.02 if start < run[0] else 0.5 + (start - run[0]) * 0.1
    return score + (_emphasis(walk, run, headline, block) if emphasised else 0), headline


def _emphasis(walk: Walk, run: tuple[int, int], headline: Headline, block: Block) -> float:
    """What it adds that a line is set apart; so is a subhead in the text, but no bar follows it."""
    if headline.agreed or not _is_emphasised(block):
        return 0
    if headline.first < run[0]:
        return EMPHASIS
    return EMPHASIS + EMPHASIS_INSIDE if _over_bar(walk, headline.last + 1) == OVER_BAR else 0


def _best(found: list[tuple[float, Headline]], walk: Walk) -> tuple[float, Headline | None]:
    """The greatest score, with what a bar adds to it, and its headline.

    A bar is looked for only under the headlines that it may put first.
    """
    least = max(map(itemgetter(0), found), default=0) - OVER_BAR
    likely = (entry for entry in found if entry[0] >= least)
    barred = [(score + _over_bar(walk, one.last + 1), one) for score, one in likely]
    return max(barred, key=itemgetter(0), default=(0, None))


def _below_column(
    headline: Headline, found: list[tuple[float, Headline]], segments: list[str], walk: Walk
) -> Headline:
    """`headline`, or the one below it if it is the column that `<title>` names beside it."""
    name = fold(headline.text)
    if len(name) > COLUMN or name not in segments:
        return headline
    below = [
        (score, other)
        for score, other in found
        if headline.last < other.first <= headline.last + COLUMN_LINES
        and len(fold(other.text)) >= 2 * SHORTEST
        and fold(other.text) in segments
        and not is_site(other.text)
    ]
    return _best(below, walk)[1] or headline


def _is_linked_above(headline: Headline, walk: Walk) -> bool:
    """Whether a link above it, in the crumbs or the menu, leads to a column of this name."""
    name = fold(headline.text)
    return any(
        fold(line.text[link.start : link.end]) == name and not ARTICLE_ADDRESS.search(link.href)
        for line in walk.lines[: headline.first]
        for link in line.links
        if len(name) <= link.end - link.start <= len(headline.text) + 2
    )


def _over_the_bar(
    column: Headline, likely: list[Likely], walk: Walk, run: tuple[int, int]
) -> Headline | None:
    """The line below the name of a column that stands right above the bar."""
    below = (
        _scored(one, walk, run)
        for one in likely
        if column.last < one[2] <= column.last + COLUMN_LINES
        and _over_bar(walk, one[3]) == OVER_BAR
    )
    return _best(list(below), walk)[1]


def _is_short_headline(text: str, block: Block, walk: Walk, below: int) -> bool:
    """Whether two or three characters are set as a headline right above the bar (老井)."""
    set_as_one = block.tag in HEADINGS or _is_named(_name(block))
    word = (
        not text.isalpha() or is_site(text) or text in NO_HEADLINES or rule_of(text, "any", "edge")
    )
    return set_as_one and not word and _over_bar(walk, below) == OVER_BAR


def _is_short_title(text: str, segments: list[str]) -> bool:
    """Whether a text of two or three characters is the headline that `<title>` opens with."""
    return text in segments[:1] and not is_site(text)


def _candidates(walk: Walk, first: int, last: int) -> list[tuple[int, int, Block]]:
    """Single lines of the window, and headings set over several lines."""
    found = [
        (at, at + 1, line.block)
        for at, line in enumerate(walk.lines[first:last], first)
        if line.link_chars * 2 <= len(line.text) <= LONGEST or line.block.tag in LINKED
    ]
    seen = set()
    for at in range(first, last):
        block = walk.lines[at].block
        start, end = block.span
        if block in seen or end == start + 1 or start < first:
            continue
        # The subtitle in the element of the headline.
        near = range(start + 1, min(end, start + HEADLINE_LINES + 1))
        end = next((k for k in near if walk.lines[k].text[:2] == "——"), end)
        if not 1 < end - start <= HEADLINE_LINES:
            continue
        seen.add(block)
        if block.tag in HEADINGS or NAMED.search(_name(block)):
            found.append((start, end, block))
    return found


def _is_navigation(lines: list[Line]) -> bool:
    """Whether most of the text is links, or there is too little or too much of it."""
    size = linked = 0
    for line in lines:
        size += len(line.text)
        linked += line.link_chars
    if not SHORT <= size <= LONGEST or linked * 2 > size:
        return True
    first = lines[0].text
    return not first[:SHORT].isalpha() and sum(map(str.isalpha, first)) < SHORT


def _agreement(text: str, declared: list[str], page_title: str, segments: list[str]) -> float:
    """How far the page's own titles confirm `text`, 0 to 6; `segments` are those of `<title>`."""
    known = (page_title, *declared)
    if text not in segments and not any(text in title or title in text for title in known):
        return 0
    size = len(text)
    long = size >= 2 * SHORTEST
    around = len(page_title) >= 2 * SHORTEST and page_title in text
    grades = (
        (text in declared, 6.0),
        (text == page_title and is_site(page_title), 1.0),
        # The whole `<title>` again, site name and all, is no better than `<title>`.
        (text == page_title, 5.0 if len(segments) == 1 else 2.5),
        # A column's or site's name may open `<title>`: long matches count more.
        (page_title.startswith(text), 4 + min(size, 12) / 8),
        # Some portals put them in front of the headline.
        (text in segments, 3.5 + min(size, 12) / 8),
        (long and text in page_title, 4.0),
        # （图）, 【视频】 and the like stand in front of it.
        (size >= ENDING and any(part.endswith(text) for part in segments), 3.5),
        (any(text in value or value in text for value in declared), 3.5),
        # Not a sentence that names the office whose site this is.
        (around and not is_site(page_title), 3.0),
    )
    if size < SHORTEST and not _is_short_title(text, segments):
        return 0
    return next((grade for holds, grade in grades if holds), 0)


def _over_bar(walk: Walk, below: int) -> float:
    """What a bar with a date or a source under it adds; tools may stand between."""
    near = takewhile(lambda line: len(line.text) <= BAR, walk.lines[below : below + BAR_LINES])
    for between, line in enumerate(islice(filter(_may_be_bar, near), 2)):
        if YEAR.search(line.text) or any(
            label.field in BAR_FIELDS for label in find_labels(line.text)
        ):
            return OVER_BAR - between * BETWEEN
    return 0


def _may_be_bar(line: Line) -> bool:
    """Whether a short line is no tool of the page (分享到, A+ A-)."""
    size = len(line.text)
    return line.link_chars * 2 <= size and (size > TOOL or YEAR.search(line.text) is not None)


def _looks(block: Block, lines: list[Line], title: str, *, agreed: bool) -> float:
    """How far tag, class and links make it a headline."""
    score = HEADINGS.get(block.tag, 0.0)
    if _is_named(_name(block)):
        score += 1.5
    if any(line.hidden for line in lines):
        score -= 2
    if agreed and block.tag in TABLE_TAGS and is_site(title):
        # 发文机关 in the label table, and the beginning of the document's title.
        score -= 4
    if NO_TITLE.search(title) or (not agreed and _is_labelled(title)):
        score -= 2
    return score


def _is_emphasised(block: Block) -> bool:
    """Whether the text of a line is set large, bold or in the middle: all that old layouts have."""
    style = f"{block.get('style')} align:{block.get('align')}"
    if EMPHATIC.search(style):
        return True
    shown = list(block.node.iter(include_text=True, skip_empty=True))
    return len(shown) == 1 and shown[0].tag in ("b", "strong", "font", "big")


def _is_labelled(text: str) -> bool:
    """Whether `text` starts with a label of another field: 公开方式: 主动公开."""
    labels = find_labels(text) if LABELLED.match(text) else []
    return bool(labels) and labels[0].start == 0 and labels[0].field != "title"


def _name(block: Block) -> str:
    return f"{block.get('id')} {block.get('class')}"


@lru_cache(maxsize=1024)
def _is_named(name: str) -> bool:
    """Whether id and class name an element as headline; a page has few and repeats them."""
    return NAMED.search(name) is not None and NOT_NAMED.search(name) is None


def _rule(block: Block) -> str:
    name = block.tag if block.tag in HEADINGS else "line"
    return f"page:{name}"
