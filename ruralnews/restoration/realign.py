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
from functools import partial
from itertools import pairwise
from math import exp, inf
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ruralnews.restoration.annotations import BRACKET, CUT_BRACKET, last_byte
from ruralnews.restoration.gate import CONTROL
from ruralnews.restoration.language import EDGE, SCALE, language, symbols
from ruralnews.restoration.moves import IMPOSSIBLE, LOST, MARGIN, UNCLOSED, Moves, State
from ruralnews.restoration.simplify import simplify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ruralnews.restoration.annotations import Annotation
    from ruralnews.restoration.gate import Damage
    from ruralnews.restoration.moves import Move

# A lone byte swallowed the < of a tag.
CUT_TAG = re.compile(
    r"\?/?(?i:a|b|blockquote|br|center|div|em|font|h[1-6]|i|img|li|o:p|ol|p|section|span|strong|td"
    r"|title|tr|u|ul)\b[^<>]{0,200}>"
)
# What belongs to the character before it.
ANY_BRACKET = re.compile(f"{BRACKET.pattern}|{CUT_BRACKET.pattern}")
# How many readings are followed at once, and the cost of ending with a byte that waits.
BEAM = 16
CUT_OFF = 8 * SCALE
# Two tokens in a row that cost more than this make a reading doubtful.
DOUBTFUL = 13 * SCALE

# The longest stretch seen has 27 characters; a search that finds no end goes no further than this.
LONGEST = 400
# Tokens the searches on one text may walk over: a damaged page of 80,000 characters needs fewer,
# and text made to keep them busy costs seconds, not hours.
BUDGET = 6_000
# Text costs 5 nats a character, characters in no order 10 and more.
UNREADABLE = 9.5 * SCALE


class Trail(msgspec.Struct, frozen=True, gc=False):
    """One token as it was read."""

    earlier: Trail | None
    piece: str
    cost: int
    end: int
    in_step: bool


class Region(NamedTuple):
    """A stretch of shifted text and its best reading."""

    start: int
    end: int
    text: str
    """The reading, in the tool's traditional characters."""
    chance: float
    """The share of the best reading among all readings."""
    worst: int
    """The highest cost of two tokens in a row."""

    cost: int
    """The cost of the best reading."""
    readable: bool
    """False where even the best reading costs as much as characters in no order."""

    @property
    def lost(self) -> int:
        """How many characters are lost; they stand as `?` in the reading."""
        return self.text.count(LOST)


Path = tuple[int, float, Trail | None]
"""One way to read the bytes so far: (its cost; the sum of exp(-cost) over all ways that ended
like it; what was read, newest first)"""
Beam = dict[State, Path]


class Realigner:
    """The search on one damaged text."""

    def __init__(self, text: str, annotations: list[Annotation], damage: Damage) -> None:
        self.text = text
        self.noted = frozenset(note.start for note in annotations)
        self.budget = BUDGET
        self.searches = [Moves(damage.active, dropped=False)]
        if not damage.private:
            self.searches.append(Moves(damage.active, dropped=True))

    def solve(self, start: int, behind: str, opened: str) -> tuple[Region | None, int]:
        """(the reading of the text from a `?` on, None if it is a question mark; where to go on).

        Args:
            start: where the `?` stands.
            behind: the characters before it, as they were read.
            opened: the quotation marks open.
        """
        before = symbols(EDGE * 2 + simplify(behind))[-2:]
        first = (0, last_byte(behind[-1:]), before, opened)
        best, end = None, len(self.text)
        for moves in self.searches:
            if self.budget <= 0:
                break
            region, at = self._search(start, first, moves)
            if best is None or region is None or at != end or region.cost < best.cost:
                best, end = region, at
            if best is not None and best.worst < DOUBTFUL:
                break
        return best, best.end if best else end

    def _search(self, start: int, first: State, moves: Moves) -> tuple[Region | None, int]:
        beam: Beam = {first: (0, 1.0, None)}
        at = start
        limit = min(len(self.text), start + LONGEST)
        others_follow = moves is not self.searches[-1]
        while at < limit and self.text[at] != "\n":
            self.budget -= 1
            at, read = self._token(at, moves)
            beam = _advance(beam, moves, read, at)
            if not beam:
                return None, start + 1
            if others_follow and _is_doubtful(beam):
                return None, start + 1
            (waiting, _, before, _), *others = beam
            in_step = not waiting and all(not other[0] and other[2] == before for other in others)
            if in_step and (at in self.noted or not ANY_BRACKET.match(self.text, at)):
                break
        line_ends = self.text[at : at + 1] in ("", "\n")
        cut_off = IMPOSSIBLE if self.text[at : at + 1] == "\n" else CUT_OFF
        return _region(start, beam, cut_off, UNCLOSED * line_ends), at

    def _token(self, at: int, moves: Moves) -> tuple[int, Callable[[State], Iterable[Move]]]:
        """(where the token at a place ends, the moves over it)."""
        text = self.text
        if text[at] == "(" and (bracket := BRACKET.match(text, at)):
            return bracket.end(), partial(moves.bracket, sound=at in self.noted)
        if text[at] == "?":
            if cut := CUT_BRACKET.match(text, at):
                return cut.end(), partial(moves.cut_bracket, reading=cut[1], damaged=cut[0])
            if tag := CUT_TAG.match(text, at):
                return tag.end(), moves.cut_tag
            following = CONTROL.sub("", text[at + 1 : at + 14]).partition("\n")[0][:2].rstrip()
            return at + 1, partial(moves.question, following=following)
        if control := CONTROL.match(text, at):
            return control.end(), moves.nothing
        return at + 1, partial(moves.character, character=text[at])


