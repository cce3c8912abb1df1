"""One walk over the tree: the page as the lines a reader sees.

Every reader works on this: a line is the text between two block boundaries or `<br>`, and every
block covers a run of neighbouring lines, so statistics of any block are sums over its run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from ruralnews.errors import ExtractionError
from ruralnews.extraction.limits import DEEPEST
from ruralnews.extraction.nodes import attribute
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul ucapcontent ucaptitle".split()
)
SKIPPED = frozenset(
    "head style noscript noframes noembed template select option textarea iframe object embed svg"
    " canvas audio video map button input".split()
)
"""Elements whose text no reader of the page sees as text."""
DECLARING = frozenset(["script", "meta", "link", "base", "title", "-comment"])
"""Elements that say something of the page and show nothing; comments as lexbor calls them."""
SPACE = re.compile(r"[ \t\r\n\f][ \t\r\n\f]*")
"""HTML white space; U+00A0 and U+3000 are content: they part names and indent paragraphs."""
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Block:
    """One block element and the run of lines it covers."""

    tag: str
    node: LexborNode
    parent: Block | None
    """The block around; None for the body."""
    first: int = 0
    """Its first line."""
    end: int = 0
    """The line after its last."""

    known_hidden: bool | None = None
    """What `hidden` has found out."""

    @property
    def span(self) -> tuple[int, int]:
        """First line, line after the last."""
        return self.first, self.end

    @property
    def hidden(self) -> bool:
        """Whether its style, or that of a block around it, hides it.

        That is no verdict: honest portals hide much.
        """
        way: list[Block] = []
        block: Block | None = self
        while block is not None and block.known_hidden is None:
            way.append(block)
            block = block.parent
        hidden = bool(block and block.known_hidden)
        for block in reversed(way):
            hidden = hidden or HIDING.search(block.get("style")) is not None
            block.known_hidden = hidden
        return hidden

    def get(self, name: str) -> str:
        """The value of an attribute; empty when it has none."""
        return attribute(self.node, name)

    def ancestors(self) -> Iterator[Block]:
        """The blocks around, the innermost first."""
        block = self.parent
        while block is not None:
            yield block
            block = block.parent


def lone_block(node: LexborNode) -> Block:
    """A block of this element, whatever is around it and in it."""
    return Block(node.tag or "", node, None)


class Link(NamedTuple):
    """One `<a href>` inside a line."""

    href: str
    start: int
    """Offset of its text in the line."""
    end: int
    node: LexborNode


class Line(NamedTuple):
    """The text between two block boundaries or `<br>`, HTML white space folded, ends stripped."""

    text: str
    block: Block
    """The innermost one around it."""
    links: tuple[Link, ...] = ()
    link_chars: int = 0
    """Characters that stand inside links."""
    joined: bool = True
    """Whether its text may come from several elements."""

    @property
    def hidden(self) -> bool:
        """Whether a block around it is hidden."""
        return self.block.hidden


new_link, new_line = partial(tuple.__new__, Link), partial(tuple.__new__, Line)
"""From a tuple of the fields: the classes themselves would call a Python function for each."""


@dataclass(slots=True)
class Walk:
    """The lines of a page, its blocks, and what stands between them."""

    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    """In document order."""
    images: list[tuple[int, Block, LexborNode]] = field(default_factory=list)
    """Each `<img>` with the number of the line it stands in or before, and the block around."""
    declared: list[LexborNode] = field(default_factory=list)
    """Scripts, metas, links, times and comments."""

    def blocks_of(self, nodes: Iterable[LexborNode]) -> list[Block]:
        """The blocks that these nodes are, in document order."""
        numbers = {node.mem_id for node in nodes}
        return [block for block in self.blocks if block.node.mem_id in numbers] if numbers else []


INLINE, TIME, ANCHOR, BLOCK, BREAK, IMAGE, SKIP, DECLARES = range(8)
"""What an element means to the line that is being read; nothing in the last four is read."""
KINDS = {
    **dict.fromkeys(BLOCKS, BLOCK),
    **dict.fromkeys(SKIPPED, SKIP),
    **dict.fromkeys(DECLARING, DECLARES),
    "time": TIME,
    "br": BREAK,
    "img": IMAGE,
    "a": ANCHOR,
}
INLINES = "abbr b big cite del em font i ins label s small span strong sub sup u".split()
CUSTOM = 1 << 16
"""Numbers of tags from here on are lexbor's for tags of one page (`<ucapcontent>`)."""


