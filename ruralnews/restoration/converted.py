"""Text that was converted to traditional characters one by one, without annotations.

Such conversion leaves words half simplified: 關于, 規范, 這里, 以后, where traditional text writes
關於, 規範, 這裡, 以後. A person may write one of these characters by habit; a page with two of them
and none of the proper forms was made by a table, and read backwards it gives the original.
"""

from __future__ import annotations

import re
from functools import cache

from ruralnews.restoration.tables import conversion, half_words

# Characters that conversion one by one never makes, but traditional text cannot do without.
GENUINE = re.compile("[於後裡裏範並麼製係幹願築徵]")
LEFT_ALONE = re.compile("[于后里范并么愿筑征干]")
MIN_LEFT_ALONE = 2
# A line counts as traditional with so many characters of it to one that it cannot have: a
# page's template may be simplified.
MIN_FULL, FULL_SHARE = 4, 10
# So much of a page is traditional: among simplified comments a traditional one is its writer's.
MIN_SHARE = 0.5
# Characters that no simplified text has; one of them stands in any paragraph of a converted page.
SIGNS = "這對關"


def is_converted(text: str) -> bool:
    """Whether the traditional lines of a text were made by such conversion."""
    if not any(sign in text for sign in SIGNS):
        return False
    lines = "\n".join(line for line in text.split("\n") if _is_traditional(line))
    if len(lines) < MIN_SHARE * len(text):
        return False
    left = {found for word in half().findall(lines) for found in LEFT_ALONE.findall(word)}
    return len(left) >= MIN_LEFT_ALONE and GENUINE.search(lines) is None


@cache
def half() -> re.Pattern[str]:
    """The words that conversion one by one leaves half simplified."""
    return re.compile("|".join(half_words()))


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
