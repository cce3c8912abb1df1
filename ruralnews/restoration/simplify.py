"""Back to simplified characters by the tool's own table.

The tool converts character by character, so its table read backwards is exact, with the few
characters two simplified ones end up in (著 from 着 and 著): there the language model decides.
OpenCC's phrases would do harm: 乾隆 and 瞭望 were never converted and must stay.
"""

from __future__ import annotations

import re
from functools import cache

from ruralnews.restoration.language import EDGE, language, symbols
from ruralnews.restoration.steps import Step
from ruralnews.restoration.tables import conversion

TRADITIONAL = "traditional"
# How many characters on each side tell 着 from 著: those whose cost, or whose context, it is in.
CONTEXT = 2


@cache
def _converted(*, phrase: bool) -> tuple[re.Pattern[str], dict[int, str], re.Pattern[str]]:
    """(runs of converted characters, the likeliest originals, characters with two origins)."""
    table = conversion()
    plain = {full: plains[0] for full, plains in table.origins.items()}
    if phrase:
        plain = dict(table.phrase) | plain
    doubtful = "".join(full for full, plains in table.origins.items() if len(plains) > 1)
    return re.compile(f"[{''.join(plain)}]+"), str.maketrans(plain), re.compile(f"[{doubtful}]")


def simplify(text: str, *, phrase: bool = False) -> str:
    """The text in simplified characters; same length."""
    _, plain, doubtful = _converted(phrase=phrase)
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
    runs = _converted(phrase=phrase)[0]
    simple = simplify(text, phrase=phrase)
    steps = []
    for run in runs.finditer(text):
        start, end = run.span()
        before, after = text[start:end], simple[start:end]
        if before != after:
            steps.append(Step(TRADITIONAL, start, before, after, "the tool's table"))
    return steps
