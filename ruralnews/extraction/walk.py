"""One walk over the tree: the page as the lines a reader sees.

Every reader works on this: a line is the text between two block boundaries or `<br>`, and every
block element covers a run of neighbouring lines, so statistics of any element are sums over its
run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
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


class Line(NamedTuple):
    """The text between two block boundaries or `<br>`, HTML white space folded, ends stripped."""

    text: str
    element: HtmlElement
    """The innermost block element around it."""
    links: tuple[Link, ...] = ()
    hidden: bool = False
    """Whether the style of a block around it hides it: no verdict, honest portals hide much."""
    link_chars: int = 0
    """Characters that stand inside links."""


new_link, new_line = partial(tuple.__new__, Link), partial(tuple.__new__, Line)
"""From a tuple of the fields: the classes themselves would call a Python function for each."""


@dataclass(slots=True)
class Walk:
    """The lines of a page and the run of lines each block element covers."""

    lines: list[Line] = field(default_factory=list)
    spans: dict[HtmlElement, tuple[int, int]] = field(default_factory=dict)
    """Block element -> (first line, line after the last), in document order."""
    images: list[tuple[int, HtmlElement]] = field(default_factory=list)
    """Each `<img>` with the number of the line it stands in or before."""


INLINE, SKIP, IMAGE, ANCHOR, BREAK, BLOCK = range(6)
"""What an element means to the line that is being read; the last two end it."""
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
        """The open ones."""
        self.pieces: list[str] = []
        self.links: list[tuple[HtmlElement, str, int, int]] = []
        """Element, target, first piece and piece after the last."""
        self.open_links: list[tuple[HtmlElement, str, int]] = []
        self.hiding: list[HtmlElement] = []

    def open_block(self, block: HtmlElement) -> None:
        """Begin a block between two lines."""
        if (style := block.get("style")) and _hides(style):
            self.hiding.append(block)
        self.blocks.append(block)
        # Keeps the order of opening; the end is filled in when the element closes.
        self.walk.spans[block] = (len(self.walk.lines), 0)

    def close_block(self) -> None:
        """End the innermost block between two lines."""
        block, spans = self.blocks.pop(), self.walk.spans
        spans[block] = (spans[block][0], len(self.walk.lines))
        if self.hiding and self.hiding[-1] is block:
            self.hiding.pop()

    def close_link(self, element: HtmlElement) -> None:
        """End the innermost link if it is this one: an `<a>` without a target is none."""
        if self.open_links and self.open_links[-1][0] is element:
            link = self.open_links.pop()
            if self.pieces:
                self.links.append((*link, len(self.pieces)))

    def end_line(self) -> None:
        """Close the line; links still open go on in the next one."""
        pieces = self.pieces
        text = _folded("".join(pieces))
        links: tuple[Link, ...] = ()
        chars = 0
        if self.links or self.open_links:
            if self.open_links:
                self.links += [(*link, len(pieces)) for link in self.open_links]
                self.open_links = [(element, href, 0) for element, href, _ in self.open_links]
            one = len(pieces) == 1
            offsets = [0, len(text)] if one else _offsets(pieces, len(text))
            for at, href, first, last in self.links:
                start, end = offsets[first], offsets[last]
                links += (new_link((href, start, end, at)),)
                chars += end - start
            self.links.clear()
        self.walk.lines.append(new_line((text, self.blocks[-1], links, bool(self.hiding), chars)))
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


def walk_page(body: HtmlElement) -> Walk:  # noqa: C901, PLR0912 - a call an element costs a tenth
    """The lines of the page below `body`, read in one pass without recursion."""
    state = _Lines()
    pieces, images, lines = state.pieces, state.walk.images, state.walk.lines
    opened: list[HtmlElement] = []
    """The elements that are open, each inside the one before it."""
    kinds = [INLINE]
    """Their kinds, after that of what is around all of them."""
    for element in chain(body.iter(), [None]):
        # An element that stands elsewhere than inside the last one has ended those between.
        parent = None if element is None else element.getparent()
        while opened and opened[-1] is not parent:
            last, kind = opened.pop(), kinds.pop()
            if kind == BLOCK:
                if pieces:
                    state.end_line()
                state.close_block()
            elif kind == ANCHOR:
                state.close_link(last)
            tail = last.tail if kinds[-1] != SKIP else None
            if tail and (pieces or not tail.isspace()):
                pieces.append(tail)
        if element is None:
            break
        kind = SKIP if kinds[-1] == SKIP else KINDS.get(element.tag, INLINE)
        opened.append(element)
        kinds.append(kind)
        if kind == SKIP:
            continue
        if kind >= BREAK and pieces:
            state.end_line()
        if kind == BLOCK:
            state.open_block(element)
        elif kind == ANCHOR and (href := element.get("href")):
            state.open_links.append((element, href, len(pieces)))
        elif kind == IMAGE:
            images.append((len(lines), element))
        if (text := element.text) and (pieces or not text.isspace()):
            pieces.append(text)
    return state.walk
