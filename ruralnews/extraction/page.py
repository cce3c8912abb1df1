"""Bytes of one page in, one parsed page out: the encoding and the damage are dealt with here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree, html

from ruralnews import clock
from ruralnews.errors import ExtractionError
from ruralnews.extraction.encoding import decode
from ruralnews.extraction.json_article import as_markup, read_object
from ruralnews.extraction.links import page_base
from ruralnews.extraction.metas import Metas, read_metas
from ruralnews.extraction.sniffing import is_cut, other_format
from ruralnews.extraction.walk import Walk, walk_page
from ruralnews.reasons import Reason, Warn
from ruralnews.restoration import Mended, mend_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lxml.html import HtmlElement

    from ruralnews.portals.model import ArticleData
    from ruralnews.restoration import Step

END_TAG = re.compile(rb"</(?:[hH][tT][mM][lL]|[bB][oO][dD][yY])\s*>")
"""An include that ends the document in mid-page: libxml2 would open a second root there and hide
the rest from every relative query."""
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
"""Characters no text has a use for; a terminal would obey them."""
UNVEILED = re.compile(rb"""(id=["']?js_content["'][^<>]{0,200}?)visibility:\s*hidden""")
"""The text of an account's post, which a script shows when the page is ready."""
SLIPS = re.compile("[\x05-\x08]")
"""Those of them that a damaging tool sets: the restoration wants to see them."""
NO_SLIPS = bytes(code for code in CONTROLS if not SLIPS.match(chr(code)))
ELEMENT_CLASSES = etree.ElementDefaultClassLookup(
    element=html.HtmlElement, comment=html.HtmlComment, pi=html.HtmlProcessingInstruction
)
"""The elements of lxml.html without its lookup by tag, which costs as much as a third of the
parse."""
GIANT_TAG = 5_000
"""Bytes of a tag whose attributes may be too many."""
QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
ATTRIBUTE_LIMIT = 2_000
"""libxml2 compares every attribute of a tag with every other: 20,000 cost a second, 100,000 a
minute. No tag of 131 saved pages has 60."""
TAG_LIMIT = 100_000
"""Tags of a page, ends included: so many take 2 s to read; the largest of 360 saved pages (2026-11)
has 15,754."""
MARKUP = re.compile(
    rb"<(?:html|head|body|div|p|table|td|span|article|h1|br|ul|font)\b", re.IGNORECASE
)


@dataclass(slots=True, weakref_slot=True)
class Page:
    """One parsed page, its text restored."""

    url: str | None
    root: HtmlElement
    """The one `<html>` element."""
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
    _walk: Walk | None = None
    _metas: Metas | None = None
    _base: str | None = None

    @property
    def walk(self) -> Walk:
        """The page as lines, walked on first use."""
        if self._walk is None:
            body = self.root.find("body")
            self._walk = walk_page(self.root if body is None else body)
        return self._walk

    @property
    def metas(self) -> Metas:
        """What the page declares, read on first use."""
        if self._metas is None:
            self._metas = read_metas(self.root)
        return self._metas

    @property
    def base(self) -> str:
        """The URL relative links start from; empty when unknown."""
        if self._base is None:
            self._base = page_base(self.metas.base, self.url)
        return self._base


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
        ExtractionError: the bytes are empty, no HTML, cut off, unreadable or damaged beyond repair.
    """
    headers = headers or {}
    if not body.strip():
        raise ExtractionError(Reason.PAGE_EMPTY, "the page has no content")
    if name := other_format(body):
        raise ExtractionError(Reason.PAGE_NOT_HTML, f"the content is a {name} file")
    decoded = decode(body, headers)
    document = read_object(decoded.text) if data else None
    if document and data:
        root = parse(as_markup(document, data).encode("utf-8", "replace"))
    else:
        root = parse(decoded.utf8 or decoded.text.encode("utf-8", "replace"), slips=restoring)
    if document is None and is_cut(body):
        raise ExtractionError(Reason.PAGE_TRUNCATED, "the page ends before its end")
    mended = mend_tree(root) if restoring else Mended()
    if restoring and any(chr(code) in decoded.text for code in range(5, 9)):
        _drop_slips(root)
    return Page(
        url=url,
        root=root,
        encoding=decoded.encoding,
        fetched_at=fetched_at or clock.utc_now(),
        headers=headers,
        restored=mended.steps,
        mended=mended.strings,
        warnings=decoded.warnings,
        data=document,
    )


def parse(data: bytes, *, slips: bool = False) -> HtmlElement:
    """The `<html>` element of one document, in UTF-8; with `slips`, these control bytes stay.

    Raises:
        ExtractionError: `page-not-html` when the text holds no markup; `page-rejected` and
            `page-truncated` when it is made to exhaust a parser.
    """
    if not MARKUP.search(data):
        start = data.decode("utf-8", "replace").strip()[:40]
        raise ExtractionError(Reason.PAGE_NOT_HTML, f"no HTML element in it; it starts {start!r}")
    _check_tags(data)
    # Most pages have none, and to look for each takes a third of the time.
    controls = bytes(code for code in (NO_SLIPS if slips else CONTROLS) if code in data)
    data = END_TAG.sub(b"", data.translate(None, controls) if controls else data)
    if b"js_content" in data:
        data = UNVEILED.sub(rb"\1", data)
    # Bytes and an explicit encoding: libxml2 refuses str with an XML declaration, and a wrong
    # charset in a meta must not be believed a second time.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    parser.set_element_class_lookup(ELEMENT_CLASSES)
    try:
        root = html.document_fromstring(data, parser=parser)
    except etree.ParserError as error:
        raise ExtractionError(Reason.PAGE_NOT_HTML, "the document has no element") from error
    if b"<pre" in data:
        _break_lines(root)
    # libxml2 drops what is nested deeper than 2,048 elements.
    fatal = next((e.message for e in parser.error_log if e.level == etree.ErrorLevels.FATAL), None)
    if fatal:
        raise ExtractionError(Reason.PAGE_TRUNCATED, f"the parser gave up: {fatal}")
    return root


def _break_lines(root: HtmlElement) -> None:
    """Set the lines of preformatted text apart as `<br>` does, where no block is in it."""
    for element in root.iter("pre"):
        if len(element) or not element.text or "\n" not in element.text:
            continue
        first, *lines = element.text.split("\n")
        element.text = first
        for line in lines:
            etree.SubElement(element, "br").tail = line


def _drop_slips(root: HtmlElement) -> None:
    """Take the control bytes out that the restoration has no more use for."""
    for element in root.iter():
        if element.text and SLIPS.search(element.text):
            element.text = SLIPS.sub("", element.text)
        if element.tail and SLIPS.search(element.tail):
            element.tail = SLIPS.sub("", element.tail)
        for name, value in element.items():
            if SLIPS.search(value):
                element.set(name, SLIPS.sub("", value))


def _check_tags(data: bytes) -> None:
    """Raise `page-rejected` for too many tags, and for a tag with too many attributes."""
    # A tag has two bytes at least.
    if len(data) > 2 * TAG_LIMIT and (tags := data.count(b"<")) > TAG_LIMIT:
        raise ExtractionError(Reason.PAGE_REJECTED, f"{tags} tags; {TAG_LIMIT} are allowed")
    at = 0
    while at < len(data):
        # A giant tag fills a window of its size; few pages have one without `<`.
        if data.find(b"<", at, at + GIANT_TAG) >= 0:
            at += GIANT_TAG
            continue
        start, end = data.rfind(b"<", 0, at) + 1, data.find(b"<", at)
        at = len(data) if end < 0 else end
        tag = data[start:at].partition(b">")[0]
        if tag.count(b'"') % 2 or tag.count(b"'") % 2:
            tag = QUOTED.sub(b"", data[start:at]).partition(b">")[0]
        if tag[:1].isalpha() and (attributes := len(tag.split())) > ATTRIBUTE_LIMIT:
            detail = f"a tag with {attributes} attributes; {ATTRIBUTE_LIMIT} are allowed"
            raise ExtractionError(Reason.PAGE_REJECTED, detail)
