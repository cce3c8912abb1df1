"""How the damage can be read on by one token: the moves of the search in realign.py.

While text stands in step, every character is itself. Behind a lost byte one byte waits for its
partner: the first byte of the next pair is that partner, and its second byte waits in turn.
"""

from __future__ import annotations

from functools import lru_cache
from heapq import nsmallest
from typing import TYPE_CHECKING

from ruralnews.restoration import gbk
from ruralnews.restoration.annotations import keys_by_reading, last_byte
from ruralnews.restoration.candidates import (
    after_private,
    before_private,
    by_lead,
    by_trail,
    bytes_of,
    symbol_of,
)
from ruralnews.restoration.language import SCALE, language
from ruralnews.restoration.tables import conversion

if TYPE_CHECKING:
    from collections.abc import Iterator

State = tuple[int, int, str]
"""(the byte that waits or 0, the last byte read, the last two symbols read)"""
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
MARGIN = 14 * SCALE
GUESSES = 6
LEADS = 6
FIRSTS, SECONDS = 10, 4
# Context, byte and byte of so many seconds are kept: readings share most of them.
CACHED = 4096
# Stands for a character that is lost for good.
LOST = "?"
# The characters that control bytes were put before, and what a middleman folds them to.
MARKS = {
    mark: gbk.pair_of(full) for mark, full in zip("，。！？、,!?", "，。！？、，！？", strict=True)
}


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
        self.seconds = lru_cache(maxsize=CACHED)(self._seconds)

    def _read(self, before: str, character: str) -> tuple[str, int]:
        """(the last two symbols behind a character, its cost)."""
        symbol = symbol_of(character)
        impossible = IMPOSSIBLE * (character in conversion().changed)
        return before[1] + symbol, self.after(before)[symbol] + impossible

    def _join(self, state: State, byte: int, left: int) -> Iterator[Move]:
        """The waiting byte takes its partner; another byte may be left over."""
        character = gbk.characters().get(state[0] << 8 | byte)
        if character is None or left == gbk.HIGH:
            return
        now, cost = self._read(state[2], character)
        if 0 < left < gbk.HIGH:  # what is left is ASCII: the text is in step again
            letter = chr(left)
            now, more = self._read(now, letter)
            yield (0, left, now), character + letter, cost + more, False
        else:
            yield (left, left or byte, now), character, cost, False

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
            if self.dropped and not 0 < left <= gbk.HIGH:
                for read, now, cost in self._around_dropped(state, byte):
                    yield (left, left or byte, now), read, cost, False

    def _around_dropped(self, state: State, byte: int) -> Iterator[tuple[str, str, int]]:
        """(characters, symbols, cost) of two characters that shared a dropped pair.

        The waiting byte and the pair's first are one, the pair's second and `byte` the other.
        """
        waiting, _, before = state
        for cost, first, character, symbol in self._firsts(waiting, before):
            if cost > self.room:
                break
            for more, other, its in self.seconds(before[1] + symbol, first, byte):
                yield character + other, symbol + its, cost + more + DROPPED

    def _firsts(self, waiting: int, before: str) -> list[tuple[int, int, str, str]]:
        """(cost, second byte, character, symbol) of the likeliest that a dropped pair cut."""
        costs = self.after(before)
        found = (
            (costs[symbol], first, character, symbol)
            for first, character, symbol in before_private(waiting)
        )
        return nsmallest(FIRSTS, found)

    def _seconds(self, before: str, first: int, byte: int) -> list[tuple[int, str, str]]:
        """(cost, character, symbol) of the likeliest that begin with the pair's second byte."""
        costs = self.after(before)
        found = ((costs[symbol], other, symbol) for other, symbol in after_private(first, byte))
        return nsmallest(SECONDS, found)

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
            if not waiting and lead == last:
                yield (trail, trail, before), "", SLIP, False
            elif waiting == lead:
                yield from self._join(state, trail, 0)
            elif waiting and self.dropped:
                key = gbk.characters()[pair]
                for first, character, symbol in before_private(waiting):
                    if first << 8 | lead not in gbk.characters():
                        now, cost = self._read(before[1] + symbol, key)
                        cost += self.after(before)[symbol] + DROPPED
                        yield (0, trail, now), character + key, cost, False
        yield (0, ord(")"), before[1] + ")"), damaged, 2 * IMPOSSIBLE, not waiting

    def cut_tag(self, state: State) -> Iterator[Move]:
        """A lost byte that swallowed the < of a tag, which falls away with it."""
        if not state[0]:
            yield state, LOST, IMPOSSIBLE, False
        for cost, character, now in self._guesses(state):
            yield (0, gbk.HIGH, now), character, cost + SLIP, False

    def question(self, state: State, following: str) -> Iterator[Move]:
        """A question mark, or a lost byte with what it swallowed: control bytes or ASCII."""
        waiting, _, before = state
        mark = MARKS.get(following)
        if waiting:
            yield from self._join(state, *divmod(gbk.pair_of("？"), 256))
            for cost, character, now in self._guesses(state):
                if mark or not following:
                    yield (0, gbk.HIGH, now), character, cost, False
                more = self.after(now)["0"] + SWALLOWED
                yield (0, ord(LOST), now[1] + "0"), character + LOST, cost + more, False
            return
        now, cost = self._read(before, "?")
        yield (0, ord("?"), now), "?", cost, True
        if mark:
            yield from self._before_mark(before, mark >> 8)
        if following == "?":
            # 啊， is B0 A1 A3 AC: with 。, A1 A3, found inside, both bytes of 啊 are lost.
            yield from self._before_mark(before, 0xA1)

    def _before_mark(self, before: str, trail: int) -> Iterator[Move]:
        """A lone lead byte before a mark that was found across two characters.

        The first byte of the mark is the trail byte that waits; the next token brings it.
        """
        costs = self.after(before)
        leads = (
            (costs[symbol], lead)
            for lead, character, symbol in by_trail(trail)
            if character not in self.active
        )
        for _cost, lead in nsmallest(LEADS, leads):
            yield (lead, lead, before), "", SLIP, False

    def _guesses(self, state: State) -> list[tuple[int, str, str]]:
        """(cost, character, last two symbols) of the likeliest partners of the waiting byte."""
        waiting, _, before = state
        costs = self.after(before)
        found = (
            (costs[symbol], character, before[1] + symbol)
            for trail, character, symbol in by_lead(waiting)
            if trail >= gbk.HIGH and character not in self.active
        )
        return nsmallest(GUESSES, found)
