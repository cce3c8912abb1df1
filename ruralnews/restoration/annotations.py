"""Bracketed pinyin: which of it is the tool's, and what it says about the bytes before it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from ruralnews.restoration import gbk
from ruralnews.restoration.tables import annotation_table, readings, toneless

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTERS = "a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ"
# A syllable in brackets. Some copies put a blank before the closing bracket, some after it.
BRACKET = re.compile(f"\\(([{LETTERS}]{{1,6}}) ?\\)")

# A lone byte swallowed the opening bracket of an annotation.
CUT_BRACKET = re.compile(f"\\?([{LETTERS}]{{1,6}}) ?\\)")


class Annotation(msgspec.Struct, frozen=True, gc=False):
    """One bracket whose pinyin is a true reading of the character before it."""

    start: int
    """Where the bracket opens."""
    end: int
    """Behind the bracket."""
    key: str
    """The character it was put behind."""
    reading: str
    """The pinyin."""


def last_byte(character: str) -> int:
    """The last byte of a character in GBK; 0 for none, and for ""."""
    if character.isascii():
        return ord(character) if character else 0
    return 0x80 if character == gbk.EURO else gbk.pair_of(character) & 0xFF


def key_before(text: str, at: int) -> str:
    """The character the last two bytes before a place are, aligned or not; "" if none.

    The tool searched bytes: in 皖I(lǐng)CP the last byte of 皖 and the I are 領.
    """
    if not at:
        return ""
    last = text[at - 1]
    if last.isascii() or last == gbk.EURO:
        before = last_byte(text[at - 2]) if at > 1 else 0
        return gbk.characters().get(before << 8 | last_byte(last), "")
    return last


def find_annotations(text: str) -> list[Annotation]:
    """The brackets whose pinyin is a reading of the character before, in order.

    A doubled bracket counts for the character before the first one.
    """
    found: list[Annotation] = []
    known = readings()
    for bracket in BRACKET.finditer(text):
        start, end = bracket.span()
        doubled = found and found[-1].end == start
        key = found[-1].key if doubled else key_before(text, start)
        reading = bracket[1]
        if key and key in known.get(reading, ()):
            found.append(Annotation(start, end, key, reading))
    return found


@cache
def keys_by_reading() -> Mapping[str, tuple[int, ...]]:
    """The byte pairs of the annotation table that were given a reading, with or without tone."""
    keys: dict[str, tuple[int, ...]] = {}
    for key, reading in annotation_table().items():
        for spelling in {reading, toneless(reading)}:
            keys[spelling] = (*keys.get(spelling, ()), gbk.pair_of(key))
    return keys
