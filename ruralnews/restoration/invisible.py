"""Characters that nobody sees, set between letters to spoil searching and copying."""

from __future__ import annotations

import re

from ruralnews.restoration.steps import Step

INVISIBLE = "zero-width"
CHARACTERS = "\u200b\u200c\u200d\u2060\ufeff"
# Between two Chinese characters none of them has a use; single ones come from editors.
BETWEEN = re.compile(f"(?<=[\u4e00-\u9fff])[{CHARACTERS}]+(?=[\u4e00-\u9fff(])")
ANY = re.compile(f"[{CHARACTERS}]+")
MIN_RUNS = 5


def invisible_steps(text: str) -> list[Step]:
    """The steps that drop them, where there are too many for an accident."""
    if sum(map(text.count, CHARACTERS)) < MIN_RUNS or len(BETWEEN.findall(text)) < MIN_RUNS:
        return []
    return [
        Step(INVISIBLE, run.start(), run[0], "", "nothing to see between letters")
        for run in ANY.finditer(text)
    ]
