"""One walk over the tree: the page as the lines a reader sees.

Every reader works on this: a line is the text between two block boundaries or `<br>`, and every
block element covers a run of neighbouring lines, so statistics of any element are sums over its
run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul ucapcontent ucaptitle".split()
)
SKIPPED = frozenset(
    "head script style noscript template select option textarea iframe object embed svg canvas"
    " audio video map button input".split()
)
"""Elements whose text no reader of the page sees as text."""
SPACE = re.compile(r"[ \t\r\n\f]+")
"""HTML white space; U+00A0 and U+3000 are content: they part names and indent paragraphs."""
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Link(NamedTuple):
    """One `<a href>` inside a line."""

    href: str
    start: int
    """Offset of its text in the line."""
    end: int
    element: HtmlElement


@dataclass(slots=True)
class Line:
    """The text between two block boundaries or `<br>`, HTML white space folded, ends stripped."""

    text: str
    element: HtmlElement
    """The innermost block element around it."""
    links: tuple[Link, ...] = ()
    hidden: bool = False
    """Whether the style of a block around it hides it: no verdict, honest portals hide much."""
    link_chars: int = 0
    """Characters that stand inside links."""


@dataclass(slots=True)
class Walk:
    """The lines of a page and the run of lines each block element covers."""

    lines: list[Line] = field(default_factory=list)
    spans: dict[HtmlElement, tuple[int, int]] = field(default_factory=dict)
    """Block element -> (first line, line after the last), in document order."""
    images: list[tuple[int, HtmlElement]] = field(default_factory=list)
    """Each `<img>` with the number of the line it stands in or before."""

    def sums(self, values: list[int]) -> list[int]:
        """Prefix sums: the total over lines a to b is sums[b] - sums[a]."""
        return list(accumulate(values, initial=0))


INLINE, SKIP, BREAK, IMAGE, ANCHOR, BLOCK = range(6)
"""What an element means to the line that is being read."""
KINDS: dict[object, int] = {
    **dict.fromkeys(BLOCKS, BLOCK),
    # Comments and processing instructions have their factory for a tag.
    **dict.fromkeys([*SKIPPED, etree.Comment, etree.PI, etree.Entity], SKIP),
    "br": BREAK,
    "img": IMAGE,
    "a": ANCHOR,
}


class _Lines:
    """The line that is being read, and what was read before."""

    def __init__(self) -> None:
        self.walk = Walk()
        self.blocks: list[HtmlElement] = []
        self.starts: list[int] = []
        self.pieces: list[str] = []
        self.measured = self.length = 0
        self.blank = False
        self.links: list[Link] = []
        self.open_links: list[tuple[HtmlElement, str, int]] = []
        self.hiding: list[HtmlElement] = []

    def enter(self, element: HtmlElement, kind: int) -> None:
        """Begin an element that is more than text."""
        if kind == ANCHOR:
            if href := element.get("href"):
                self.open_links.append((element, href, self.offset()))
        elif kind == IMAGE:
            self.walk.images.append((len(self.walk.lines), element))
        else:
            if self.pieces or self.links:
                self.end_line()
            if kind == BLOCK:
                if (style := element.get("style")) and HIDING.search(style):
                    self.hiding.append(element)
                self.blocks.append(element)
                self.starts.append(len(self.walk.lines))
                # Keeps the order of opening; the end is filled in when the element closes.
                self.walk.spans[element] = (0, 0)

    def leave(self, element: HtmlElement, kind: int) -> None:
        """End an element that `enter` began."""
        if kind == BLOCK:
            if self.pieces or self.links:
                self.end_line()
            self.blocks.pop()
            self.walk.spans[element] = (self.starts.pop(), len(self.walk.lines))
            if self.hiding and self.hiding[-1] is element:
                self.hiding.pop()
        elif kind == ANCHOR and self.open_links and self.open_links[-1][0] is element:
            self.end_link(*self.open_links.pop())

    def offset(self) -> int:
        """The length of the line so far."""
        if len(self.pieces) > self.measured:
            # Only what is new is folded: a line may hold 100,000 links.
            fresh = _fold("".join(self.pieces[self.measured :]))
            self.measured = len(self.pieces)
            if not self.length:
                fresh = fresh.lstrip()
            elif self.blank and fresh[:1] == " ":
                fresh = fresh[1:]
            if fresh:
                self.length += len(fresh)
                self.blank = fresh[-1] == " "
        return self.length

    def end_link(self, element: HtmlElement, href: str, start: int) -> None:
        self.links.append(Link(href, start, self.offset(), element))

    def end_line(self) -> None:
        """Close the line; links still open go on in the next one."""
        text = "".join(self.pieces).strip()
        if text:
            for link in self.open_links:
                self.end_link(*link)
            self.open_links = [(element, href, 0) for element, href, _ in self.open_links]
            text = _fold(text)
            size = len(text)
            line = Line(text, self.blocks[-1], (), bool(self.hiding))
            if self.links:
                line.links = tuple(
                    Link(href, min(start, size), min(end, size), element)
                    for href, start, end, element in self.links
                )
                line.link_chars = sum(link.end - link.start for link in line.links)
            self.walk.lines.append(line)
        self.pieces.clear()
        self.links.clear()
        self.measured = self.length = 0


def _fold(text: str) -> str:
    return SPACE.sub(" ", text)


def walk_page(body: HtmlElement) -> Walk:
    """The lines of the page below `body`, read in one pass without recursion."""
    state = _Lines()
    pieces = state.pieces
    state.enter(body, BLOCK)
    pieces.append(body.text or "")
    # The children still to be read of every element that is open.
    outer: list[tuple[HtmlElement, int, Iterator[HtmlElement]]] = [(body, BLOCK, iter(body))]
    while outer:
        element, kind, children = outer[-1]
        for child in children:
            child_kind = KINDS.get(child.tag, INLINE)
            if child_kind != SKIP:
                if child_kind:
                    state.enter(child, child_kind)
                if text := child.text:
                    pieces.append(text)
                if len(child):
                    outer.append((child, child_kind, iter(child)))
                    break
                if child_kind:
                    state.leave(child, child_kind)
            if tail := child.tail:
                pieces.append(tail)
        else:
            state.leave(element, kind)
            outer.pop()
            if tail := element.tail:
                pieces.append(tail)
    return state.walk
