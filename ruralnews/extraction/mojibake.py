"""Text that was decoded wrongly before it reached us, so that no encoding gives it back."""

from __future__ import annotations

import re

UNREADABLE_LIMIT = 0.005
"""Share of U+FFFD among the non-ASCII characters: one or two do not spoil an article."""
LOST = "锟斤拷"
"""What UTF-8's U+FFFD becomes when its bytes are read as GBK: the original is gone."""
LOST_LIMIT = 0.02
"""Share of such characters; an article about the phenomenon prints it once or twice."""
TURNED_LIMIT = 0.2
"""Share of characters that are UTF-8 read as GBK (`鏈遍晻`). Measured 2026-11: at most 0.07 on 932
texts, at least 0.77 on the same texts turned."""
LATIN_LIMIT = 0.3
"""Share of accented Latin letters among the non-ASCII characters: bytes read as Latin-1."""
NO_LATIN = bytes(range(0xA1))
"""Bytes of Latin-1 that are no accented letters or marks."""
HAN = re.compile(rb"[\xe4-\xe9][\x80-\xbf][\x80-\xbf]")
"""The UTF-8 of Chinese characters: to look for it takes less time than to decode what is none."""
SHORTEST = 20
"""Non-ASCII characters; a share of fewer says nothing."""
LONGEST = 20_000
"""Characters looked at: the start of a giant text speaks for the rest."""


def mojibake_in(text: str) -> str | None:
    """What is wrong with the text, as the rest of a sentence; None when it is readable.

    For text after restoration: U+FFFD, 锟斤拷, UTF-8 read as GBK, anything read as Latin-1.
    """
    text = text[:LONGEST]
    wide = len(text) - len(text.encode("ascii", "ignore"))
    if wide < SHORTEST:
        return None
    unreadable = text.count("\ufffd")
    if unreadable > max(2, wide * UNREADABLE_LIMIT):
        return f"{unreadable} of {wide} characters are U+FFFD"
    lost = text.count(LOST) * len(LOST)
    if lost > wide * LOST_LIMIT:
        return f"{lost} of {wide} characters are 锟斤拷"
    if len(text.encode("latin-1", "ignore").translate(None, NO_LATIN)) > wide * LATIN_LIMIT:
        return "it is full of accented Latin letters, bytes read as Latin-1"
    turned = _turned(text)
    if turned > wide * TURNED_LIMIT:
        return f"{turned} of {wide} characters are UTF-8 read as GBK"
    return None


def _turned(text: str) -> int:
    """How many characters of a text were made of the UTF-8 bytes of Chinese."""
    found = HAN.findall(text.encode("gb18030", "ignore"))
    # Three bytes of UTF-8 are one and a half characters of GBK.
    return len(found) * 3 // 2
