"""What a restoration did: steps that can be read, counted and replayed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from ruralnews.restoration import cp1252, gbk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Step(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One place of the damaged text and what stands there after the repair."""

    step: str
    """What kind of repair, e.g. `annotation`; docs/RESTORATION.md lists them."""
    position: int
    """Where `before` starts in the text, in characters."""
    before: str
    """The damaged characters; empty where something is put in."""
    after: str
    """What replaces them."""
    reason: str
    """Why, in one phrase."""
    certain: bool = True
    """False where bytes are lost and `after` is only the likeliest reading."""
    turn: int = 0
    """Which pass made it: positions count in the text that the passes before it left."""

    @property
    def lost(self) -> str:
        """The damaged characters as the bytes they stood for, hexadecimal."""
        latin = self.step.endswith("latin1")
        return (cp1252.encode if latin else gbk.encode)(self.before).hex(" ")


@dataclass(frozen=True, slots=True)
class Restored:
    """The text as it was published, and how it was won back."""

    text: str
    """The very object that was given when nothing was repaired."""
    steps: tuple[Step, ...] = ()
    """By turn and position, never overlapping in one turn; `apply_steps` replays them."""


def apply_steps(text: str, steps: Iterable[Step]) -> str:
    """The text with the steps carried out on it, turn by turn.

    Raises:
        ValueError: a step does not fit the text.
    """
    for _turn, group in groupby(steps, key=attrgetter("turn")):
        text = _apply_turn(text, group)
    return text


def _apply_turn(text: str, steps: Iterable[Step]) -> str:
    parts: list[str] = []
    at = 0
    for step in steps:
        position, before = step.position, step.before
        if position < at or not text.startswith(before, position):
            raise ValueError(
                f"step {step.step!r} at character {position}: the text does not have "
                f"{before!r} there; steps replay only on the text they were made for"
            )
        parts.append(text[at:position])
        parts.append(step.after)
        at = position + len(before)
    return "".join([*parts, text[at:]])


def count_steps(steps: Sequence[Step]) -> list[tuple[str, int]]:
    """(kind, how often), in order of first appearance."""
    counts: dict[str, int] = {}
    for step in steps:
        counts[step.step] = counts.get(step.step, 0) + 1
    return list(counts.items())
