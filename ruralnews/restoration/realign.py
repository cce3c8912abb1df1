"""Shifted text back in step: a search over the bytes that were lost.

Where the tool put its bytes into the middle of a character, the reader of the page took the
wrong bytes together: one lone byte became `?` and swallowed the byte after it, and everything
behind stands shifted by one byte until another odd byte sets it right. The damaged characters
still hold all other bytes. So the search walks over them and keeps, for each reading that is
still possible, the byte that waits for its partner (none while in step), the last two symbols
read and the cost by the language model. A `?` is a question mark, or a lost byte that the
pinyin or the punctuation after it gives away, or one that only the language model can guess.
The search ends where all readings agree again.
"""

from __future__ import annotations

import re
from functools import cache, partial
from heapq import nsmallest
from math import exp
from typing import TYPE_CHECKING, NamedTuple

from ruralnews.restoration import gbk
from ruralnews.restoration.annotations import BRACKET, CUT_BRACKET, keys_by_reading, last_byte
from ruralnews.restoration.gate import CONTROL
from ruralnews.restoration.language import EDGE, SCALE, language, symbols
from ruralnews.restoration.tables import conversion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ruralnews.restoration.annotations import Annotation

# A lone byte swallowed the < of a tag.
CUT_TAG = re.compile(r"\?/?(?:p|span|br|div|strong|b|a|em|font)\b[^<>]{0,200}>")
# The tool puts control bytes before these; a reader folds some to ASCII.
MARKS = {
    mark: gbk.pair_of(full) for mark, full in zip("，。！？、,!?", "，。！？、，！？", strict=True)
}

# Costs in units of the language model (1/SCALE nat), set on PD-1998 text damaged by simulation
# (2026-11). A slip before punctuation happens about 15 times in 10,000 characters, a genuine
# question mark as often.
SLIP = 2 * SCALE
SWALLOWED = 3 * SCALE
IMPOSSIBLE = 12 * SCALE
DROPPED = 2 * SCALE
CUT_OFF = 8 * SCALE
# Readings this much worse than the best are given up; so many are kept.
MARGIN = 16 * SCALE
BEAM = 24
GUESSES = 8
FIRSTS = 5
LOST = "?"


class Path(NamedTuple):
    """One way to read the bytes so far."""

    cost: int
    weight: float
    """The sum of exp(-cost) over all ways that ended like this one."""
    trail: tuple[object, str, int, bool] | None
    """Linked list: what came before, the characters read, where they end, whether in step."""


Key = tuple[int, int, str]
"""(waiting byte or 0, last byte, last two symbols)"""


Move = tuple[Key, str, int, bool]
"""(key behind it, characters read, cost, whether it stayed in step)"""


class Region(NamedTuple):
    """A stretch of shifted text and its best reading."""

    start: int
    end: int
    text: str
    """The reading, in the tool's traditional characters."""
    chance: float
    """The share of the best reading among all readings."""
    lost: int
    """Characters that were swallowed: they stand as `?` in the reading."""


@cache
def plain_symbols() -> Mapping[str, str]:
    """The symbol the language model knows a converted character by."""
    return {full: plains[0] for full, plains in conversion().origins.items()}


@cache
def by_lead(lead: int) -> tuple[tuple[int, str, str], ...]:
    """(trail, character, symbol) of the pairs with a lead byte that may stand in a text."""
    return tuple(_likely((lead << 8 | trail, trail) for trail in gbk.TRAILS))


@cache
def by_trail(trail: int) -> tuple[tuple[int, str, str], ...]:
    """(lead, character, symbol) of the pairs with a trail byte that may stand in a text."""
    return tuple(_likely((lead << 8 | trail, lead) for lead in gbk.LEADS))


def _likely(pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, str, str]]:
    """The pairs that are characters of converted text and known to the language model."""
    known, changed = language().single, conversion().changed
    for pair, byte in pairs:
        character = gbk.characters().get(pair)
        if character is not None and character not in changed:
            symbol = symbol_of(character)
            if symbol in known:
                yield byte, character, symbol


@cache
def seconds(first: int, byte: int) -> tuple[tuple[str, str], ...]:
    """(character, symbol) whose lead byte makes a private-use pair with the byte before it."""
    return tuple(
        (character, symbol)
        for lead, character, symbol in by_trail(byte)
        if first << 8 | lead not in gbk.characters()
    )


@cache
def symbol_of(character: str) -> str:
    """The symbol of a character of converted text."""
    return symbols(plain_symbols().get(character, character))


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
    if character == " ":
        return ((0xA1, 0xA1),)
    found = []
    if gbk.TRAIL_LOW <= byte < gbk.DEL:
        found.append((byte, 0))
    if ord(" ") < byte < gbk.DEL:
        found.append((0xA3, byte + gbk.HIGH))
    return tuple(found)


