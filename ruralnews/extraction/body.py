"""The text of an article: where it stands on the page, and its paragraphs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING

from ruralnews.extraction.candidates import RawBody
from ruralnews.extraction.linkfarm import find_farms
from ruralnews.extraction.links import page_base
from ruralnews.extraction.media import find_attachments, find_images, is_document
from ruralnews.extraction.region import densest, line_worths
from ruralnews.items import Removal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

    from ruralnews.extraction.page import Page
    from ruralnews.extraction.walk import Line
    from ruralnews.items import Attachment, Image
    from ruralnews.portals.model import Portal

CONTAINER_SHARE = 0.6
"""Share of the densest element's text that a CMS container must hold to be believed: empty
containers and containers of a lead are common."""
LINKED_SHARE = 0.9
"""A line that is a link from end to end is a way to another page, never a sentence (no exception
among 113 articles)."""


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
    for element in _selected(page, portal.article.body if portal else ()):
        start, end = walk.spans.get(element, (0, 0))
        if any(not line.links for line in walk.lines[start:end]):
            return start, end
    worths = line_worths(walk)
    densest_element = densest(walk, worths)
    if densest_element is None:
        return None
    texts = list(accumulate((max(worth, 0) for worth in worths), initial=0))
    run = walk.spans[densest_element]
    least = CONTAINER_SHARE * (texts[run[1]] - texts[run[0]])
    for element, (start, end) in walk.spans.items():
        if texts[end] - texts[start] >= least and _container_rule(element):
            run = start, end
    return run


def _selected(page: Page, selectors: Iterable[str]) -> Iterator[HtmlElement]:
    for selector in selectors:
        yield from page.root.cssselect(selector)


def _run_rule(page: Page, portal: Portal | None, run: tuple[int, int]) -> str:
    """What chose this run."""
    elements = [element for element, span in page.walk.spans.items() if span == run]
    profiled = _selected(page, portal.article.body if portal else ())
    if any(element in elements for element in profiled):
        return "profile:body"
    rules = (_container_rule(element) for element in elements)
    return next((f"cms:{rule}" for rule in rules if rule), "density")


def _container_rule(element: HtmlElement) -> str | None:
    """The selector of the table that names this element."""
    known = containers()
    names = [str(element.tag), f"#{element.get('id')}"]
    names += [f".{name}" for name in element.get("class", "").split()]
    return next((name for name in names if name in known), None)


def read_body(
    page: Page, portal: Portal | None, run: tuple[int, int]
) -> tuple[RawBody, list[Image], list[Attachment], list[Removal]]:
    """Paragraphs, pictures and documents of the run, and what was left out of it.

    The paragraphs still hold info bar and boilerplate lines; `drop_boilerplate` takes them out.
    """
    walk = page.walk
    base = page_base(page)
    dropped = _dropped_lines(page, portal)
    removals: dict[str, int] = {}
    for farm in find_farms(page):
        dropped.update(range(farm.start, farm.end))
        removals["link-farm"] = removals.get("link-farm", 0) + farm.chars
    kept = []
    for number in range(*run):
        line = walk.lines[number]
        if number in dropped:
            continue
        if _is_way_out(line):
            chars = len("".join(line.text.split()))
            removals["link-line"] = removals.get("link-line", 0) + chars
            continue
        kept.append(line)
    return (
        RawBody([line.text for line in kept], _run_rule(page, portal, run)),
        find_images(walk, run, base),
        find_attachments(kept, base),
        [Removal(name, chars) for name, chars in removals.items()],
    )


def _dropped_lines(page: Page, portal: Portal | None) -> set[int]:
    """Numbers of the lines a profile wants out."""
    walk = page.walk
    lines: set[int] = set()
    for element in _selected(page, portal.article.drop if portal else ()):
        lines.update(range(*walk.spans.get(element, (0, 0))))
    return lines


def _is_way_out(line: Line) -> bool:
    """Whether the line is nothing but a link to another page."""
    if line.link_chars < LINKED_SHARE * len(line.text):
        return False
    return not any(is_document(link.href) for link in line.links)
