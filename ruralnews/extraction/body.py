"""The text of an article: where it stands on the page, and its paragraphs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING

from ruralnews.extraction.candidates import RawBody
from ruralnews.extraction.linkfarm import LINK_FARM, find_farms
from ruralnews.extraction.media import find_attachments, find_images, is_document
from ruralnews.extraction.nodes import folded_text
from ruralnews.extraction.region import (
    article_limits,
    blocks_around,
    densest,
    end_kind,
    line_worths,
)
from ruralnews.extraction.verses import find_verses
from ruralnews.items import Removal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ruralnews.extraction.metas import Metas
    from ruralnews.extraction.page import Page
    from ruralnews.extraction.walk import Block, Line, Walk
    from ruralnews.items import Attachment, Image
    from ruralnews.portals.model import Portal

CONTAINER_SHARE = 0.6
"""Share of the densest element's text that a CMS container must hold to be believed: empty
containers and containers of a lead are common."""
LONE_TEXT = 60
"""Characters of text below which neither headline nor container speak for an article: lists and
forms have a line of greeting or a notice as long."""
LONE_DISTANCE = 30
"""Lines between a headline and so little text; farther down it is the foot of the page."""
LINKED_SHARE = 0.9
"""A line that is a link from end to end is a way to another page, never a sentence (no exception
among 113 articles)."""

TAIL = re.compile(r"返回.{2,8}(?:[，,]?查看更多)?[>》]*|.{2,12}(?:>>|》)")
SENTENCE_ENDS = tuple("。！？…”）)")
COPY_LENGTH = 40
"""Characters of two neighbouring lines whose second appearance is a copy."""
CELL_LINES = 4
HEADING = 6
MENU = 3
"""Characters of a heading over a line of at least so many links."""


@cache
def containers() -> frozenset[str]:
    """Selectors of CMS containers: a tag, `#id` or `.class`."""
    table = files("ruralnews.extraction").joinpath("data/containers.tsv").read_text("utf-8")
    return frozenset(row.split("\t")[0] for row in table.splitlines()[2:])


def find_body(page: Page, portal: Portal | None = None) -> tuple[int, int] | None:
    """The run of lines (first, after the last) that holds the article text, title unknown.

    Profile selectors first, then containers of known CMSs, then the densest element. None for a
    page without article text.
    """
    walk = page.walk
    for block in _selected(page, portal.article.body if portal else ()):
        start, end = block.span
        if any(not line.links for line in walk.lines[start:end]):
            return start, end
    worths = line_worths(walk)
    limits, run = article_limits(walk, worths, _titles(page.metas))
    if run is None:
        # A notice of nothing but items: 活动时间：5月1日，上午
        worths = line_worths(walk, lenient=True)
        run = densest(walk, worths, limits)
    if run is None:
        # A roll of names has no sentence; in a known container it is an article all the same.
        plain = [len(line.text) - 2 * line.link_chars for line in walk.lines]
        return _container(walk, plain, limits, LONE_TEXT) or find_verses(walk, _titles(page.metas))
    texts = [max(worth, 0) for worth in worths]
    text = sum(texts[run[0] : run[1]])
    container = _container(walk, texts, limits, CONTAINER_SHARE * text)
    headed = limits[0] and run[0] - limits[0] <= LONE_DISTANCE
    if container is None and not headed and text < LONE_TEXT:
        return None
    return container or run


def _container(
    walk: Walk, texts: list[int], limits: tuple[int, int], least: float
) -> tuple[int, int] | None:
    """The run, within the limits, of the innermost CMS container with at least so much text."""
    sums = list(accumulate(texts, initial=0))
    found = None
    for block in blocks_around(walk, (at for at, text in enumerate(texts) if text > 0)):
        if sums[block.end] - sums[block.first] >= least and _container_rule(block):
            # It may hold headline and comments, too.
            first, last = max(block.first, limits[0]), min(block.end, limits[1])
            if first < last and sums[last] - sums[first] >= least:
                found = first, last
    return found


def _titles(metas: Metas) -> Iterator[str]:
    """What may hold the headline, the most trusted first."""
    yield metas.title
    yield from (text for _, text in metas.get("articletitle", "og:title"))
    if len(metas.headings) == 1:
        yield folded_text(metas.headings[0])


def _selected(page: Page, selectors: Iterable[str]) -> Iterator[Block]:
    """The blocks that the selectors of a profile name."""
    for selector in selectors:
        yield from page.walk.blocks_of(page.root.css(selector))


def _run_rule(page: Page, portal: Portal | None, run: tuple[int, int]) -> str:
    """What chose this run."""
    blocks = [block for block in blocks_around(page.walk, run[:1]) if block.span == run]
    profiled = _selected(page, portal.article.body if portal else ())
    if any(block in blocks for block in profiled):
        return "profile:body"
    rules = (_container_rule(block) for block in blocks)
    return next((f"cms:{rule}" for rule in rules if rule), "density")


def _container_rule(block: Block) -> str | None:
    """The selector of the table that names this block."""
    known = containers()
    names = [block.tag, f"#{block.get('id')}"]
    names += [f".{name}" for name in block.get("class").split()]
    return next((name for name in names if name in known), None)


def read_body(
    page: Page, portal: Portal | None, run: tuple[int, int]
) -> tuple[RawBody, list[Image], list[Attachment], list[Removal]]:
    """Paragraphs, pictures and documents of the run, and what was left out of it.

    The paragraphs still hold info bar and boilerplate lines; `drop_boilerplate` takes them out.
    Link farms are left out, and counted, wherever they stand on the page.
    """
    walk = page.walk
    base = page.base
    out = dict.fromkeys(_dropped_by(page, portal, run), "profile-drop")
    for number in range(*run):
        if _is_way_out(walk.lines[number]):
            out.setdefault(number, "link-line")
            above = number - 1
            if above >= run[0] and _is_heading_of(walk.lines[above], walk.lines[number]):
                out.setdefault(above, "link-line")
    for number in _second_copies(walk.lines, run):
        out.setdefault(number, "second-copy")
    for farm in find_farms(page):
        out.update(dict.fromkeys(range(farm.start, farm.end), LINK_FARM))
    kept = [number for number in range(*run) if number not in out]
    rows = _table_rows(walk, run)
    paragraphs: dict[int, str] = {}
    for number in kept:
        row = rows.get(number, number)
        before = paragraphs.get(row)
        text = _without_way_out(walk.lines[number])
        paragraphs[row] = text if before is None else f"{before}\t{text}"
    chars: Counter[str] = Counter()
    for number, rule in out.items():
        chars[rule] += len("".join(walk.lines[number].text.split()))
    return (
        RawBody(list(paragraphs.values()), _run_rule(page, portal, run)),
        find_images(walk, run, base),
        find_attachments([walk.lines[number] for number in kept], base),
        [Removal(rule, count) for rule, count in chars.items()],
    )


def _dropped_by(page: Page, portal: Portal | None, run: tuple[int, int]) -> Iterator[int]:
    """The lines of the run that a profile wants out."""
    for block in _selected(page, portal.article.drop if portal else ()):
        start, end = block.span
        yield from range(max(start, run[0]), min(end, run[1]))


def _is_way_out(line: Line) -> bool:
    """Whether the line is nothing but a link to another page."""
    if line.link_chars < LINKED_SHARE * len(line.text):
        before = line.text[: line.links[0].start] if line.links else ""
        rest = len(line.text) - line.link_chars - len(before)
        return bool(before) and end_kind(before) == "related" and rest <= HEADING
    return not any(is_document(link.href) for link in line.links)


def _is_heading_of(above: Line, links: Line) -> bool:
    """Whether the line above a line of links is their heading."""
    short = len(above.text) <= HEADING and above.text.isalpha() and len(links.links) >= MENU
    return short or end_kind(above.text) == "related"


def _without_way_out(line: Line) -> str:
    """The text of the line without a `返回首页>>` that is linked behind its last sentence."""
    if line.links and TAIL.fullmatch(line.text, line.links[-1].start):
        text = line.text[: line.links[-1].start].rstrip()
        if text.endswith(SENTENCE_ENDS):
            return text
    return line.text


def _second_copies(lines: list[Line], run: tuple[int, int]) -> Iterator[int]:
    """The lines of a passage that stands in the run for the second time (reading mode, print view).

    A single line may well be repeated, a caption or a refrain; two different ones in a row are not.
    """
    seen: dict[tuple[str, str], int] = {}
    for number in range(run[0], run[1] - 1):
        pair = lines[number].text, lines[number + 1].text
        if pair[0] == pair[1] or len(pair[0]) + len(pair[1]) < COPY_LENGTH:
            continue
        if pair in seen:
            yield from (number, number + 1)
        seen.setdefault(pair, number)


def _table_rows(walk: Walk, run: tuple[int, int]) -> dict[int, int]:
    """Line -> first line of its row, for the rows of data tables."""
    sizes: defaultdict[Block, list[int]] = defaultdict(list)
    for block in blocks_around(walk, range(*run)):
        row = block.parent
        if row is not None and row.tag == "tr" and run[0] <= row.first < row.end <= run[1]:
            sizes[row].append(block.end - block.first)
    rows = {}
    for row, cells in sizes.items():
        # A cell of many lines is layout.
        if len(cells) > 1 and max(cells) <= CELL_LINES:
            rows.update(dict.fromkeys(range(*row.span), row.first))
    return rows
