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
    joined: bool = True
    """Whether its text may come from several elements."""


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


NO_LINES = 0, 0
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
        self.pieces: list[str] = []
        self.links: list[tuple[HtmlElement, str, int, int]] = []
        """Element, target, first piece and piece after the last."""
        self.open_links: list[tuple[HtmlElement, str, int]] = []
        self.hiding: list[HtmlElement] = []

    def close_link(self) -> None:
        """End the innermost link."""
        link = self.open_links.pop()
        if self.pieces:
            self.links.append((*link, len(self.pieces)))

    def end_line(self, block: HtmlElement) -> None:
        """Close the line, which stands in `block`; links still open go on in the next one."""
        pieces, links = self.pieces, self.links
        filled = len(pieces)
        while filled > 1 and pieces[filled - 1].isspace():
            filled -= 1
        text = (pieces[0] if filled == 1 else "".join(pieces)).strip()
        if not text.isprintable() or "  " in text:
            # Few texts need the pattern.
            text = SPACE.sub(" ", text)
        found: list[Link] = []
        chars = 0
        if self.open_links:
            links += [(*link, len(pieces)) for link in self.open_links]
            self.open_links = [(element, href, 0) for element, href, _ in self.open_links]
        if links:
            offsets = _offsets(pieces[: filled - 1], len(text)) if filled > 1 else [0]
            offsets += [len(text)] * (len(pieces) - filled + 1)
            for at, href, first, last in links:
                start, end = offsets[first], offsets[last]
                found.append(new_link((href, start, end, at)))
                chars += end - start
            links.clear()
        line = text, block, tuple(found), bool(self.hiding), chars, filled > 1
        self.walk.lines.append(new_line(line))
        pieces.clear()


def _hides(style: str) -> bool:
    """Whether a style attribute hides its element; few of them need the pattern."""
    lower = style.lower()
    return ("none" in lower or "hidden" in lower) and HIDING.search(lower) is not None


def _offsets(pieces: list[str], size: int) -> list[int]:
    """Where each piece begins in the folded line of `size` characters, and the one behind them."""
    offsets = [0]
    length, blank = 0, True
    for piece in pieces:
        folded = piece if piece.isprintable() and "  " not in piece else SPACE.sub(" ", piece)
        if blank:
            folded = folded.lstrip(" ") if length else folded.lstrip()
        if folded:
            length += len(folded)
            blank = folded[-1] == " "
        offsets.append(min(length, size))
    return offsets


def walk_page(body: HtmlElement) -> Walk:  # noqa: C901, PLR0912 - a call an element costs a tenth
    """The lines of the page below `body`, read in one pass without recursion."""
    state = _Lines()
    pieces, hiding, walk = state.pieces, state.hiding, state.walk
    lines, spans = walk.lines, walk.spans
    around = body.getparent()
    inner: Any = around
    kind, first, block = INLINE, 0, body
    """The innermost open element, what it is, the line it begins with, and the block around."""
    opened: list[tuple[Any, int, int, HtmlElement]] = []
    """The same of those around it, the outermost first."""
    for element in chain(body.iter(), [None]):
        # An element that stands elsewhere than inside the last one has ended those between.
        parent = around if element is None else element.getparent()
        while inner is not parent:
            ended, was = inner, kind
            if was == BLOCK:
                if pieces:
                    state.end_line(ended)
                spans[ended] = first, len(lines)
                if hiding and hiding[-1] is ended:
                    hiding.pop()
            elif was == ANCHOR:
                state.close_link()
            inner, kind, first, block = opened.pop()
            if kind != SKIP and (tail := ended.tail) and (pieces or not tail.isspace()):
                pieces.append(tail)
        if element is None:
            break
        opened.append((inner, kind, first, block))
        inner = element
        if kind == SKIP:
            continue
        kind = KINDS.get(element.tag, INLINE)
        if kind:
            if kind == SKIP:
                continue
            if kind >= BREAK:
                if pieces:
                    state.end_line(block)
                if kind == BLOCK:
                    block, first = element, len(lines)
                    # Keeps the order of opening; the end is filled in when the element closes.
                    spans[element] = NO_LINES
                    if (style := element.get("style")) and _hides(style):
                        hiding.append(element)
            elif kind == IMAGE:
                walk.images.append((len(lines), element))
            elif href := element.get("href"):
                state.open_links.append((element, href, len(pieces)))
            else:
                kind = INLINE
        if (text := element.text) and (pieces or not text.isspace()):
            pieces.append(text)
    return walk