def _advance(beam: Beam, moves: Moves, read: Callable[[State], Iterable[Move]], end: int) -> Beam:
    """The best readings behind one more token."""
    reached: Beam = {}
    limit = inf
    for state, (spent, weight, trail) in sorted(beam.items(), key=_by_cost):
        moves.room = limit - spent
        for new, piece, cost, in_step in read(state):
            total = spent + cost
            if total > limit:
                continue
            if total + MARGIN < limit:
                limit = total + MARGIN
                moves.room = limit - spent
            share = weight * exp(-cost / SCALE)
            old = reached.get(new)
            if old is None:
                reached[new] = total, share, Trail(trail, piece, cost, end, in_step)
            elif total < old[0]:
                reached[new] = total, share + old[1], Trail(trail, piece, cost, end, in_step)
            else:
                reached[new] = old[0], share + old[1], old[2]
        if len(reached) > BEAM:
            reached = dict(sorted(reached.items(), key=_by_cost)[:BEAM])
            limit = min(limit, max(cost for cost, _, _ in reached.values()))
    return {state: path for state, path in reached.items() if path[0] <= limit}


def _is_doubtful(beam: Beam) -> bool:
    """Whether the last two tokens of the best reading make it doubtful."""
    last = min(beam.values(), key=itemgetter(0))[2]
    if last is None or last.in_step or last.earlier is None:
        return False
    return last.cost + last.earlier.cost >= DOUBTFUL


def _by_cost(item: tuple[State, Path]) -> int:
    return item[1][0]


def _region(start: int, beam: Beam, cut_off: int, unclosed: int) -> Region | None:
    """What the best reading says, without the part at its end that is in step."""

    def cost_of(state: State) -> int:
        waiting, _, before, opened = state
        end = cut_off * bool(waiting) + unclosed * bool(opened)
        return beam[state][0] + end + language().cost(before, EDGE)

    best = min(beam, key=cost_of)
    cost, _, trail = beam[best]
    tokens = _tokens(trail)
    while tokens and tokens[-1].in_step:
        tokens.pop()
    if not tokens:
        return None
    text = "".join(token.piece for token in tokens)
    total = sum(weight for _, weight, _ in beam.values())
    chance = exp(-cost / SCALE) / total if total else 1.0
    costs = [token.cost for token in tokens if token.cost]
    worst = max(map(sum, pairwise([0, *costs])), default=0)
    readable = sum(costs) <= UNREADABLE * len(costs)
    return Region(start, tokens[-1].end, text, chance, worst, cost_of(best), readable)


def _tokens(trail: Trail | None) -> list[Trail]:
    """The tokens of a reading in the order they were read."""
    tokens = []
    while trail is not None:
        tokens.append(trail)
        trail = trail.earlier
    return tokens[::-1]
