"""What the bytes of a page are before anybody parses them: another format, or a page cut off."""

from __future__ import annotations

import codecs
import re

FORMATS = {
    b"%PDF-": "PDF",
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n": "PNG",
    b"GIF8": "GIF",
    b"RIFF": "RIFF",
    b"PK\x03\x04": "ZIP",
    b"Rar!\x1a": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b\x08": "gzip",
    b"\xd0\xcf\x11\xe0": "Office",
    b"{\\rtf": "RTF",
    b"MZ\x90": "program",
}
HEAD = re.compile(rb"<(?:!doctype|head|meta|title)\b", re.IGNORECASE)
XML_LIST = re.compile(
    rb"\s*(?:<\?[^>]{0,200}>\s*){0,3}(?:<!--.{0,2000}?-->\s*)?"
    rb"(?:<!doctype[^>\[]{0,300}(?:\[[^\]]{0,20000}\]\s*)?>\s*)?"
    rb"<((?:rdf:)?rdf|rss|feed|urlset|sitemapindex|datastore)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Feeds and sitemaps; a feed has titles and is no page."""
CLOSED = re.compile(rb"</(?:html|body)\b", re.IGNORECASE)
TAIL = 4_096
"""Bytes; nearly every page closes there."""


def other_format(body: bytes) -> str | None:
    """Name of the format that the first bytes belong to; None when it may be HTML."""
    start = body[:64].lstrip()
    return next((name for magic, name in FORMATS.items() if start.startswith(magic)), None)


def is_cut(body: bytes) -> bool:
    """Whether an HTML page ends before its end: it has a head and never closes, or ends in a tag.

    A snippet without head need not close. Measured 2026-11 on 134 pages of Chinese portals: none
    is taken for cut, and 90 % are when cut at a random place.
    """
    if other_format(body):
        return False
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = body.replace(b"\x00", b"")
    if root := XML_LIST.match(body.removeprefix(codecs.BOM_UTF8)):
        return b"</" + root[1].lower() not in body[-TAIL:].lower()
    if CLOSED.search(body, max(0, len(body) - TAIL)):
        return False
    if HEAD.search(body):
        return CLOSED.search(body) is None
    return body.rfind(b"<") > body.rfind(b">")
