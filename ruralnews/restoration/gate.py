"""Whether a text was damaged by the tool: the gate before everything else.

The gate weighs a whole page, never a line, because every single sign also stands in healthy
text: teachers bracket pinyin behind characters, Taiwan writes traditional characters, people
misspell. What nobody but the tool does is to annotate a character wherever it stands, always
with the same reading, only characters that were converted, and of its ordered table a prefix:
with the 30th entry come the 29 before it. The thresholds were set on 46 damaged excerpts of as
many hijacked pages and on 5 million characters of healthy text (docs/RESTORATION.md), 2026-11.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from ruralnews.restoration import gbk
from ruralnews.restoration.annotations import (
    BRACKET,
    CUT_BRACKET,
    LETTERS,
    keys_by_reading,
    last_byte,
)
from ruralnews.restoration.converted import GENUINE, SIGNS, half, is_converted
from ruralnews.restoration.invisible import CHARACTERS, MIN_RUNS
from ruralnews.restoration.tables import annotation_table, conversion, toneless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ruralnews.restoration.annotations import Annotation

CONTROL = re.compile("[\x05-\x08]+")
# Runs of control bytes before punctuation: where they came through, enough without annotations.
SET_BEFORE_MARK = re.compile("[\x05-\x08](?=[，。！？、,!?])")
MIN_CONTROLS = 5
# So many annotations of so many characters are enough; more where the text looks genuine.
MIN_NOTES, MIN_KINDS = 3, 3
# Genuine text has one of its own characters in 40 or so; a quotation may bring one to any page.
GENUINE_EVERY = 300
# Of one or two characters so many: who glosses a text does it once for each.
MANY_NOTES = {1: 10, 2: 5}
# Share of the annotated characters' occurrences that carry their annotation: 0.96 to 1 on the
# damaged excerpts; the worst of the table's prefix is 0.71, where a variant skips entries.
MIN_COVERAGE, MIN_PREFIX = 0.9, 0.7
# Share of annotations on characters that conversion made, 0.88 to 1.
MIN_CONVERTED = 0.85
# Share of annotated characters the table names, for variants with another list: 0.5 to 1.
MIN_NAMED = 0.4
MIN_OTHER_NOTES, MIN_REPEATED = 6, 2
# So many annotations of so many characters, all of the table, to which one character in six to
# eight belongs: then lines without any, such as titles of other pages, do not count.
MIN_LINE_NOTES, MIN_LINE_KINDS = 10, 5


@dataclass(frozen=True, slots=True)
class Damage:
    """What the tool did to one text."""

    active: frozenset[str]
    """The characters it annotated: each of them, wherever it stands."""
    private: bool
    """Whether private-use characters came through."""
    phrase: bool = False
    """Whether the conversion was by phrase, as other variants of the tool do it."""


def diagnose(text: str, notes: list[Annotation], *, force: bool = False) -> Damage | None:
    """The damage, or None where the text is healthy or nothing is sure."""
    keys = Counter(note.key for note in notes)
    by_table = bool(notes) and (_by_table(text, notes, keys) or _in_lines(text, notes, keys))
    private = gbk.PRIVATE.search(text) is not None
    if force or _is_sure(text, notes, keys, by_table=by_table):
        phrase = bool(notes) and not force and not (by_table and not _is_genuine(text))
        return Damage(frozenset(keys), private, phrase=phrase)
    if not is_converted(text):
        return None
    # Other brackets than the table's are not the tool's.
    return Damage(frozenset(keys if _are_listed(notes) else ()), private)


def _is_sure(text: str, notes: list[Annotation], keys: Counter[str], *, by_table: bool) -> bool:
    """Whether only the tool can have made the text."""
    if not notes:
        return len(SET_BEFORE_MARK.findall(text)) >= MIN_CONTROLS
    if by_table:
        if _is_genuine(text):
            return len(keys) >= MIN_KINDS and len(notes) > MIN_NOTES
        if len(keys) >= MIN_KINDS or len(notes) >= MANY_NOTES[len(keys)]:
            return True
        return has_slips(text) or half().search(text) is not None
    return _by_another_list(text, notes, keys)


def _is_genuine(text: str) -> bool:
    """Whether characters stand in the text that this tool's conversion does not make."""
    return len(GENUINE.findall(text)) * GENUINE_EVERY > len(text)


