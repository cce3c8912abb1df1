"""One walk over the tree: the page as the lines a reader sees.

Every reader works on this: a line is the text between two block boundaries or `<br>`, and every
block element covers a run of neighbouring lines, so statistics of any element are sums over its
run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
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
SPACE = re.compile(r"[ \t\r\n\f][ \t\r\n\f]*")
"""HTML white space; U+00A0 and U+3000 are content: they part names and indent paragraphs."""
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
"""For lower case."""


class Link(NamedTuple):
    """One `<a href>` inside a line."""

    href: str
    start: int
    """Offset of its text in the line."""
    end: int
    element: HtmlElement


new_link = partial(tuple.__new__, Link)
"""A link from a tuple of its fields: the class itself would call a Python function for each."""


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
        self.opened: list[HtmlElement] = []
        """The elements that are open, each inside the one before it."""
        self.kinds = [INLINE]
        """Their kinds, after that of what is around all of them."""
        self.blocks: list[HtmlElement] = []
        self.pieces: list[str] = []
        self.links: list[tuple[HtmlElement, str, int, int]] = []
        """Element, target, first piece and piece after the last."""
        self.open_links: list[tuple[HtmlElement, str, int]] = []
        self.hiding: list[HtmlElement] = []

    def enter(self, element: HtmlElement, kind: int) -> None:
        """Begin an element that is more than text."""
        if kind == ANCHOR:
            if href := element.get("href"):
                self.open_links.append((element, href, len(self.pieces)))
        elif kind == IMAGE:
            self.walk.images.append((len(self.walk.lines), element))
        else:
            if self.pieces:
                self.end_line()
            if kind == BLOCK:
                if (style := element.get("style")) and _hides(style):
                    self.hiding.append(element)
                self.blocks.append(element)
                # Keeps the order of opening; the end is filled in when the element closes.
                self.walk.spans[element] = (len(self.walk.lines), 0)

    def leave(self, parent: HtmlElement | None) -> None:
        """End the elements that are open inside `parent`; read what follows each of them."""
        opened, kinds, pieces = self.opened, self.kinds, self.pieces
        while opened and opened[-1] is not parent:
            element, kind = opened.pop(), kinds.pop()
            if kind == BLOCK:
                self._end_block(element)
            elif kind == ANCHOR and self.open_links and self.open_links[-1][0] is element:
                link = self.open_links.pop()
                if pieces:
                    self.links.append((*link, len(pieces)))
            tail = element.tail if kinds[-1] != SKIP else None
            if tail and (pieces or not tail.isspace()):
                pieces.append(tail)

    def _end_block(self, element: HtmlElement) -> None:
        if self.pieces:
            self.end_line()
        self.blocks.pop()
        self.walk.spans[element] = (self.walk.spans[element][0], len(self.walk.lines))
        if self.hiding and self.hiding[-1] is element:
            self.hiding.pop()

    def end_line(self) -> None:
        """Close the line; links still open go on in the next one."""
        pieces = self.pieces
        text = _folded("".join(pieces))
        line = Line(text, self.blocks[-1], (), bool(self.hiding))
        if self.links or self.open_links:
            if self.open_links:
                self.links += [(*link, len(pieces)) for link in self.open_links]
                self.open_links = [(element, href, 0) for element, href, _ in self.open_links]
            one = len(pieces) == 1
            offsets = [0, len(text)] if one else _offsets(pieces, len(text))
            for at, href, first, last in self.links:
                start, end = offsets[first], offsets[last]
                line.links += (new_link((href, start, end, at)),)
                line.link_chars += end - start
            self.links.clear()
        self.walk.lines.append(line)
        pieces.clear()


def _folded(text: str) -> str:
    """The text with its white space folded, its ends stripped; few texts need the pattern."""
    text = text.strip()
    return text if text.isprintable() and "  " not in text else SPACE.sub(" ", text)


def _hides(style: str) -> bool:
    """Whether a style attribute hides its element; few of them need the pattern."""
    lower = style.lower()
    return ("none" in lower or "hidden" in lower) and HIDING.search(lower) is not None


def _offsets(pieces: list[str], size: int) -> list[int]:
    """Where each piece begins in the folded line of `size` characters, and where the last ends."""
    filled = len(pieces)
    while filled > 1 and pieces[filled - 1].isspace():
        filled -= 1
    offsets = [0]
    length, blank = 0, True
    for piece in pieces[: filled - 1]:
        folded = SPACE.sub(" ", piece)
        if blank:
            folded = folded.lstrip(" ") if length else folded.lstrip()
        if folded:
            length += len(folded)
            blank = folded[-1] == " "
        offsets.append(min(length, size))
    return offsets + [size] * (len(pieces) - filled + 1)


def walk_page(body: HtmlElement) -> Walk:
    """The lines of the page below `body`, read in one pass without recursion."""
    state = _Lines()
    opened, kinds, pieces = state.opened, state.kinds, state.pieces
    for element in body.iter():
        # An element that stands elsewhere than inside the last one has ended those between.
        parent = element.getparent()
        if opened and opened[-1] is not parent:
            state.leave(parent)
        kind = SKIP if kinds[-1] == SKIP else KINDS.get(element.tag, INLINE)
        opened.append(element)
        kinds.append(kind)
        if kind == SKIP:
            continue
        if kind:
            state.enter(element, kind)
        if (text := element.text) and (pieces or not text.isspace()):
            pieces.append(text)
    state.leave(body.getparent())
    return state.walk
