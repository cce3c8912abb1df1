"""Lists that are XML: RSS, Atom, sitemaps and the records of Hanweb (大汉) lists."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from io import BytesIO
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree
from parsel import Selector

from ruralnews.errors import ExtractionError
from ruralnews.extraction.list_entries import Entry, list_day
from ruralnews.reasons import Reason

GZIP = b"\x1f\x8b"
LARGEST = 50 * 2**20
"""Bytes of a sitemap; the protocol (sitemaps.org) allows no more."""
SITEMAPS = ("urlset", "sitemapindex")
"""Root elements."""
MOST = 50_000
"""Entries of a sitemap; the protocol allows no more."""
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
ITEMS = "//*[local-name() = 'item' or local-name() = 'entry']"
NAMED = f".//*[translate(local-name(), '{ascii_uppercase}', '{ascii_lowercase}') = $name]"
"""What lies in a node under this name, whatever its case and namespace."""
RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL | re.IGNORECASE)
TOTAL = re.compile(r"<totalrecord>\s*(\d{1,7})\s*</totalrecord>", re.IGNORECASE)
PARAMETERS = re.compile(r"\bparam_\d+\s*=\s*\{([^{}]{1,2000})\}")
PARAMETER = re.compile(r"(\w+)\s*:\s*(?:(['\"])(.*?)\2|([\w/.-]+))")
DATAPROXY = "/module/web/jpage/dataproxy.jsp"
RANGE = ("startrecord", "endrecord", "perpage")
"""What the address of such a request says; the rest is its form."""


class Sitemap(NamedTuple):
    """What a sitemap names."""

    entries: list[Entry]
    maps: list[str]
    """Further sitemaps, the latest first."""


def unpacked(body: bytes) -> bytes:
    """The content of a gzipped body; any other body as it is.

    Raises:
        ExtractionError: the content is cut off, broken or larger than a sitemap may be.
    """
    if not body.startswith(GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, LARGEST)
    except zlib.error as error:
        raise ExtractionError(Reason.LIST_UNREADABLE, f"it is no gzip: {error}") from error
    if unpacker.unconsumed_tail:
        detail = f"it unpacks to more than {LARGEST} bytes"
        raise ExtractionError(Reason.LIST_UNREADABLE, detail)
    if not unpacker.eof:
        raise ExtractionError(Reason.PAGE_TRUNCATED, "the gzip file ends before its end")
    return data


def read_feed(text: str) -> list[Entry]:
    """The entries of an RSS or Atom feed. Raises ExtractionError as `_tree` does."""
    return [
        Entry(
            _link(item),
            " ".join(_text(item, "title").split()),
            list_day(_text(item, "pubdate", "date", "published", "updated")),
        )
        for item in Selector(root=_tree(text, ("rss", "feed", "rdf")), type="xml").xpath(ITEMS)
    ]


def read_sitemap(text: str) -> Sitemap:
    """The pages and the further sitemaps of a sitemap, at most 50,000 as the protocol has it.

    Read piece by piece: the tree of one of 50 MB would take more memory than a crawl may have
    (480 MB; so it is 11 MB above its text, and 2.5 s, 2026-11).
    Raises ExtractionError as `_tree` does.
    """
    parsing = etree.iterparse(
        BytesIO(_xml(text)), tag=("{*}url", "{*}sitemap"), encoding="utf-8", recover=True,
        resolve_entities=False, no_network=True, load_dtd=False,
    )  # fmt: skip
    entries: list[Entry] = []
    maps: list[tuple[str, str]] = []
    with suppress(etree.XMLSyntaxError):
        for _, node in parsing:
            if _name(node.getroottree().getroot()) not in SITEMAPS:
                break
            said = _said(node)
            day = list_day(said.get("publication_date") or said.get("lastmod", ""))
            if _name(node) == "url":
                entries.append(Entry(said.get("loc", ""), said.get("title", ""), day))
            else:
                maps.append((day or "", said.get("loc", "")))
            if len(entries) + len(maps) == MOST:
                break
            node.clear()
            if (above := node.getparent()) is not None:
                for before in list(node.itersiblings(preceding=True)):
                    above.remove(before)
    if not entries and not maps:
        _tree(text, SITEMAPS)
    # Stable: maps without a day keep their order.
    maps.sort(key=lambda entry: entry[0], reverse=True)
    return Sitemap(entries, [url for _, url in maps if url])


def hanweb_records(text: str) -> list[str]:
    """The pieces of HTML in a Hanweb answer, or in the `<datastore>` of a column page."""
    return RECORD.findall(text)


def next_records(text: str, url: str, count: int) -> str | None:
    """The URL of the records after the `count` ones of this answer; None after the last.

    The parameters of the form stand in its query; `form_of` parts them.
    """
    total = TOTAL.search(text)
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "endrecord" in query:
        if not query["endrecord"].isdecimal():
            return None
        last, size = int(query["endrecord"]), query.get("perpage", str(count))
    elif found := PARAMETERS.search(text):
        given = {m[1]: m[3] if m[2] else m[4] for m in PARAMETER.finditer(found[1])}
        query = {"startrecord": "", "endrecord": "", "perpage": "", **given}
        parts = urlsplit(urljoin(url, DATAPROXY))
        last, size = count, str(count)
    else:
        return None
    if not count or not size.isdecimal() or (total and last >= int(total[1])):
        return None
    numbers = {"startrecord": last + 1, "endrecord": last + int(size), "perpage": size}
    return urlunsplit(parts._replace(query=urlencode({**query, **numbers})))


def form_of(url: str) -> tuple[str, str] | None:
    """The address and the form of a request for records, as pages and public clients send it.

    None for any other URL: it is asked for with GET.
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if not parts.path.endswith(DATAPROXY) or not any(name in RANGE for name, _ in query):
        return None
    form = [pair for pair in query if pair[0] not in RANGE]
    own = urlencode([pair for pair in query if pair[0] in RANGE])
    return urlunsplit(parts._replace(query=own)), urlencode(form)


