"""Back to simplified characters by the tool's own table.

The tool converts character by character, so its table read backwards is exact, with the few
characters two simplified ones end up in (著 from 着 and 著): there the language model decides.
OpenCC's phrases would do harm: 乾隆 and 瞭望 were never converted and must stay.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ruralnews.restoration.language import EDGE, language, symbols
from ruralnews.restoration.steps import Step
from ruralnews.restoration.tables import conversion

TRADITIONAL = "traditional"
# How many characters on each side tell 着 from 著: those whose cost, or whose context, it is in.
CONTEXT = 2
# So many in which others may be 着 or 著.
AROUND = 8


class Converted(NamedTuple):
    """What conversion made, to look for and to read backwards."""

    runs: re.Pattern[str]
    """Converted characters in a row."""
    likeliest: dict[int, str]
    """The likeliest original of each, as `str.translate` wants it."""
    sure: dict[str, str]
    """The original of each that has only one."""
    doubtful: re.Pattern[str]
    """A character with two origins."""


@cache
def _converted(*, phrase: bool) -> Converted:
    """The tool's conversion, or with what other variants make of phrases."""
    table = conversion()
    plain = {full: plains[0] for full, plains in table.origins.items()}
    if phrase:
        plain = dict(table.phrase) | plain
    doubtful = "".join(full for full, plains in table.origins.items() if len(plains) > 1)
    return Converted(
        re.compile(f"[{''.join(plain)}]+"),
        str.maketrans(plain),
        {full: original for full, original in plain.items() if full not in doubtful},
        re.compile(f"[{doubtful}]"),
    )


def simplify(text: str, *, phrase: bool = False) -> str:
    """The text in simplified characters; same length."""
    _, plain, _, doubtful = _converted(phrase=phrase)
    simple = text.translate(plain)
    parts: list[str] = []
    behind, done = "", 0
    for found in doubtful.finditer(text):
        at = found.start()
        between = simple[done:at]
        behind = (behind + between)[-CONTEXT:]
        done = at + 1
        choice = likelier(conversion().origins[found[0]], behind, simple[done : done + CONTEXT])
        behind += choice
        parts += between, choice
    return "".join([*parts, simple[done:]]) if parts else simple


def likelier(candidates: str, behind: str, ahead: str) -> str:
    """The candidate that reads best between some characters."""
    before = symbols(EDGE * 2 + behind)[-2:]
    return min(
        candidates,
        key=lambda candidate: language().text_cost(candidate + ahead, before),
    )


def simplify_steps(text: str, *, phrase: bool = False) -> list[Step]:
    """The steps that bring a text back to simplified characters."""
    runs, plain, sure, doubtful = _converted(phrase=phrase)
    steps = []
    for run in runs.finditer(text):
        start, end = run.span()
        before = run[0]
        if before in sure:
            after = sure[before]
        elif doubtful.search(before):
            first = max(0, start - AROUND)
            around = simplify(text[first : end + AROUND], phrase=phrase)
            after = around[start - first : end - first]
        else:
            after = before.translate(plain)
        if before != after:
            steps.append(Step(TRADITIONAL, start, before, after, "the tool's table"))
    return steps
