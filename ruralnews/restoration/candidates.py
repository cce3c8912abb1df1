"""Which characters a byte can belong to, as the text that was shifted was written."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from ruralnews.restoration import gbk
from ruralnews.restoration.language import EDGE, NONE, language, symbols
from ruralnews.restoration.tables import conversion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@cache
def _plain() -> Mapping[str, str]:
    """The simplified character each converted one most likely was."""
    return {full: plains[0] for full, plains in conversion().origins.items()}


@cache
def symbol_of(character: str) -> str:
    """The symbol the language model knows a character of converted text by."""
    return symbols(_plain().get(character, character))


class Candidates:
    """Characters of converted text, each with the byte that tells it from the others."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Take what may stand in a text of (pair, its byte), and the language model knows."""
        single, changed = language().single, conversion().changed
        self.by_symbol: dict[str, list[tuple[int, str]]] = {}
        characters = gbk.characters()
        for pair, byte in pairs:
            character = characters.get(pair)
            if character is not None and character not in changed:
                symbol = symbol_of(character)
                if symbol in single and symbol != EDGE:
                    self.by_symbol.setdefault(symbol, []).append((byte, character))
        self.common = sorted(
            ((symbol, single[symbol]) for symbol in self.by_symbol), key=itemgetter(1)
        )

    def likeliest(
        self, before: str, count: int, without: frozenset[str] = frozenset()
    ) -> list[tuple[int, int, str, str]]:
        """(cost, byte, character, symbol) of the cheapest after two symbols, by cost."""
        row = language().after(before)
        named = _behind(self, before[1], count)
        if row.order == 2:  # noqa: PLR2004 - both symbols are known together
            rest, behind = row.rest, named
            named = [(row[symbol], symbol) for symbol in row.keys() & self.by_symbol.keys()]
            others = ((cost + rest, symbol) for cost, symbol in behind if symbol not in row)
            named += others if without else islice(others, count)
            named.sort()
        found: list[tuple[int, int, str, str]] = []
        for cost, symbol in named:
            for byte, character in self.by_symbol[symbol]:
                if character not in without:
                    found.append((cost, byte, character, symbol))
            if len(found) >= count:
                break
        return found[:count]


# As many lists as a long page asks for again and again; a few hundred bytes each.
@lru_cache(maxsize=1 << 15)
def _behind(candidates: Candidates, symbol: str, count: int) -> list[tuple[int, str]]:
    """(cost, symbol) after one symbol, the cheapest first: all it names, and `count` others.

    The others' order is the same everywhere: to look all of them up takes most of the search's
    time.
    """
    row = language().after(NONE + symbol)
    single = language().single
    named = [(row[symbol], symbol) for symbol in row.keys() & candidates.by_symbol.keys()]
    rest = 0 if row is single else row.rest
    others = ((cost + rest, other) for other, cost in candidates.common if other not in row)
    return sorted([*named, *islice(others, count)])


@cache
def cut_before_mark(trail: int) -> Candidates:
    """Characters with a last byte; their byte is the first."""
    return Candidates((lead << 8 | trail, lead) for lead in gbk.LEADS)


@cache
def cut_behind(lead: int, trail: int = 0) -> Candidates:
    """Characters with a first byte whose other stood alone, or is known; their byte is the last."""
    trails = (trail,) if trail else (trail for trail in gbk.TRAILS if trail >= gbk.HIGH)
    return Candidates((lead << 8 | trail, trail) for trail in trails)


@cache
def before_private(lead: int) -> Candidates:
    """Characters after whose first byte a private-use pair may begin; their byte is the last."""
    trails = (trail for trail in gbk.TRAILS if trail in gbk.PRIVATE_LEADS)
    return Candidates((lead << 8 | trail, trail) for trail in trails)


@cache
def after_private(first: int, trail: int) -> Candidates:
    """Characters whose first byte, with the one before it, makes a private-use pair."""
    return Candidates((lead << 8 | trail, lead) for lead in _ends_private(first))


@cache
def _ends_private(first: int) -> tuple[int, ...]:
    """The bytes that make a private-use pair behind another."""
    return tuple(lead for lead in gbk.LEADS if first << 8 | lead not in gbk.characters())


@cache
def bytes_of(character: str) -> tuple[tuple[int, int], ...]:
    """The (first, second or 0) bytes a character of shifted text may have been.

    An ASCII character is a trail byte, or a full-width character that a middleman folded.
    """
    if character == gbk.EURO:
        return ((gbk.HIGH, 0),)
    if not character.isascii():
        pair = gbk.pair_of(character)
        return ((pair >> 8, pair & 0xFF),) if pair else ()
    byte = ord(character)
    trail = [(byte, 0)] if gbk.TRAIL_LOW <= byte < gbk.DEL else []
    if character == " ":
        return ((0xA1, 0xA1),)
    return (*trail, (0xA3, byte + gbk.HIGH)) if ord(" ") < byte < gbk.DEL else ()
