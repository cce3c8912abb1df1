"""Which characters a byte can belong to, as the text that was shifted was written."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice
from math import inf
from operator import itemgetter
from typing import TYPE_CHECKING

from ruralnews.restoration import gbk
from ruralnews.restoration.language import BLANK_COST, EDGE, language, symbols
from ruralnews.restoration.tables import conversion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Candidate = tuple[int, str, int, str]
"""(cost, symbol, byte, character)"""
Cost = tuple[int, str]
"""(cost, symbol)"""


@cache
def _plain() -> Mapping[str, str]:
    """The simplified character each converted one most likely was."""
    return {full: plains[0] for full, plains in conversion().origins.items()}


@cache
def symbol_of(character: str) -> str:
    """The symbol the language model knows a character of converted text by."""
    return symbols(_plain().get(character, character))


@cache
def _possible() -> Mapping[int, tuple[str, str]]:
    """(symbol, character) of every pair that converted text has and the language model knows."""
    single, changed, plain = language().single, conversion().changed, _plain()
    characters = gbk.characters()
    known = symbols("".join(plain.get(character, character) for character in characters.values()))
    return {
        pair: (symbol, character)
        for (pair, character), symbol in zip(characters.items(), known, strict=True)
        if character not in changed and symbol in single
    }


class Candidates:
    """Characters of converted text, each with the byte that tells it from the others."""

    def __init__(self, pairs: Iterable[tuple[int, int]], *, blank: bool = False) -> None:
        """Take what may stand in a text of (pair, its byte), U+3000 only with `blank`."""
        single, possible = language().single, _possible()
        self.seen = language().seen
        self.by_symbol: dict[str, list[tuple[int, str]]] = {}
        for pair, byte in pairs:
            symbol, character = possible.get(pair, (EDGE, ""))
            if symbol != EDGE or (blank and character):
                self.by_symbol.setdefault(symbol, []).append((byte, character))
        self.common = sorted(
            ((single[symbol] + BLANK_COST * (symbol == EDGE), symbol) for symbol in self.by_symbol),
            key=itemgetter(0),
        )

    def likeliest(
        self,
        before: str,
        count: int,
        *,
        without: frozenset[str] = frozenset(),
        room: float = inf,
    ) -> list[Candidate]:
        """The cheapest after two symbols, by cost.

        Args:
            before: the two symbols.
            count: how many at most.
            without: characters that it is none of.
            room: what one may cost.
        """
        seen, rest = self.seen(before, self.by_symbol)
        behind = _behind(self, before[1], count)
        if not seen:
            return self._named(behind, rest, count, without, room)
        seen.sort()
        found = self._named(seen, 0, count, without, room)
        if behind and behind[0][0] + rest <= room:
            known = {symbol for _, symbol in seen}
            others = (pair for pair in behind if pair[1] not in known)
            found += self._named(others, rest, count, without, room)
            found.sort()
        return found[:count]

    def _named(
        self, costs: Iterable[Cost], rest: int, count: int, without: frozenset[str], room: float
    ) -> list[Candidate]:
        """The first so many candidates of symbols in order, at `rest` more."""
        found: list[Candidate] = []
        by_symbol = self.by_symbol
        room -= rest
        for cost, symbol in costs:
            if cost > room or len(found) >= count:
                break
            for byte, character in by_symbol[symbol]:
                if character not in without:
                    found.append((cost + rest, symbol, byte, character))
        return found[:count]


def _merged(seen: list[Cost], rest: int, shorter: list[Cost], count: int) -> list[Cost]:
    """All that were seen in a context, and `count` others, by cost.

    Args:
        seen: those that were seen.
        rest: what any other costs more than in the shorter context.
        shorter: all by their cost in the shorter context.
        count: how many others.
    """
    if not seen:
        return sorted([(cost + rest, symbol) for cost, symbol in shorter[:count]])
    named = {symbol for _, symbol in seen}
    others = ((cost + rest, symbol) for cost, symbol in shorter if symbol not in named)
    return sorted([*seen, *islice(others, count)])


# As many lists as a long page asks for again and again; a few hundred bytes each.
@lru_cache(maxsize=1 << 15)
def _behind(candidates: Candidates, symbol: str, count: int) -> list[Cost]:
    """(cost, symbol) after one symbol, the cheapest first: all it names, and `count` others.

    The others' order is the same everywhere: to look all of them up takes most of the search's
    time.
    """
    seen, rest = language().seen(symbol, candidates.by_symbol.keys())
    return _merged(seen, rest, candidates.common, count)


@cache
def cut_before_mark(trail: int) -> Candidates:
    """Characters with a last byte; their byte is the first.

    The end of U+3000 and the beginning of （ are 。, so a blank may be among them.
    """
    return _ending(tuple(gbk.LEADS), trail, blank=True)


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
    return _ending(_ends_private(first), trail)


@cache
def _ending(leads: tuple[int, ...], trail: int, *, blank: bool = False) -> Candidates:
    """Characters with one of some first bytes and a last byte; their byte is the first."""
    return Candidates(((lead << 8 | trail, lead) for lead in leads), blank=blank)


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
