"""A small language model of Chinese characters: what a reader would expect next.

The file holds, zlib-compressed after MAGIC, seven parts (all little-endian, their byte lengths
first as 32-bit numbers): the single symbols (UTF-16) and their costs; the contexts (two UTF-16
units each, a single one padded with NUL), how many followers each has (16 bit) and the cost of
any other follower; all followers (UTF-16) and their costs. A cost is -ln(probability) * SCALE in
one byte. Of numbers of several bytes all first bytes stand together, then all second ones, and so
on, which zlib packs better. Nothing is unpacked before it is asked for. `making/language.py`
writes the file.
"""

from __future__ import annotations

import re
import zlib
from array import array
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAGIC = b"RNLM2\n"
# Bytes to a number in each of the seven parts.
WIDTHS = (2, 1, 4, 2, 1, 2, 1)
SCALE = 16
EDGE = "\n"
# Stands for the first symbol of a context of one.
NONE = "\0"
# A symbol the model has never seen.
UNKNOWN = 250

_FOLD: dict[int, int | str] = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys(map(ord, " \t\r\u3000"), EDGE)
_DIGITS = re.compile("[0-9]")
_LETTERS = re.compile("[A-Za-z]")


def symbols(text: str) -> str:
    """The text as the model reads it: same length, width folded, one digit, one letter."""
    return _LETTERS.sub("a", _DIGITS.sub("0", text.translate(_FOLD)))


def joined(planes: bytes, width: int) -> bytes:
    """The bytes of numbers of a width, from all first bytes, all second ones, and so on."""
    numbers = bytearray(len(planes))
    size = len(planes) // width
    for place in range(width):
        numbers[place::width] = planes[place * size : (place + 1) * size]
    return bytes(numbers)


class Row(dict[str, int]):
    """The costs of all symbols in one context: the known ones, and by falling back the others."""

    __slots__ = ("order", "rest", "shorter")

    def __init__(self, known: Iterable[tuple[str, int]], rest: int, shorter: Row | None) -> None:
        super().__init__(known)
        self.rest = rest
        self.shorter = shorter
        self.order: int = 0 if shorter is None else shorter.order + 1

    def __missing__(self, symbol: str) -> int:
        return UNKNOWN if self.shorter is None else self.rest + self.shorter[symbol]


class Language:
    """Costs of symbols in context."""

    def __init__(self, packed: bytes) -> None:
        data = zlib.decompress(packed[len(MAGIC) :])
        sizes = array("I", data[:28])
        ends = list(accumulate(sizes, initial=28))
        part = [
            joined(data[start:end], width)
            for (start, end), width in zip(pairwise(ends), WIDTHS, strict=True)
        ]
        self.single = Row(zip(part[0].decode("utf-16-le"), part[1], strict=True), 0, None)
        names = part[2].decode("utf-16-le")
        contexts = map("".join, zip(names[::2], names[1::2], strict=True))
        self._place = {context: place for place, context in enumerate(contexts)}
        self._start = array("I", accumulate(array("H", part[3]), initial=0))
        self._rest = part[4]
        self._followers, self._costs = part[5].decode("utf-16-le"), part[6]
        # As many contexts as a long page has stay unpacked.
        self.after = lru_cache(maxsize=8192)(self._after)

    def _after(self, before: str) -> Row:
        """The costs of what may follow the last two symbols."""
        shorter = self.single if before[0] == NONE else self.after(NONE + before[1])
        place = self._place.get(before)
        if place is None:
            return shorter
        span = slice(self._start[place], self._start[place + 1])
        known = zip(self._followers[span], self._costs[span], strict=True)
        return Row(known, self._rest[place], shorter)

    def text_cost(self, text: str, before: str = EDGE * 2) -> int:
        """The cost of a whole text after two symbols."""
        line = before + symbols(text)
        return sum(self.after(line[at - 2 : at])[line[at]] for at in range(2, len(line)))


@cache
def language() -> Language:
    """The model that ships with the package; read on first use."""
    return Language(resources.files(__package__).joinpath("data/language.bin").read_bytes())
