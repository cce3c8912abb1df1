"""Words with their pinyin in brackets, put behind words of simplified text here and there.

    喷灌的水声哗哗作响，脸上止不住(zhǐbúzhù)地笑。“人民的(de)(de)苹果”

One variant of the trade does this and nothing else. Teachers gloss words too, for beginners even
的, but where it comes first, or everywhere: where common particles carry their pinyin now and then,
after they stood without, a machine set all of it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from ruralnews.restoration.annotations import LETTERS
from ruralnews.restoration.steps import Step
from ruralnews.restoration.tables import readings, toneless

GLOSS = "gloss"
# Begins with "(" to be found fast.
BRACKETS = re.compile(f"\\([{LETTERS}]{{1,48}}\\)(?:\\([{LETTERS}]{{1,48}}\\))*")
LONGEST_WORD = 8
HAN = re.compile("[\u4e00-\u9fff]*$")
BRACKET = re.compile(r"\(([^()]+)\)")
# Two hijacked pages had 15 and 18 glossed words and 3 glossed particles each, 2 and 3 of them not
# the first of their kind, 21 bare ones; a page of teaching material with so many glosses has none
# on particles, or on the first of each, or on all of them.
PARTICLES = "的了在是和不有这"
MIN_WORDS, MIN_AGAIN = 5, 2
LONGEST_SYLLABLE = 6


def gloss_steps(text: str) -> list[Step]:
    """The steps that drop the glosses; [] where a person may have set them."""
    steps, words, again, particles = [], 0, 0, Counter[str]()
    for found in BRACKETS.finditer(text):
        start, brackets = found.start(), found[0]
        han = HAN.search(text[max(0, start - LONGEST_WORD) : start])
        word = glossed(han[0], brackets) if han else ""
        if not word:
            continue
        words += len(word) > 1
        if word in PARTICLES:
            particles[word] += 1
            again += text.find(word) < start - 1
        reason = f"the pinyin of {word}"
        steps.append(Step(GLOSS, start, brackets, "", reason))
    bare = sum(map(text.count, particles)) - particles.total()
    if words < MIN_WORDS or again < MIN_AGAIN or bare < particles.total():
        return []
    return steps


def glossed(han: str, brackets: str) -> str:
    """The end of some Chinese characters that all brackets behind them spell; "" if none."""
    readings_given = {toneless(reading) for reading in BRACKET.findall(brackets)}
    if len(readings_given) > 1:
        return ""
    reading = readings_given.pop()
    ends = (han[at:] for at in range(len(han) - 1, -1, -1))
    return next((word for word in ends if _spells(word, reading)), "")


@lru_cache(maxsize=4096)
def _spells(word: str, reading: str) -> bool:
    """Whether a reading without tones is the word's."""
    if not word or not reading:
        return word == reading
    return any(
        word[0] in readings().get(reading[:size], ()) and _spells(word[1:], reading[size:])
        for size in range(1, LONGEST_SYLLABLE + 1)
    )
