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
    """Whether an inline style hides it: no verdict, honest portals hide much."""

    @property
    def link_chars(self) -> int:
        """Characters that stand inside links."""
        return sum(link.end - link.start for link in self.links)


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


class _Builder:
    """The state of one walk."""

    def __init__(self) -> None:
        self.walk = Walk()
        self.blocks: list[HtmlElement] = []
        self.starts: list[int] = []
        self.hidden = 0
        self.pieces: list[str] = []
        self.length = 0
        self.links: list[Link] = []
        self.open_links: list[tuple[HtmlElement, int]] = []

    def text(self, text: str | None) -> None:
        if not text:
            return
        folded = SPACE.sub(" ", text)
        if folded[0] == " " and (not self.pieces or self.pieces[-1].endswith(" ")):
            folded = folded[1:]
        if folded:
            self.pieces.append(folded)
            self.length += len(folded)

    def flush(self) -> None:
        """Close the line that is being read; links still open go on in the next one."""
        if self.pieces:
            for element, start in self.open_links:
                self.close_link(element, start)
            self.open_links = [(element, 0) for element, _ in self.open_links]
            self._add("".join(self.pieces))
            self.pieces.clear()
            self.length = 0
        self.links.clear()

    def _add(self, joined: str) -> None:
        text = joined.strip()
        if not text:
            return
        cut = len(joined) - len(joined.lstrip())
        size = len(text)
        links = tuple(
            Link(href, min(max(start - cut, 0), size), min(max(end - cut, 0), size), element)
            for href, start, end, element in self.links
        )
        self.walk.lines.append(Line(text, self.blocks[-1], links, self.hidden > 0))

    def close_link(self, element: HtmlElement, start: int) -> None:
        self.links.append(Link(element.get("href", ""), start, self.length, element))

    def open(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in BLOCKS:
            self.flush()
            self.blocks.append(element)
            self.starts.append(len(self.walk.lines))
            # Keeps the order of opening; the end is filled in when the element closes.
            self.walk.spans[element] = (0, 0)
        elif tag == "br":
            self.flush()
        elif tag == "a" and element.get("href"):
            self.open_links.append((element, self.length))
        elif tag == "img":
            self.walk.images.append((len(self.walk.lines), element))
        if HIDING.search(element.get("style", "")):
            self.hidden += 1
        self.text(element.text)

    def close(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in BLOCKS:
            self.flush()
            self.blocks.pop()
            self.walk.spans[element] = (self.starts.pop(), len(self.walk.lines))
        elif self.open_links and self.open_links[-1][0] is element:
            self.close_link(*self.open_links.pop())
        if HIDING.search(element.get("style", "")):
            self.hidden -= 1


def walk_page(body: HtmlElement) -> Walk:
    """The lines of the page below `body`, read in one pass without recursion."""
    builder = _Builder()
    events = etree.iterwalk(body, events=("start", "end", "comment", "pi"))
    skipping: HtmlElement | None = None
    for event, element in events:
        if event == "start":
            if element.tag in SKIPPED:
                skipping = element
                events.skip_subtree()
            else:
                builder.open(element)
        elif event == "end":
            if skipping is element:
                skipping = None
            else:
                builder.close(element)
            if element is not body:
                builder.text(element.tail)
        else:
            builder.text(element.tail)
    return builder.walk