def _tag_numbers() -> dict[str, int]:
    """Lexbor's numbers of the tags, which cost less to ask for than their names."""
    parser = LexborHTMLParser("text<!-- comment -->")
    nodes = [parser.create_node(name) for name in (*KINDS, *INLINES) if name[0] != "-"]
    nodes += parser.root.traverse(include_text=True) if parser.root else []
    return {node.tag or "": node.tag_id for node in nodes if node.tag_id < CUSTOM}


TAG_NUMBERS = _tag_numbers()
TEXT_NUMBER = TAG_NUMBERS["-text"]
NUMBERED = {number: (KINDS.get(name, INLINE), name) for name, number in TAG_NUMBERS.items()}


class _Lines:
    """The line that is being read, and what was read before."""

    def __init__(self) -> None:
        self.walk = Walk()
        self.pieces: list[str] = []
        self.links: list[tuple[LexborNode, str, int, int]] = []
        """Element, target, first piece and piece after the last."""
        self.open_links: list[tuple[LexborNode, str, int]] = []

    def close_link(self) -> None:
        """End the innermost link."""
        link = self.open_links.pop()
        if self.pieces:
            self.links.append((*link, len(self.pieces)))

    def end_line(self, block: Block) -> None:
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
            self.open_links = [(*link[:-1], 0) for link in self.open_links]
        if links:
            offsets = _offsets(pieces[: filled - 1], len(text)) if filled > 1 else [0]
            offsets += [len(text)] * (len(pieces) - filled + 1)
            for node, href, first, last in links:
                start, end = offsets[first], offsets[last]
                found.append(new_link((href, start, end, node)))
                chars += end - start
            links.clear()
        line = text, block, tuple(found), chars, filled > 1
        self.walk.lines.append(new_line(line))
        pieces.clear()


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


def _check_depth(blocks: list[Block]) -> None:
    """Raise ExtractionError with `page-rejected` for blocks nested as no editor does it."""
    if len(blocks) <= DEEPEST:
        return
    depths: dict[Block | None, int] = {None: 0}
    for block in blocks:
        depths[block] = depth = depths[block.parent] + 1
        if depth > DEEPEST:
            detail = f"elements stand in each other more than {DEEPEST} deep; no more are allowed"
            raise ExtractionError(Reason.PAGE_REJECTED, detail)


def walk_page(body: LexborNode) -> Walk:  # noqa: C901, PLR0912, PLR0915 - a call a node costs a tenth
    """The lines of the page below `body`, read in one pass without recursion.

    Raises:
        ExtractionError: `page-rejected` when blocks are nested so deep that no editor did it.
    """
    state = _Lines()
    pieces, walk = state.pieces, state.walk
    lines, blocks = walk.lines, walk.blocks
    block = lone_block(body)
    blocks.append(block)
    opened: list[tuple[int, LexborNode]] = [(BLOCK, body)]
    """The open elements and what each is, the outermost first."""
    node = body.first_child
    if node is None:
        return walk
    while True:
        number = node.tag_id
        if number == TEXT_NUMBER:
            text = node.text_content
            if text and (pieces or not text.isspace()):
                pieces.append(text)
            what = INLINE
        else:
            if number in NUMBERED:
                what, tag = NUMBERED[number]
            else:
                tag = node.tag or ""
                what = KINDS.get(tag, INLINE)
            if what:
                if what == BLOCK:
                    if pieces:
                        state.end_line(block)
                    block = Block(tag, node, block, len(lines))
                    blocks.append(block)
                elif what == ANCHOR:
                    if href := node.attrs.get("href"):
                        state.open_links.append((node, href, len(pieces)))
                    else:
                        what = INLINE
                elif what == BREAK:
                    if pieces:
                        state.end_line(block)
                elif what == IMAGE:
                    walk.images.append((len(lines), block, node))
                elif what != SKIP:
                    walk.declared.append(node)
            if what < BREAK:
                child = node.first_child
                if child is not None:
                    opened.append((what, node))
                    node = child
                    continue
        following = node.next
        while following is None or what:
            if what == BLOCK:
                if pieces:
                    state.end_line(block)
                block.end = len(lines)
                if block.parent is None:
                    _check_depth(blocks)
                    return walk
                block = block.parent
            elif what == ANCHOR:
                state.close_link()
            if following is not None:
                break
            what, node = opened.pop()
            following = node.next
        node = following
