"""The data tables of the restoration, each read once, on first use."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TONES = {ord(mark): None for mark in "\u0300\u0301\u0304\u030c"}


def rows(name: str) -> Iterator[list[str]]:
    """The fields of each line after the comment line."""
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if not line.startswith("#"))


@lru_cache(maxsize=4096)
def toneless(reading: str) -> str:
    """The reading without tone marks; ü stays."""
    if reading.isascii():
        return reading
    bare = unicodedata.normalize("NFD", reading).translate(TONES)
    return unicodedata.normalize("NFC", bare)


@cache
def annotation_table() -> Mapping[str, str]:
    """The annotated characters in the tool's order, each with the one reading it gives."""
    return {row[0]: row[1] for row in rows("annotations.tsv")}


@cache
def half_words() -> tuple[str, ...]:
    """Words that conversion to traditional characters one by one leaves half simplified."""
    return tuple(row[0] for row in rows("half.tsv"))


@cache
def other_words() -> Mapping[str, tuple[str, str]]:
    """The characters behind which, and before which, a character belongs to another word."""
    return {character: (behind, before) for character, behind, before in rows("other.tsv")}


@cache
def readings() -> Mapping[str, frozenset[str]]:
    """The characters that may be read so, for a reading with or without tone."""
    found: dict[str, set[str]] = {}
    for reading, characters in rows("readings.tsv"):
        found.setdefault(reading, set()).update(characters)
        found.setdefault(toneless(reading), set()).update(characters)
    return {reading: frozenset(characters) for reading, characters in found.items()}


@dataclass(frozen=True, slots=True)
class Conversion:
    """The tool's simplified-to-traditional table, read backwards."""

    origins: Mapping[str, str]
    """The simplified characters a traditional one may come from, the likeliest first."""
    phrase: Mapping[str, str]
    """Traditional characters this tool never makes, but converters by phrase do."""
    changed: frozenset[str]
    """Simplified characters that cannot stand in converted text."""


@cache
def conversion() -> Conversion:
    """The conversion table."""
    lines = list(rows("conversion.tsv"))
    origins = {full: plain for full, plain, kind in lines if kind == "tool"}
    return Conversion(
        origins=origins,
        phrase={full: plain for full, plain, kind in lines if kind == "phrase"},
        changed=frozenset("".join(origins.values())) - origins.keys(),
    )
