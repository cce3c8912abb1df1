"""Text as the bytes the damage was done to: Windows code page 936.

A pair of bytes is one number, `lead << 8 | trail`. Pairs without a character are read as
private-use characters (as Windows does, and Python's gb18030), so they are not lost.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Bytes below are ASCII; a trail byte may be one from TRAIL_LOW up to DEL.
HIGH = 0x80
TRAIL_LOW = 0x40
DEL = 0x7F
LEADS = range(0x81, 0xFF)
TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))
# A lone 0x80 is a character of its own.
EURO = "€"
# Where the pairs without a character are: what a middleman drops with the private-use characters.
PRIVATE_LEADS = frozenset((*range(0xA1, 0xB0), *range(0xF8, 0xFF)))


PRIVATE = re.compile("[\ue000-\uf8ff]")


def is_private(character: str) -> bool:
    """Whether the character stands for a pair of bytes without a character."""
    return "\ue000" <= character <= "\uf8ff"


@cache
def characters() -> Mapping[int, str]:
    """Every pair that is a character."""
    table = {}
    for lead in LEADS:
        for trail in TRAILS:
            character = bytes((lead, trail)).decode("gbk", "ignore")
            if len(character) == 1:
                table[lead << 8 | trail] = character
    return table


@cache
def pairs() -> Mapping[str, int]:
    """The pair of every character of two bytes."""
    return {character: pair for pair, character in characters().items()}


@cache
def pair_of(character: str) -> int:
    """The pair of bytes of a character, private-use ones included; 0 if it has none."""
    pair = pairs().get(character, 0)
    if pair:
        return pair
    encoded = character.encode("gb18030", "ignore")
    return int.from_bytes(encoded, "big") if len(encoded) == 2 else 0  # noqa: PLR2004 - a pair


def encode(text: str) -> bytes:
    """The bytes of a text in code page 936; what it does not have is left out."""
    parts = []
    for character in text:
        if character.isascii():
            parts.append(character.encode())
        elif character == EURO:
            parts.append(bytes((HIGH,)))
        elif pair := pair_of(character):
            parts.append(pair.to_bytes(2, "big"))
    return b"".join(parts)