class Realigner:
    """The search on one damaged text."""

    def __init__(
        self, text: str, annotations: list[Annotation], *, active: frozenset[str], private: bool
    ) -> None:
        self.text = text
        self.noted = frozenset(note.start for note in annotations)
        self.active = active
        """Characters that are annotated wherever they stand: none of these is guessed bare."""
        self.private = private
        """Whether private-use characters were kept; if not, pairs may be missing anywhere."""
        self.after = language().after

    def solve(self, start: int, before: str) -> Region | None:
        """The reading of the text from a `?` on; None if it is a question mark.

        Args:
            start: where the `?` stands.
            before: the two symbols before it.
        """
        behind = BRACKET.sub("", self.text[max(0, start - 24) : start])
        last = last_byte(behind[-1]) if behind else 0
        beam: dict[Key, Path] = {(0, last, before): Path(0, 1.0, None)}
        at = start
        while at < len(self.text) and self.text[at] != "\n":
            token_end, reached = self.step(at, beam)
            if not reached:
                return None
            beam = self.pruned(reached)
            at = token_end
            if len(beam) == 1 and not next(iter(beam))[0]:
                break
        return self.region(start, beam)

    def region(self, start: int, beam: dict[Key, Path]) -> Region | None:
        """What the best reading says, without the part at its end that is in step."""
        ended = [
            Path(path.cost + CUT_OFF * bool(key[0]) + self.after(key[2])[EDGE], *path[1:])
            for key, path in beam.items()
        ]
        best = min(ended, key=lambda path: path.cost)
        total = sum(path.weight for path in ended) or 1.0
        pieces: list[str] = []
        end, trail, shifted = start, best.trail, False
        while trail is not None:
            earlier, piece, piece_end, in_step = trail
            if not in_step and not shifted:
                end, shifted = piece_end, True
            if shifted:
                pieces.append(piece)
            trail = earlier  # type: ignore[assignment]
        if not shifted:
            return None
        text = "".join(reversed(pieces))
        chance = min(1.0, exp(-best.cost / SCALE) / total) if total else 1.0
        return Region(start, end, text, chance, text.count(LOST))

    def pruned(self, beam: dict[Key, Path]) -> dict[Key, Path]:
        """The best readings."""
        limit = min(path.cost for path in beam.values()) + MARGIN
        kept = {key: path for key, path in beam.items() if path.cost <= limit}
        if len(kept) > BEAM:
            kept = dict(sorted(kept.items(), key=lambda item: item[1].cost)[:BEAM])
        return kept

    def step(self, at: int, beam: dict[Key, Path]) -> tuple[int, dict[Key, Path]]:
        """(where the token at a place ends, the readings behind it)."""
        text = self.text
        reached: dict[Key, Path] = {}
        moves: Callable[[Key], Iterator[Move]]
        if (control := CONTROL.match(text, at)) is not None:
            end, moves = control.end(), self.nothing
        elif (bracket := BRACKET.match(text, at)) is not None:
            end, moves = bracket.end(), partial(self.bracket, sound=at in self.noted)
        elif (cut := CUT_BRACKET.match(text, at)) is not None:
            end, moves = cut.end(), partial(self.cut_bracket, reading=cut[1], raw=cut[0])
        elif (tag := CUT_TAG.match(text, at)) is not None:
            end, moves = tag.end(), self.cut_tag
        elif text[at] == "?":
            following = CONTROL.sub("", text[at + 1 : at + 8])[:1].strip()
            end, moves = at + 1, partial(self.question, following=following)
        else:
            end, moves = at + 1, partial(self.character, character=text[at])
        for key, path in beam.items():
            for new, piece, price, in_step in moves(key):
                cost = path.cost + price
                weight = path.weight * exp(-price / SCALE)
                old = reached.get(new)
                if old is None or cost < old.cost:
                    trail = (path.trail, piece, end, in_step)
                    reached[new] = Path(cost, weight + (old.weight if old else 0.0), trail)
                else:
                    reached[new] = Path(old.cost, old.weight + weight, old.trail)
        return end, reached

    # Each move yields (key behind it, characters read, cost, whether it stayed in step).

    def read(self, before: str, character: str) -> tuple[str, int]:
        """(the last two symbols behind a character, its cost)."""
        symbol = symbol_of(character)
        price = self.after(before)[symbol]
        if character in conversion().changed:
            price += IMPOSSIBLE
        return before[1] + symbol, price

    def nothing(self, key: Key) -> Iterator[Move]:
        """Control bytes are the tool's: nothing is read."""
        yield key, "", 0, not key[0]

    def bracket(self, key: Key, *, sound: bool) -> Iterator[Move]:
        """An annotation between two pairs: it falls away."""
        yield key, "", 0, sound and not key[0]

    def character(self, key: Key, character: str) -> Iterator[Move]:
        """Any character that is no `?`."""
        waiting, _, before = key
        if not waiting:
            now, price = self.read(before, character)
            price += IMPOSSIBLE * gbk.is_private(character)
            yield (0, last_byte(character), now), character, price, True
            return
        for byte, left in bytes_of(character):
            yield from self.joined(waiting, byte, before, left)
            if not self.private and not 0 < left <= gbk.HIGH:
                for read, its, price in self.missing(waiting, byte, before):
                    yield (left, left or byte, its), read, price, False

    def joined(
        self, waiting: int, byte: int, before: str, left: int, price: int = 0
    ) -> Iterator[Move]:
        """The waiting byte with the next one; one more byte may be left over."""
        character = gbk.characters().get(waiting << 8 | byte)
        if character is None or left == gbk.HIGH:
            return
        now, more = self.read(before, character)
        price += more
        if 0 < left < gbk.HIGH:
            letter = chr(left)
            now, more = self.read(now, letter)
            yield (0, left, now), character + letter, price + more, False
        else:
            yield (left, left or byte, now), character, price, False

    def cut_bracket(self, key: Key, reading: str, raw: str) -> Iterator[Move]:
        """`?` and a bracket without its `(`: reading and last byte name the key."""
        waiting, last, before = key
        for pair in keys_by_reading().get(reading, ()):
            lead, trail = pair >> 8, pair & 0xFF
            if waiting and lead == waiting:
                yield from self.joined(waiting, trail, before, 0)
            elif not waiting and lead == last:
                yield (trail, trail, before), "", SLIP, False
            elif waiting and not self.private and lead != waiting:
                yield from self.joined_private(waiting, pair, before)
        now = before
        price = 2 * IMPOSSIBLE
        yield (0, ord(")"), now[1] + ")"), raw, price, not waiting

    def joined_private(self, waiting: int, pair: int, before: str) -> Iterator[Move]:
        """A dropped pair stood before a key that was cut."""
        character = gbk.characters()[pair]
        for byte, first, symbol in by_lead(waiting):
            if byte in gbk.PRIVATE_LEADS and gbk.characters().get(byte << 8 | pair >> 8) is None:
                price = self.after(before)[symbol]
                now, more = self.read(before[1] + symbol, character)
                yield (0, pair & 0xFF, now), first + character, price + more + DROPPED, False

    def cut_tag(self, key: Key) -> Iterator[Move]:
        """A lone byte that swallowed the < of a tag: the tag falls away, the byte is guessed."""
        waiting, _, before = key
        if not waiting:
            yield key, LOST, IMPOSSIBLE, False
            return
        for price, character, symbol in self.guesses(waiting, before):
            yield (0, gbk.HIGH, before[1] + symbol), character, price + SLIP, False

    def guesses(self, waiting: int, before: str) -> list[tuple[int, str, str]]:
        """(cost, character, symbol) of the likeliest that begin with the waiting byte."""
        costs = self.after(before)
        found = [
            (costs[symbol], character, symbol)
            for trail, character, symbol in by_lead(waiting)
            if trail >= gbk.HIGH and symbol != EDGE and character not in self.active
        ]
        return nsmallest(GUESSES, found)

    def question(self, key: Key, following: str) -> Iterator[Move]:
        """A `?`: a question mark or a lost byte."""
        waiting, _, before = key
        mark = MARKS.get(following)
        if not waiting:
            now, price = self.read(before, "?")
            yield (0, ord("?"), now), "?", price, True
            if mark is not None:
                yield from self.cut_before(before, mark)
            return
        yield from self.joined(waiting, 0xA3, before, 0xBF)
        for price, character, symbol in self.guesses(waiting, before):
            now = before[1] + symbol
            if mark is not None or not following:
                yield (0, gbk.HIGH, now), character, price, False
            more = self.after(now)["0"] + SWALLOWED
            yield (0, ord("?"), symbol + "0"), character + LOST, price + more, False

    def cut_before(self, before: str, mark: int) -> Iterator[Move]:
        """A lone lead byte before a mark that was found across two characters."""
        costs = self.after(before)
        guessed = nsmallest(
            GUESSES,
            (
                (costs[symbol], lead)
                for lead, character, symbol in by_trail(mark >> 8)
                if character not in self.active
            ),
        )
        for _price, lead in guessed:
            # The partner is the first byte of the mark, which the next token spells.
            yield (lead, lead, before), "", SLIP, False

    def missing(self, waiting: int, byte: int, before: str) -> Iterator[tuple[str, str, int]]:
        """(characters, symbols, cost) where a middleman dropped a private-use pair.

        The first byte of the pair belongs to the waiting one, the second to the byte given.
        """
        costs = self.after(before)
        firsts = sorted(
            (costs[symbol], first, character, symbol)
            for first, character, symbol in by_lead(waiting)
            if first in gbk.PRIVATE_LEADS
        )[:FIRSTS]
        for price, first, character, symbol in firsts:
            costs = self.after(before[1] + symbol)
            for other, its in seconds(first, byte):
                more = price + costs[its]
                if more <= MARGIN:
                    yield character + other, symbol + its, more + DROPPED
