r"""Chinese that was read as Latin letters, and back.

A program that takes the bytes of a Chinese page for Windows-1252 shows ä¸\xadå›½ for 中国 in UTF-8
and ÖÐ¹ú for it in GBK. Every byte became one character, so the way back is exact. Some converters
put `?` for the five bytes that the code page lacks, which is one character in seven of UTF-8. Those
could only be guessed (of 25,055 guesses with the language model 2,136 were wrong, 2026-11), so such
a text stays as it is and its page is held back.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ruralnews.restoration import cp1252, gbk
from ruralnews.restoration.steps import Step
from ruralnews.restoration.tool import UNRESOLVED

UTF8_AS_LATIN, GBK_AS_LATIN = "utf8-read-as-latin1", "gbk-read-as-latin1"
# The commonest characters and marks; their bytes read as Latin letters stand in no other text.
SIGNS = "的一是在不了有和人中，。、“"
MIN_SIGNS = 4
# Share of letters that belong to no whole character: 0 where no byte was lost, 0.2 else.
MAX_BROKEN = 0.02


class Reading(NamedTuple):
    """A way in which Chinese came to be Latin letters."""

    step: str
    encoding: str
    run: re.Pattern[str]
    """The bytes of whole characters, one a letter, or what is left of characters."""


BROKEN = "[\xa1-\xff][\x80-\xff\ufffd]+"
READINGS = (
    Reading(
        UTF8_AS_LATIN,
        "utf-8",
        re.compile(
            "(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+"
            f"|{BROKEN}"
        ),
    ),
    # Common characters begin a run, alone “A and él are none; in it any characters may stand, but
    # none that begins with A0: those are rare, and no-break spaces of a healthy template are not.
    Reading(
        GBK_AS_LATIN,
        "gb18030",
        re.compile(
            "(?:[\x81-\x9f\xa1-\xfe][\x40-\x7e\x80-\xfe]){0,3}?[\xa1-\xfe]{2}"
            "(?:[\x81-\x9f\xa1-\xfe](?:[\x40-\x7e\x80-\xfe]|[0-9][\x81-\xfe][0-9]))*"
            f"|{BROKEN}"
        ),
    ),
)
# The letters that the signs begin with; one of them stands in any such text.
FIRST = frozenset(
    sign.encode(reading.encoding).decode("latin-1")[0] for reading in READINGS for sign in SIGNS
)
# Of Latin-1 alone: what Windows-1252 adds, “ and …, stands in healthy text.
LETTERS = re.compile("[\xa1-\xff]")
LOST = "bytes of it are lost"


def latin_steps(text: str) -> list[Step]:
    """The steps that read every run of such letters as what it is."""
    if not any(letter in text for letter in FIRST):
        return []
    flat = cp1252.as_latin1(text)
    for reading in READINGS:
        signs = (sign.encode(reading.encoding).decode("latin-1") for sign in SIGNS)
        if sum(sign in flat for sign in signs) >= MIN_SIGNS:
            return _steps(text, flat, reading)
    return []


def _steps(text: str, flat: str, reading: Reading) -> list[Step]:
    because = f"its bytes are {reading.encoding.upper()}"
    steps = []
    read = 0
    for run in reading.run.finditer(flat):
        letters = text[run.start() : run.end()]
        if plain := _decode(run[0], reading.encoding):
            read += len(LETTERS.findall(letters))
            steps.append(Step(reading.step, run.start(), letters, plain, because))
        else:
            steps.append(Step(UNRESOLVED, run.start(), letters, letters, LOST, certain=False))
    whole = read >= len(LETTERS.findall(text)) * (1 - MAX_BROKEN)
    return steps if whole else []


def _decode(letters: str, encoding: str) -> str:
    """The letters as the bytes of an encoding; "" if they are none."""
    try:
        plain = letters.encode("latin-1").decode(encoding)
    except UnicodeError:
        return ""
    # Where pairs of GBK were taken wrongly together, some are no character.
    return "" if encoding != "utf-8" and gbk.PRIVATE.search(plain) else plain
