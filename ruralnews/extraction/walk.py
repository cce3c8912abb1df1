"""One walk over the tree: the page as the lines a reader sees.

Every reader works on this: a line is the text between two block boundaries or `<br>`, and every
block element covers a run of neighbouring lines, so statistics of any element are sums over its
run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

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
HTML_SPACE = " \t\r\n\f"
SPACE = re.compile(r"[ \t\r\n\f]+")
"""HTML white space; U+00A0 and U+3000 are content: they part names and indent paragraphs."""
FOLDING = re.compile(r"[\t\r\n\f]|  ")
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


INLINE, BLOCK, BREAK, LINK, IMAGE, SKIP = range(6)
"""What the walk does at an element."""
KINDS: dict[Any, int] = {
    **dict.fromkeys(BLOCKS, BLOCK),
    **dict.fromkeys(SKIPPED, SKIP),
    "br": BREAK,
    "a": LINK,
    "img": IMAGE,
}


class _Builder:
    """The state of one walk. Its methods run for every node: they are short and test rarely."""

    def __init__(self) -> None:
        self.walk = Walk()
        self.lines, self.spans = self.walk.lines, self.walk.spans
        self.blocks: list[HtmlElement] = []
        self.hiding: list[HtmlElement] = []
        self.pieces: list[str] = []
        self.length = 0
        self.links: list[Link] = []
        self.open_links: list[tuple[HtmlElement, int]] = []

    def text(self, text: str) -> None:
        """Adds the text of a node, white space folded."""
        pieces = self.pieces
        if not text.strip(HTML_SPACE):
            text = " "
        elif FOLDING.search(text):
            text = SPACE.sub(" ", text)
        if text[0] == " " and (not pieces or pieces[-1][-1] == " "):
            text = text[1:]
        if text:
            pieces.append(text)
            self.length += len(text)

    def flush(self) -> None:
        """Closes the line that is being read; links still open go on in the next one."""
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
        size, cut = len(text), len(joined) - len(joined.lstrip())
        links = tuple(
            Link(href, min(max(start - cut, 0), size), min(max(end - cut, 0), size), element)
            for href, start, end, element in self.links
        )
        self.lines.append(Line(text, self.blocks[-1], links, bool(self.hiding)))

    def close_link(self, element: HtmlElement, start: int) -> None:
        self.links.append(Link(element.get("href", ""), start, self.length, element))

    def start(self, element: HtmlElement, kind: int) -> None:
        if kind:
            self.open(element, kind)
        style = element.get("style")
        if style and HIDING.search(style):
            self.hiding.append(element)
        text = element.text
        # White space between blocks, two of three text nodes, is not worth a call.
        if text and (self.pieces or text.strip(HTML_SPACE)):
            self.text(text)

    def end(self, element: HtmlElement, kind: int) -> None:
        if kind and kind != SKIP:
            self.close(element, kind)
        if self.hiding and self.hiding[-1] is element:
            self.hiding.pop()
        tail = element.tail
        if tail and (self.pieces or tail.strip(HTML_SPACE)):
            self.text(tail)

    def open(self, element: HtmlElement, kind: int) -> None:
        if kind == BLOCK:
            if self.pieces or self.links:
                self.flush()
            self.blocks.append(element)
            # Keeps the order of opening; the end is filled in when the element closes.
            self.spans[element] = (len(self.lines), 0)
        elif kind == BREAK:
            self.flush()
        elif kind == LINK and element.get("href"):
            self.open_links.append((element, self.length))
        elif kind == IMAGE:
            self.walk.images.append((len(self.lines), element))

    def close(self, element: HtmlElement, kind: int) -> None:
        if kind == BLOCK:
            if self.pieces or self.links:
                self.flush()
            self.blocks.pop()
            self.spans[element] = (self.spans[element][0], len(self.lines))
        elif self.open_links and self.open_links[-1][0] is element:
            self.close_link(*self.open_links.pop())


def walk_page(body: HtmlElement) -> Walk:
    """The lines of the page below `body`, read in one pass without recursion."""
    builder = _Builder()
    events = etree.iterwalk(body, events=("start", "end", "comment", "pi"))
    kinds: list[int] = []
    for event, element in events:
        if event == "start":
            kind = KINDS.get(element.tag, INLINE)
            kinds.append(kind)
            if kind == SKIP:
                events.skip_subtree()
            else:
                builder.start(element, kind)
        elif element is not body:
            builder.end(element, kinds.pop() if event == "end" else SKIP)
        else:
            builder.close(body, kinds.pop())
    return builder.walk
