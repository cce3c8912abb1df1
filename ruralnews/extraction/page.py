"""Bytes of one page in, one parsed page out: the encoding and the damage are dealt with here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from ruralnews import clock
from ruralnews.errors import ExtractionError
from ruralnews.extraction.encoding import decode
from ruralnews.extraction.json_article import as_markup, read_object
from ruralnews.extraction.limits import check_markup
from ruralnews.extraction.links import page_base
from ruralnews.extraction.metas import Metas, read_metas
from ruralnews.extraction.nodes import elements_in
from ruralnews.extraction.sniffing import is_cut, other_format
from ruralnews.extraction.walk import Walk, walk_page
from ruralnews.reasons import Reason, Warn
from ruralnews.restoration import Mended, mend_tree, suspicious

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from selectolax.lexbor import LexborNode

    from ruralnews.portals.model import ArticleData
    from ruralnews.restoration import Step

CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
"""Characters no text has a use for; a terminal would obey them."""
CONTROL_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|127)(?!\d)"
    rb"|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|7[fF])(?![0-9a-fA-F]));?"
)
"""The same characters, written as `&#27;`."""
WRITTEN = re.compile(
    rb"<script[^<>]*>(?:[^<>(){}]{0,100};)?\s*"
    rb"(?:if\s*\(\s*\w{1,40}\s*!==?\s*(?P<empty>[\"'])(?P=empty)\s*\)\s*\{)?\s*document\.write\(\s*"
    rb"(?P<quote>[\"'])(?P<text>[^<>\"'+\\]{1,120})(?P=quote)\s*\);?\s*\}?\s*</script>",
    re.IGNORECASE,
)
"""A script that writes one text as it stands, at most if it is not empty: date and source of older
content systems. What another condition hides, nobody may see."""
UNVEILED = re.compile(rb"""(id=["']?js_content["'][^<>]{0,200}?)visibility:\s*hidden""")
"""The text of an account's post, which a script shows when the page is ready."""
SLIPS = b"\x05\x06\x07\x08"
"""Those of them that a damaging tool sets: the restoration wants to see them."""
NO_SLIPS = bytes(code for code in CONTROLS if code not in SLIPS)
SLIP = re.compile("[\x05-\x08]")
MARKUP = re.compile(
    rb"<(?:html|head|body|div|p|table|td|span|article|h1|br|ul|font)\b", re.IGNORECASE
)


@dataclass(slots=True, weakref_slot=True)
class Page:
    """One parsed page, its text restored."""

    url: str | None
    root: LexborNode
    """The one `<html>` element."""
    walk: Walk
    metas: Metas
    base: str
    """The URL relative links start from; empty when unknown."""
    encoding: str
    fetched_at: datetime
    """Aware."""
    headers: Mapping[str, str] = field(default_factory=dict)
    restored: tuple[Step, ...] = ()
    mended: tuple[tuple[str, str], ...] = ()
    """Some strings before and after the restoration."""
    warnings: list[Warn] = field(default_factory=list)
    data: Mapping[str, Any] | None = None
    """What the article was made of, when it came as data."""


def read_page(  # noqa: PLR0913 - what a response has, and how to read it
    body: bytes,
    url: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    fetched_at: datetime | None = None,
    restoring: bool = True,
    data: ArticleData | None = None,
) -> Page:
    """The page that `body` holds, decoded by evidence, parsed into one tree and restored.

    `fetched_at` is aware; without it the page counts as fetched now. With `data`, the rules of a
    profile, an object in place of a page is made into one.

    Raises:
        ExtractionError: the bytes are empty, no HTML, cut off, unreadable, damaged beyond repair
            or made to exhaust a parser.
    """
    headers = headers or {}
    if not body.strip():
        raise ExtractionError(Reason.PAGE_EMPTY, "the page has no content")
    if name := other_format(body):
        raise ExtractionError(Reason.PAGE_NOT_HTML, f"the content is a {name} file")
    decoded = decode(body, headers)
    document = read_object(decoded.text) if data else None
    if document and data:
        markup = as_markup(document, data).encode("utf-8", "replace")
    else:
        markup = decoded.utf8 or decoded.text.encode("utf-8", "replace")
    root = parse(markup, slips=restoring)
    if document is None and is_cut(body):
        raise ExtractionError(Reason.PAGE_TRUNCATED, "the page ends before its end")
    walk, metas = _read_tree(root)
    mended = Mended()
    if restoring:
        # What a reader sees tells damage as well as the text of the whole tree, and is at hand.
        if suspicious("\n".join([metas.title, *(line.text for line in walk.lines)])):
            mended = mend_tree(root)
        if slips := any(code in markup for code in SLIPS):
            _drop_slips(root)
        if slips or mended.steps:
            walk, metas = _read_tree(root)
    return Page(
        url=url,
        root=root,
        walk=walk,
        metas=metas,
        base=page_base(metas.base, url),
        encoding=decoded.encoding,
        fetched_at=fetched_at or clock.utc_now(),
        headers=headers,
        restored=mended.steps,
        mended=mended.strings,
        warnings=decoded.warnings,
        data=document,
    )


def _read_tree(root: LexborNode) -> tuple[Walk, Metas]:
    """What a reader sees of a tree, and what it declares."""
    walk = walk_page(root.parser.body or root)
    return walk, read_metas(root, walk)


def parse(data: bytes, *, slips: bool = False) -> LexborNode:
    """The `<html>` element of one document, in UTF-8; with `slips`, these control bytes stay.

    Raises:
        ExtractionError: `page-not-html` when the text holds no markup; `page-rejected` when it is
            made to exhaust a parser.
    """
    if not MARKUP.search(data):
        start = data.decode("utf-8", "replace").strip()[:40]
        raise ExtractionError(Reason.PAGE_NOT_HTML, f"no HTML element in it; it starts {start!r}")
    # Most pages have none, and to look for each takes a third of the time.
    controls = bytes(code for code in (NO_SLIPS if slips else CONTROLS) if code in data)
    if controls:
        data = data.translate(None, controls)
    check_markup(data)
    if b"&#" in data:
        # A blank in their place: without it what stands around one could become another.
        data = CONTROL_REFERENCE.sub(b" ", data)
    if b"document.write" in data:
        data = WRITTEN.sub(rb"\g<text>", data)
    if b"js_content" in data:
        data = UNVEILED.sub(rb"\1", data)
    # Without its events a third of the time; only `<selectedcontent>` has a use for them.
    root = LexborHTMLParser(data, options=LexborDocumentOptions.WO_EVENTS).root
    if root is None:
        raise ExtractionError(Reason.PAGE_NOT_HTML, "the document has no element")
    if b"<pre" in data:
        _break_lines(root)
    return root


def _break_lines(root: LexborNode) -> None:
    """Set the lines of preformatted text apart as `<br>` does, where no element is in it."""
    for element in root.css("pre"):
        if not elements_in(element):
            element.inner_html = (element.inner_html or "").replace("\n", "<br>")


def _drop_slips(root: LexborNode) -> None:
    """Take the control bytes out that the restoration has no more use for."""
    for node in list(root.traverse(include_text=True)):
        if (text := node.text_content) and SLIP.search(text):
            node.replace_with(SLIP.sub("", text))
        for name, value in node.attributes.items():
            if value and SLIP.search(value):
                node.attrs[name] = SLIP.sub("", value)
