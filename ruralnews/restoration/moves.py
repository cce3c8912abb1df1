"""How the damage can be read on by one token: the moves of the search in realign.py.

While text stands in step, every character is itself. Behind a lost byte one byte waits for its
partner: the first byte of the next pair is that partner, and its second byte waits in turn.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ruralnews.restoration import gbk
from ruralnews.restoration.annotations import keys_by_reading, last_byte
from ruralnews.restoration.candidates import (
    after_private,
    before_private,
    bytes_of,
    cut_before_mark,
    cut_behind,
    symbol_of,
)
from ruralnews.restoration.language import SCALE, language
from ruralnews.restoration.tables import conversion

if TYPE_CHECKING:
    from collections.abc import Iterator

State = tuple[int, int, str]
"""(the byte that waits or 0, the other byte, the last two symbols read and the quotes open)

The other byte is in step the last byte read, and behind a waiting byte the one that must come: the
first of the mark before which the control bytes fell; 0 where any may come.
"""
Guess = tuple[int, int, str, str]
"""(cost, byte, character, symbol)"""
Move = tuple[State, str, int, bool]
"""(the state behind it, the characters read, the cost, whether all is in step)"""

# Costs in units of the language model, 1/SCALE nat; set on a tenth of the newspaper that the
# model has not learnt and on portal pages, damaged by simulation, 2026-11. A byte out of step
# before punctuation is rare (15 in 10,000 characters), but so is a question mark.
SLIP = 2 * SCALE
# An ASCII character swallowed by a lost byte.
SWALLOWED = 3 * SCALE
# A private-use pair dropped by a middleman: every second or third pair of shifted text is one.
DROPPED = SCALE // 2
# What the tool cannot have made: simplified characters, private-use ones in step.
IMPOSSIBLE = 12 * SCALE
# How much worse than the best a reading may be; how many guesses are tried for a lost byte, and
# for the first and second character around a dropped pair together.
MARGIN = 12 * SCALE
GUESSES = 6
LEADS = 6
FIRSTS, SECONDS = 8, 4
# Context, byte and byte of so many seconds are kept: readings share most of them.
CACHED = 4096
# Stands for a character that is lost for good.
LOST = "?"
# The characters that control bytes were put before, and what a middleman folds them to.
MARKS = {
    mark: gbk.pair_of(full) for mark, full in zip("，。！？、,!?", "，。！？、，！？", strict=True)
}
# The last byte of a character before a mark, where two marks are found inside them and both bytes
# of the character stand alone: 啊！ is B0 A1 A3 A1, with first 。 (A1 A3) and then ！ inside.
TWICE_CUT = dict.fromkeys("！？!?", 0xA1) | {"、": 0xA3}


# Quotation marks that open, and what closes each. What a closing mark costs less while its
# quotation is open, and more while it is not; what a paragraph's end costs with one open. In the
# newspaper a quarter of the full stops stand in quotations, and one closing mark in 300 is alone.
CLOSING = dict(zip("“‘「『《", "”’」』》", strict=True))
QUOTES = frozenset((*CLOSING, *CLOSING.values()))
OPEN, CLOSED, UNCLOSED = -SCALE, 4 * SCALE, 2 * SCALE


def follow(before: str, symbol: str) -> str:
    """The context behind one more symbol: the last two, and the quotation marks open."""
    opened = before[2:]
    if symbol in QUOTES:
        if symbol in CLOSING:
            opened += symbol
        elif opened and CLOSING[opened[-1]] == symbol:
            opened = opened[:-1]
    return before[1] + symbol + opened


def quote_price(before: str, symbol: str) -> int:
    """What a quotation mark costs more than in any context."""
    if symbol not in QUOTES or symbol in CLOSING:
        return 0
    return OPEN if len(before) > 2 and CLOSING[before[-1]] == symbol else CLOSED  # noqa: PLR2004


def _priced(before: str, found: list[Guess]) -> list[Guess]:
    """Guesses with their quotation marks priced, by cost."""
    if not any(symbol in QUOTES for _, _, _, symbol in found):
        return found
    return sorted(
        (cost + quote_price(before, symbol), byte, character, symbol)
        for cost, byte, character, symbol in found
    )


class Moves:
    """The moves on one text."""

    def __init__(self, active: frozenset[str], *, dropped: bool) -> None:
        self.active = active
        """Characters annotated wherever they stand: none of them is guessed without."""
        self.dropped = dropped
        """Whether private-use pairs may be missing anywhere."""
        self.room: float = 0
        """What a move may cost and still be followed; the search sets it."""
        self.after = language().after
        self.firsts = lru_cache(maxsize=CACHED)(self._firsts)
        self.seconds = lru_cache(maxsize=CACHED)(self._seconds)

    def _read(self, before: str, character: str) -> tuple[str, int]:
        """(the context behind a character, its cost)."""
        symbol = symbol_of(character)
        cost = self.after(before[:2])[symbol]
        if character in conversion().changed:
            cost += IMPOSSIBLE
        if symbol in QUOTES:
            cost += quote_price(before, symbol)
        return follow(before, symbol), cost

    def _join(self, state: State, byte: int, left: int) -> Iterator[Move]:
        """The waiting byte takes its partner; another byte may be left over."""
        character = gbk.characters().get(state[0] << 8 | byte)
        if character is None or left == gbk.HIGH or byte != (state[1] or byte):
            return
        now, cost = self._read(state[2], character)
        if 0 < left < gbk.HIGH:  # what is left is ASCII: the text is in step again
            letter = chr(left)
            now, more = self._read(now, letter)
            yield (0, left, now), character + letter, cost + more, False
        else:
            yield (left, 0 if left else byte, now), character, cost, False

    def character(self, state: State, character: str) -> Iterator[Move]:
        """Any character but `?`."""
        waiting, _, before = state
        if not waiting:
            now, cost = self._read(before, character)
            cost += IMPOSSIBLE * gbk.is_private(character)
            yield (0, last_byte(character), now), character, cost, True
            return
        for byte, left in bytes_of(character):
            yield from self._join(state, byte, left)
            if self.dropped and not state[1] and not 0 < left <= gbk.HIGH:
                for read, now, cost in self._around_dropped(state, byte):
                    yield (left, 0 if left else byte, now), read, cost, False

    def _around_dropped(self, state: State, byte: int) -> Iterator[tuple[str, str, int]]:
        """(characters, context, cost) of two characters that shared a dropped pair.

        The waiting byte and the pair's first are one, the pair's second and `byte` the other.
        """
        waiting, _, before = state
        for cost, first, character, symbol in self.firsts(waiting, before):
            if cost > self.room:
                break
            between = follow(before, symbol)
            for more, _, other, its in self.seconds(between, first, byte):
                if cost + more > self.room:
                    break
                yield character + other, follow(between, its), cost + more + DROPPED

    def _firsts(self, waiting: int, before: str) -> list[Guess]:
        """The likeliest characters that a dropped pair cut; their byte is the pair's first."""
        return _priced(before, before_private(waiting).likeliest(before[:2], FIRSTS))

    def _seconds(self, before: str, first: int, byte: int) -> list[Guess]:
        """The likeliest characters that begin with the second byte of a dropped pair."""
        return _priced(before, after_private(first, byte).likeliest(before[:2], SECONDS))

    def bracket(self, state: State, *, sound: bool) -> Iterator[Move]:
        """An annotation between two pairs falls away; sound if the character before it has it."""
        yield state, "", 0, sound and not state[0]

    def nothing(self, state: State) -> Iterator[Move]:
        """Control bytes fall away."""
        yield state, "", 0, not state[0]

    def cut_bracket(self, state: State, reading: str, damaged: str) -> Iterator[Move]:
        """A lost byte that swallowed the ( of an annotation: the reading names the key."""
        waiting, last, before = state
        for pair in keys_by_reading().get(reading, ()):
            lead, trail = pair >> 8, pair & 0xFF
            if not waiting and lead == last | gbk.HIGH:  # a folded digit is ASCII
                yield (trail, 0, before), "", SLIP, False
            elif waiting == lead:
                yield from self._join(state, trail, 0)
            elif waiting and self.dropped and not last:
                key = gbk.characters()[pair]
                for cost, first, character, symbol in self.firsts(waiting, before):
                    if first << 8 | lead not in gbk.characters():
                        now, more = self._read(follow(before, symbol), key)
                        yield (0, trail, now), character + key, cost + more + DROPPED, False
        yield (0, ord(")"), follow(before, ")")), damaged, 2 * IMPOSSIBLE, not waiting

    def cut_tag(self, state: State) -> Iterator[Move]:
        """A lost byte that swallowed the < of a tag, which falls away with it."""
        if not state[0]:
            yield state, LOST, IMPOSSIBLE, False
        for cost, character, now in self._guesses(state):
            yield (0, gbk.HIGH, now), character, cost + SLIP, False

    def question(self, state: State, following: str) -> Iterator[Move]:
        """A question mark, or a lost byte with what it swallowed: control bytes or ASCII.

        Args:
            state: where a reading stands.
            following: the next two characters, or fewer.
        """
        waiting, must, before = state
        mark = MARKS.get(following[:1])
        if waiting:
            yield from self._join(state, *divmod(gbk.pair_of("？"), 256))
            if must and must != TWICE_CUT.get(following[:1]):
                return
            for cost, character, now in self._guesses(state):
                if mark or not following:
                    yield (0, gbk.HIGH, now), character, cost, False
                if must:
                    continue
                more = self.after(now[:2])["0"] + SWALLOWED
                yield (0, ord(LOST), follow(now, "0")), character + LOST, cost + more, False
            return
        now, cost = self._read(before, "?")
        yield (0, ord("?"), now), "?", cost, True
        if mark:
            yield from self._before_mark(before, mark >> 8)
        if following[:1] == "?" and (trail := TWICE_CUT.get(following[1:])):
            yield from self._before_mark(before, trail)

    def _before_mark(self, before: str, trail: int) -> Iterator[Move]:
        """A lone lead byte before a mark that was found across two characters.

        The first byte of the mark is the trail byte that waits; the next token brings it.
        """
        found = cut_before_mark(trail).likeliest(before[:2], LEADS, self.active)
        for _, lead, _, _ in found:
            yield (lead, trail, before), "", SLIP, False

    def _guesses(self, state: State) -> list[tuple[int, str, str]]:
        """(cost, character, last two symbols) of the likeliest partners of the waiting byte."""
        waiting, must, before = state
        found = _priced(
            before, cut_behind(waiting, must).likeliest(before[:2], GUESSES, self.active)
        )
        return [(cost, character, follow(before, symbol)) for cost, _, character, symbol in found]
