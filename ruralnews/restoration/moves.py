"""How the damage can be read on by one token: the moves of the search in realign.py.

While text stands in step, every character is itself. Behind a lost byte one byte waits for its
partner: the first byte of the next pair is that partner, and its second byte waits in turn.
"""

from __future__ import annotations

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
from ruralnews.restoration.language import EDGE, SCALE, language
from ruralnews.restoration.tables import conversion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.restoration.candidates import Candidate

State = tuple[int, int, str, str]
"""(the byte that waits or 0, the other byte, the last two symbols read, the quotes open)

The other byte is in step the last byte read, and behind a waiting byte the one that must come: the
first of the mark before which the control bytes fell; 0 where any may come.
"""
Move = tuple[State, str, int, bool]
"""(the state behind it, the characters read, the cost, whether all is in step)"""

# Costs in units of the language model, 1/SCALE nat; set on a tenth of the newspaper that the
# model has not learnt and on portal pages, damaged by simulation, 2026-11. A byte out of step
# before punctuation is rare (15 in 10,000 characters), but so is a question mark.
SLIP = 2 * SCALE
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
# The room that a reading must have for each of the two, or it is too far behind to win with them
# and the model is not asked: with 6 nats as many characters of the texts not learnt are wrong as
# with none, with 7 more.
LEAST = 5 * SCALE
# Stands for a character that is lost for good, and for one that was most likely a blank.
LOST, LOST_BLANK = "?", "\u00a0"
DOT = "·"
# (what stands for it, its symbol, its price): an ASCII character swallowed by a lost byte is a
# digit, which is not made up, or a blank.
SWALLOWED = ((LOST, "0", 3 * SCALE), (LOST_BLANK, EDGE, 2 * SCALE))
SWALLOWING = min(price for _, _, price in SWALLOWED)
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


def opened_behind(opened: str, symbol: str) -> str:
    """The quotation marks open behind one more symbol."""
    if symbol in CLOSING:
        return opened + symbol
    return opened[:-1] if opened and CLOSING[opened[-1]] == symbol else opened


def quote_price(opened: str, symbol: str) -> int:
    """What a quotation mark costs more than in any context."""
    if symbol not in QUOTES or symbol in CLOSING:
        return 0
    return OPEN if opened and CLOSING[opened[-1]] == symbol else CLOSED


def _priced(opened: str, found: list[Candidate]) -> list[Candidate]:
    """Guesses with their quotation marks priced, by cost."""
    if not found or QUOTES.isdisjoint([symbol for _, symbol, _, _ in found]):
        return found
    return sorted(
        (cost + quote_price(opened, symbol), symbol, byte, character)
        for cost, symbol, byte, character in found
    )


def _discounted(room: float, opened: str) -> float:
    """What a guess may cost before its quotation marks are priced."""
    return room - OPEN if opened else room


