"""A small language model of Chinese characters: what a reader would expect next.

The file holds, zlib-compressed after MAGIC, seven parts (all little-endian, their byte lengths
first as 32-bit numbers): the single symbols (UTF-16) and their costs; the contexts (two UTF-16
units each, a single one padded with NUL, in order), how many followers each has (16 bit) and the
cost of any other follower; all followers (UTF-16) and their costs. A cost is
-ln(probability) * SCALE in one byte. Of numbers of several bytes all first bytes stand together,
then all second ones, and so on, which zlib packs better. `making/language.py` writes the file.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections import Counter
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

MAGIC = b"RNLM2\n"
# Bytes to a number in each of the seven parts.
WIDTHS = (2, 1, 4, 2, 1, 2, 1)
SCALE = 16
EDGE = "\n"
LINE_START = EDGE * 2
# The model knows a blank as the edge of a line. In a line it is rarer than the line's end, but for
# one behind another, which indents, and for the one of a dateline (… 8 日电　（记者 …). Set on 113
# saved pages that were put through the tool, 2026-11.
INDENT_COST, BLANK_COST, DATELINE_COST = SCALE // 2, 4 * SCALE, SCALE
DATELINE = frozenset("电讯")
# A symbol the model has never seen.
UNKNOWN = 250
# Up to so many followers for each symbol that is looked for, it is quicker to go through them all.
FEW = 3

_FOLD: dict[int, int | str] = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys(map(ord, " \t\r\u3000"), EDGE)
_DIGITS = re.compile("[0-9]")
_LETTERS = re.compile("[A-Za-z]")


def symbols(text: str) -> str:
    """The text as the model reads it: same length, width folded, one digit, one letter."""
    return _LETTERS.sub("a", _DIGITS.sub("0", text.translate(_FOLD)))


def blank_price(before: str) -> int:
    """What a blank in a line costs more than the line's end."""
    return DATELINE_COST if before[-1:] in DATELINE else BLANK_COST


def joined(planes: bytes, width: int) -> bytes:
    """The bytes of numbers of a width, from all first bytes, all second ones, and so on."""
    numbers = bytearray(len(planes))
    size = len(planes) // width
    for place in range(width):
        numbers[place::width] = planes[place * size : (place + 1) * size]
    return bytes(numbers)


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
        self.single = dict(zip(part[0].decode("utf-16-le"), part[1], strict=True))
        # Contexts stand in order: those of one symbol first, then by their first symbol. To find
        # the second among them takes a third of the memory that a dictionary of all takes.
        names = part[2].decode("utf-16-le")
        self._second = names[1::2]
        ends_at = list(accumulate(Counter(names[::2]).values(), initial=0))
        self._spans = dict(zip(dict.fromkeys(names[::2]), pairwise(ends_at), strict=True))
        self._one = {symbol: place for place, symbol in enumerate(self._second[: ends_at[1]])}
        self._start = array("I", accumulate(array("H", part[3]), initial=0))
        self._rest = part[4]
        self._followers, self._costs = part[5].decode("utf-16-le"), part[6]
        # As many contexts as a long page has.
        self.find = lru_cache(maxsize=8192)(self._find)

    def _find(self, context: str) -> tuple[int, int, int]:
        """(where the followers of a context begin and end, the cost of any other).

        Of one or two symbols; of one that was never seen nothing follows, and others cost no more.
        """
        if len(context) == 1:
            place = self._one.get(context, -1)
        else:
            start, end = self._spans.get(context[0], (0, 0))
            place = self._second.find(context[1], start, end)
        if place < 0:
            return 0, 0, 0
        return self._start[place], self._start[place + 1], self._rest[place]

    def cost(self, before: str, symbol: str) -> int:
        """The cost of a symbol after two others; where it was never seen there, after one."""
        price = 0
        if symbol == EDGE:
            if before == LINE_START:
                return INDENT_COST
            price = blank_price(before)
        start, end, rest = self.find(before)
        if end and (at := self._followers.find(symbol, start, end)) >= 0:
            return price + self._costs[at]
        start, end, more = self.find(before[1])
        if (at := self._followers.find(symbol, start, end)) >= 0:
            return price + rest + self._costs[at]
        return price + rest + more + self.single.get(symbol, UNKNOWN)

    def seen(self, context: str, among: Collection[str]) -> tuple[list[tuple[int, str]], int]:
        """((cost, symbol) of those symbols that were seen in a context, what any other pays)."""
        found, rest = self._seen(context, among)
        if EDGE in among:
            if context == LINE_START:
                return [*found, (INDENT_COST, EDGE)], rest
            price = blank_price(context)
            found = [(cost + price * (symbol == EDGE), symbol) for cost, symbol in found]
        return found, rest

    def _seen(self, context: str, among: Collection[str]) -> tuple[list[tuple[int, str]], int]:
        start, end, rest = self.find(context)
        if not end:
            return [], rest
        followers, costs = self._followers, self._costs
        if end - start < FEW * len(among):
            known = zip(costs[start:end], followers[start:end], strict=True)
            return [pair for pair in known if pair[1] in among], rest
        places = [(followers.find(symbol, start, end), symbol) for symbol in among]
        return [(costs[at], symbol) for at, symbol in places if at >= 0], rest

    def text_cost(self, text: str, before: str = EDGE * 2) -> int:
        """The cost of a whole text after two symbols."""
        line = before + symbols(text)
        return sum(self.cost(line[at - 2 : at], line[at]) for at in range(2, len(line)))


@cache
def language() -> Language:
    """The model that ships with the package; read on first use."""
    return Language(resources.files(__package__).joinpath("data/language.bin").read_bytes())