def _by_table(text: str, notes: list[Annotation], keys: Counter[str]) -> bool:
    """Whether the annotated characters are a prefix of the table, with its readings."""
    if not _are_listed(notes):
        return False
    table = annotation_table()
    places = {key: place for place, key in enumerate(table)}
    last = max(places[key] for key in keys)
    seen = Counter(_listed().findall(text))
    standing = {key: seen[key] for key in islice(table, last + 1)}
    due = MIN_PREFIX * sum(standing.values())
    return len(notes) >= due and _coverage(standing, keys) >= MIN_COVERAGE


@cache
def _listed() -> re.Pattern[str]:
    """The characters of the table."""
    return re.compile(f"[{''.join(annotation_table())}]")


def _are_listed(notes: list[Annotation]) -> bool:
    """Whether the table has all annotated characters, with these readings."""
    return {(note.key, note.reading) for note in notes} <= _annotated()


@cache
def _annotated() -> frozenset[tuple[str, str]]:
    """(character, reading) of the table, with and without tones."""
    table = annotation_table().items()
    return frozenset((key, spelling) for key, read in table for spelling in (read, toneless(read)))


def _in_lines(text: str, notes: list[Annotation], keys: Counter[str]) -> bool:
    """Whether the lines with annotations are sure by themselves, and many; lists beside are not."""
    if len(notes) < MIN_LINE_NOTES or len(keys) < MIN_LINE_KINDS:
        return False
    lines = "\n".join(line for line in text.split("\n") if BRACKET.search(line))
    return _by_table(lines, notes, keys)


def _by_another_list(text: str, notes: list[Annotation], keys: Counter[str]) -> bool:
    """Whether a list unlike the table was annotated as systematically as only a machine does."""
    converted = conversion().origins.keys() | conversion().phrase.keys()
    repeated = sum(seen > 1 for seen in keys.values())
    return (
        len(notes) >= MIN_OTHER_NOTES
        and repeated >= MIN_REPEATED
        and len(BRACKET.findall(text)) == len(notes)
        and sum(keys[key] for key in keys.keys() & converted) >= MIN_CONVERTED * len(notes)
        and len(keys.keys() & annotation_table().keys()) >= MIN_NAMED * len(keys)
        and len({(note.key, note.reading) for note in notes}) == len(keys)
        and _coverage({key: text.count(key) for key in keys}, keys) >= MIN_COVERAGE
    )


def _coverage(standing: Mapping[str, int], keys: Counter[str]) -> float:
    """The share of the annotated characters' occurrences that are annotated."""
    due = sum(standing[key] for key in keys)
    return min(1.0, keys.total() / due) if due else 1.0


def has_slips(text: str) -> bool:
    """Whether bytes are out of step: control bytes, or a bracket cut where a key solves."""
    return CONTROL.search(text) is not None or any(
        pair >> 8 == last_byte(text[cut.start() - 1]) | gbk.HIGH
        for cut in CUT_BRACKET.finditer(text)
        if cut.start()
        for pair in keys_by_reading().get(cut[1], ())
    )


# Two brackets with a syllable behind Chinese characters; begins with "(" to be found fast.
LIKELY = re.compile(
    rf"\((?<=[\u4e00-\u9fff]\()[{LETTERS}]{{1,6}} ?\)"
    rf"(?s:.*?)[\u4e00-\u9fff]\([{LETTERS}]{{1,6}} ?\)"
)
# Characters that a healthy page hardly has: control bytes, the first of 锟斤拷, the commonest
# of UTF-8 read as GBK, and of ， and 的 read as Latin letters (ï¼Œ, µÄ). One character is found
# five times as fast as three in a row.
RARE = "\x05\x06\x07\x08锟鐨锛ïÄ" + SIGNS


def suspicious(text: str) -> bool:
    """Whether anything in the text calls for a closer look; cheap."""
    return (
        LIKELY.search(text) is not None
        or any(sign in text for sign in RARE)
        or sum(text.count(character) for character in CHARACTERS if character in text) >= MIN_RUNS
    )
