"""Which characters a byte can belong to, as the text that was shifted was written."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ruralnews.restoration import gbk
from ruralnews.restoration.language import EDGE, language, symbols
from ruralnews.restoration.tables import conversion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@cache
def _plain() -> Mapping[str, str]:
    """The simplified character each converted one most likely was."""
    return {full: plains[0] for full, plains in conversion().origins.items()}


@cache
def symbol_of(character: str) -> str:
    """The symbol the language model knows a character of converted text by."""
    return symbols(_plain().get(character, character))


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
            if symbol in known and symbol != EDGE:
                yield byte, character, symbol


@cache
def before_private(lead: int) -> tuple[tuple[int, str, str], ...]:
    """(trail, character, symbol) after whose lead byte a private-use pair may have begun."""
    return tuple(found for found in by_lead(lead) if found[0] in gbk.PRIVATE_LEADS)


@cache
def after_private(first: int, trail: int) -> tuple[tuple[str, str], ...]:
    """(character, symbol) whose lead byte makes a private-use pair with the byte before it."""
    return tuple(
        (character, symbol)
        for lead, character, symbol in by_trail(trail)
        if first << 8 | lead not in gbk.characters()
    )


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
