"""Text that was converted to traditional characters one by one, without annotations.

Such conversion leaves words half simplified: 關于, 規范, 這里, 以后, where traditional text writes
關於, 規範, 這裡, 以後. A person may write one of these characters by habit, and each of them has a
place in traditional text too: 于 and 范 are surnames (由于右任題字), 里 is a mile and a part of a
town (這里程碑, 那里長), 后 an empress (天后來訪). A page with several such words that can be
nothing else, and with none of the proper forms, was made by a table; read backwards it gives the
original.
"""

from __future__ import annotations

import re
from functools import cache

from ruralnews.restoration.tables import conversion, half_words, other_words

# Characters that conversion one by one never makes, but traditional text cannot do without.
GENUINE = re.compile("[於後裡裏範並麼製係幹願築徵]")
LEFT_ALONE = re.compile("[于后里范并么愿筑征干]")
# So many different characters, and each with what stands behind it so many different signs: a name
# comes again with the same character behind it. 150 characters of converted news have fewer.
MIN_LEFT_ALONE, MIN_LEFT = 2, 3
# A line counts as traditional with so many characters of it to one that it cannot have: a
# page's template may be simplified.
MIN_FULL, FULL_SHARE = 4, 10
# So much of the lines that tell is traditional: among simplified comments a traditional one is its
# writer's. Lines of neither script, such as those of a menu, tell nothing.
MIN_SHARE = 0.8
# Characters that no simplified text has; one of them stands in any paragraph of a converted page.
SIGNS = "這對關"


def is_converted(text: str) -> bool:
    """Whether the traditional lines of a text were made by such conversion."""
    if not any(sign in text for sign in SIGNS):
        return False
    _, plain = _scripts()
    full, others = [], 0
    for line in text.split("\n"):
        if _is_traditional(line):
            full.append(line)
        elif plain.search(line):
            others += len(line)
    lines = "\n".join(full)
    if len(lines) < MIN_SHARE * (sum(map(len, full)) + others):
        return False
    signs = {_sign(lines, word) for word in half().finditer(lines)}
    return (
        len(signs) >= MIN_LEFT
        and len({sign[0] for sign in signs}) >= MIN_LEFT_ALONE
        and GENUINE.search(text) is None
    )


def _sign(text: str, word: re.Match[str]) -> str:
    """The character of a half simplified word that was left alone, and the one behind it."""
    left = LEFT_ALONE.search(word[0])
    at = word.start() + (left.start() if left else 0)
    return text[at : at + 2]


@cache
def half() -> re.Pattern[str]:
    """The words that conversion one by one leaves half simplified."""
    return re.compile("|".join(map(_guarded, half_words())))


def _guarded(word: str) -> str:
    """The pattern of a word, not where its character belongs to another."""
    if LEFT_ALONE.match(word):
        other = other_words().get(word[0], ("", ""))[0]
        return f"(?<![{other}]){word}" if other else word
    other = other_words().get(word[1], ("", ""))[1]
    return f"{word}(?![{other}])" if other else word


@cache
def _scripts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """(characters that only traditional text has, characters that it cannot have)."""
    table = conversion()
    full = "".join(full for full, plains in table.origins.items() if full not in plains)
    return re.compile(f"[{full}]"), re.compile(f"[{''.join(table.changed)}]")


def _is_traditional(line: str) -> bool:
    full, plain = _scripts()
    count = len(full.findall(line))
    return count >= MIN_FULL and count >= FULL_SHARE * len(plain.findall(line))