class Moves:
    """The moves on one text."""

    def __init__(self, active: frozenset[str], *, dropped: bool) -> None:
        self.active = active
        """Characters annotated wherever they stand: none of them is guessed without."""
        self.dropped = dropped
        """Whether private-use pairs may be missing anywhere."""
        self.room: float = 0
        """What a move may cost and still be followed; the search sets it."""
        self.cost = language().cost
        self.changed = conversion().changed
        self.characters = gbk.characters()

    def _read(self, before: str, opened: str, character: str) -> tuple[str, str, int]:
        """(the last two symbols, the quotes open, the cost) behind one more character."""
        symbol = symbol_of(character)
        cost = self.cost(before, symbol)
        if character in self.changed:
            cost += IMPOSSIBLE
        if symbol in QUOTES:
            cost += quote_price(opened, symbol)
            opened = opened_behind(opened, symbol)
        return before[1] + symbol, opened, cost

    def _join(self, state: State, byte: int, left: int) -> list[Move]:
        """The waiting byte takes its partner, if it can; another byte may be left over."""
        waiting, must, before, opened = state
        character = self.characters.get(waiting << 8 | byte)
        if character is None or left == gbk.HIGH or byte != (must or byte):
            return []
        before, opened, cost = self._read(before, opened, character)
        if 0 < left < gbk.HIGH:  # what is left is ASCII: the text is in step again
            letter = chr(left)
            before, opened, more = self._read(before, opened, letter)
            return [((0, left, before, opened), character + letter, cost + more, False)]
        return [((left, 0 if left else byte, before, opened), character, cost, False)]

    def character(self, state: State, character: str) -> Iterator[Move]:
        """Any character but `?`."""
        waiting, must, before, opened = state
        if not waiting:
            before, opened, cost = self._read(before, opened, character)
            cost += IMPOSSIBLE * gbk.is_private(character)
            yield (0, last_byte(character), before, opened), character, cost, True
            return
        for byte, left in bytes_of(character):
            yield from self._join(state, byte, left)
            free = self.dropped and not must and not 0 < left <= gbk.HIGH
            if free and self.room >= DROPPED + 2 * LEAST:
                yield from self._around_dropped(state, byte, left)

    def _around_dropped(self, state: State, byte: int, left: int) -> Iterator[Move]:
        """Two characters that shared a dropped pair; another byte may be left over.

        The waiting byte and the pair's first are one, the pair's second and `byte` the other.
        """
        other = 0 if left else byte
        firsts = self._firsts(state, self.room - DROPPED - LEAST)
        for cost, first, character, before, opened in firsts:
            room = self.room - DROPPED - cost
            if room < LEAST:
                break
            seconds = after_private(first, byte)
            found = seconds.likeliest(before, SECONDS, room=_discounted(room, opened))
            for more, symbol, _, second in _priced(opened, found):
                if more > room:
                    break
                behind = (left, other, before[1] + symbol, opened_behind(opened, symbol))
                yield behind, character + second, cost + more + DROPPED, False

    def _firsts(self, state: State, room: float) -> list[tuple[int, int, str, str, str]]:
        """(cost, byte, character, symbols, quotes) of what a dropped pair may have cut.

        The byte is the pair's first.

        Args:
            state: where a reading stands.
            room: what the character may cost.
        """
        waiting, _, before, opened = state
        found = before_private(waiting).likeliest(before, FIRSTS, room=_discounted(room, opened))
        return [
            (cost, byte, character, before[1] + symbol, opened_behind(opened, symbol))
            for cost, symbol, byte, character in _priced(opened, found)
        ]

    def bracket(self, state: State, *, sound: bool) -> Iterator[Move]:
        """An annotation between two pairs falls away; sound if the character before it has it."""
        yield state, "", 0, sound and not state[0]

    def nothing(self, state: State) -> Iterator[Move]:
        """Control bytes fall away."""
        yield state, "", 0, not state[0]

    def cut_bracket(self, state: State, reading: str, damaged: str) -> Iterator[Move]:
        """A lost byte that swallowed the ( of an annotation: the reading names the key."""
        waiting, last, before, opened = state
        for pair in keys_by_reading().get(reading, ()):
            lead, trail = pair >> 8, pair & 0xFF
            if not waiting and lead == last | gbk.HIGH:  # a folded digit is ASCII
                yield (trail, 0, before, opened), "", SLIP, False
            elif waiting == lead:
                yield from self._join(state, trail, 0)
            elif waiting and self.dropped and not last:
                key = self.characters[pair]
                for cost, first, character, then, open_then in self._firsts(
                    state, self.room - DROPPED
                ):
                    if first << 8 | lead not in self.characters:
                        now, open_now, more = self._read(then, open_then, key)
                        behind = (0, trail, now, open_now)
                        yield behind, character + key, cost + more + DROPPED, False
        yield (0, ord(")"), before[1] + ")", opened), damaged, 2 * IMPOSSIBLE, not waiting

    def cut_tag(self, state: State) -> Iterator[Move]:
        """A lost byte that swallowed the < of a tag, which falls away with it."""
        if not state[0]:
            yield state, LOST, IMPOSSIBLE, False
        for cost, character, now, opened in self._guesses(state):
            yield (0, gbk.HIGH, now, opened), character, cost + SLIP, False

    def question(self, state: State, following: str) -> Iterator[Move]:
        """A question mark, or a lost byte with what it swallowed: control bytes or ASCII.

        Args:
            state: where a reading stands.
            following: the next two characters, or fewer.
        """
        waiting, _, before, opened = state
        if waiting:
            yield from self._lost(state, following)
            return
        now, still, cost = self._read(before, opened, "?")
        yield (0, ord("?"), now, still), "?", cost, True
        if before[1] > "\u4e00" and following[:1] > "\u4e00":
            # The dot of foreign names, in a form that the code page lacks (• or ・).
            now, still, cost = self._read(before, opened, DOT)
            yield (0, ord("?"), now, still), DOT, cost + SLIP, False
        if mark := MARKS.get(following[:1]):
            yield from self._before_mark(state, mark >> 8)
        if following[:1] == "?" and (trail := TWICE_CUT.get(following[1:])):
            yield from self._before_mark(state, trail)

    def _lost(self, state: State, following: str) -> Iterator[Move]:
        """A `?` behind a byte that waits: its lost partner, or a full-width question mark."""
        _, must, _, _ = state
        yield from self._join(state, *divmod(gbk.pair_of("？"), 256))
        if must and must != TWICE_CUT.get(following[:1]):
            return
        for cost, character, now, opened in self._guesses(state):
            if not following or following[0] in MARKS:
                yield (0, gbk.HIGH, now, opened), character, cost, False
            if must or cost + SWALLOWING > self.room:
                continue
            for lost, symbol, price in SWALLOWED:
                # In a run of marks blanks would crowd the readings out that count.
                if symbol == EDGE and not following[:1].isalpha():
                    continue
                more = self.cost(now, symbol) + price
                behind = (0, ord(LOST), now[1] + symbol, opened)
                yield behind, character + lost, cost + more, False

    def _before_mark(self, state: State, trail: int) -> Iterator[Move]:
        """A lone lead byte before a mark that was found across two characters.

        The first byte of the mark is the trail byte that waits; the next token brings it.
        """
        _, _, before, opened = state
        found = cut_before_mark(trail).likeliest(before, LEADS, without=self.active)
        for _, _, lead, _ in found:
            yield (lead, trail, before, opened), "", SLIP, False

    def _guesses(self, state: State) -> list[tuple[int, str, str, str]]:
        """(cost, character, symbols, quotes) of the likeliest partners of the waiting byte."""
        waiting, must, before, opened = state
        found = cut_behind(waiting, must).likeliest(
            before, GUESSES, without=self.active, room=_discounted(self.room, opened)
        )
        return [
            (cost, character, before[1] + symbol, opened_behind(opened, symbol))
            for cost, symbol, _, character in _priced(opened, found)
        ]
