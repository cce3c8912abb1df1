"""A small language model of Chinese characters: what a reader would expect next.

The file holds, zlib-compressed after MAGIC, seven parts (all little-endian, their byte lengths
first as 32-bit numbers): the single symbols (UTF-16) and their costs; the contexts (two UTF-16
units each, a single one padded with NUL), how many followers each has (16 bit) and the cost of
any other follower; all followers (UTF-16) and their costs. A cost is -ln(probability) * SCALE in
one byte. Nothing is unpacked before it is asked for. `making/language.py` writes the file.
"""

from __future__ import annotations

import re
import zlib
from array import array
from functools import cache
from importlib import resources
from itertools import accumulate, pairwise

MAGIC = b"RNLM1\n"
SCALE = 16
EDGE = "\n"
# A symbol the model has never seen.
UNKNOWN = 250

_FOLD: dict[int, int | str] = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys(map(ord, " \t\r\u3000"), EDGE)
_DIGITS = re.compile("[0-9]")
_LETTERS = re.compile("[A-Za-z]")


def symbols(text: str) -> str:
    """The text as the model reads it: same length, width folded, one digit, one letter."""
    return _LETTERS.sub("a", _DIGITS.sub("0", text.translate(_FOLD)))


class Language:
    """Costs of characters in context."""

    def __init__(self, packed: bytes) -> None:
        data = zlib.decompress(packed[len(MAGIC) :])
        sizes = array("I", data[:28])
        ends = list(accumulate(sizes, initial=28))
        part = [data[start:end] for start, end in pairwise(ends)]
        self._single = dict(zip(part[0].decode("utf-16-le"), part[1], strict=True))
        names = part[2].decode("utf-16-le")
        self._place = {names[at : at + 2].lstrip("\0"): at // 2 for at in range(0, len(names), 2)}
        self._start = array("I", accumulate(array("H", part[3]), initial=0))
        self._rest = part[4]
        self._followers, self._costs = part[5].decode("utf-16-le"), part[6]
        self._rows: dict[str, tuple[dict[str, int], int]] = {}

    def row(self, before: str) -> tuple[dict[str, int], int]:
        """What is known to follow one or two symbols: costs, and the cost of falling back."""
        found = self._rows.get(before)
        if found is None:
            place = self._place.get(before)
            if place is None:
                found = ({}, 0)
            else:
                span = slice(self._start[place], self._start[place + 1])
                known = dict(zip(self._followers[span], self._costs[span], strict=True))
                found = (known, self._rest[place])
            self._rows[before] = found
        return found

    def cost(self, before: str, symbol: str) -> int:
        """The cost of one symbol after the two symbols before it."""
        known, rest = self.row(before)
        found = known.get(symbol)
        if found is not None:
            return found
        known, more = self.row(before[1])
        found = known.get(symbol)
        if found is not None:
            return rest + found
        return rest + more + self._single.get(symbol, UNKNOWN)

    def text_cost(self, text: str, before: str = EDGE * 2) -> int:
        """The cost of a whole text after two symbols."""
        total, line = 0, before + symbols(text)
        for at in range(2, len(line)):
            total += self.cost(line[at - 2 : at], line[at])
        return total


@cache
def language() -> Language:
    """The model that ships with the package; read on first use."""
    return Language(resources.files(__package__).joinpath("data/language.bin").read_bytes())