def _xml(text: str) -> bytes:
    """The document in UTF-8, bare `&` mended.

    Raises:
        ExtractionError: `list-unreadable` when it declares entities.
    """
    if "<!ENTITY" in text:
        raise ExtractionError(Reason.LIST_UNREADABLE, "it declares entities")
    return BARE_AMPERSAND.sub("&amp;", DECLARATION.sub("", text)).encode("utf-8", "replace")


def _tree(text: str, roots: tuple[str, ...]) -> etree._Element:
    """The root element, one of `roots`.

    Raises:
        ExtractionError: `list-unreadable` for any other document and for one with entities.
    """
    data = _xml(text)
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        # A parser that recovers gives None for what has no element, and raises for some of it.
        root = etree.fromstring(data, parser=parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or _name(root) not in roots:
        start = text.strip()[:40]
        detail = f"it is no {' or '.join(roots)}; it starts {start!r}"
        raise ExtractionError(Reason.LIST_UNREADABLE, detail)
    return root


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname.lower()


def _said(node: etree._Element) -> dict[str, str]:
    """The texts in the node, by lower-case name without namespace; the first of each counts."""
    said: dict[str, str] = {}
    for element in node.iterdescendants(etree.Element):
        text = (element.text or "").strip()
        if text:
            said.setdefault(_name(element), text)
    return said


def _text(item: Selector, *names: str) -> str:
    """The text of the first element of the first name that has one."""
    found = (node for name in names for node in item.xpath(NAMED, name=name))
    texts = ((node.xpath("string()").get() or "").strip() for node in found)
    return next((text for text in texts if text), "")


def _link(item: Selector) -> str:
    """The address of the article: a link of its own, or its permanent name."""
    for link in item.xpath(NAMED, name="link"):
        if link.attrib.get("rel", "alternate") == "alternate":
            given = link.attrib.get("href") or link.xpath("string()").get() or ""
            if url := given.strip():
                return url
    return _text(item, "guid")
