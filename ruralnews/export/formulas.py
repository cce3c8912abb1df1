"""Cells that no spreadsheet takes for a formula. Pure.

Excel, LibreOffice and WPS run what stands in a cell that begins with one of STARTS, and a headline
is anybody's text. The full-width forms count in Chinese and Japanese versions.
"""

from __future__ import annotations

import re

STARTS = "=+-@\t\r\n＝＋－＠"
"""First characters, as OWASP lists them under "CSV Injection" (read 2026-11)."""
GUARD = "'"
_RISKY = re.compile(f"{GUARD}*[{re.escape(STARTS)}]")
_GUARDED = re.compile(f"{GUARD}+[{re.escape(STARTS)}]")


def guarded(text: str) -> str:
    """The text with an apostrophe before it when it begins like a formula, else the same object.

    Also before apostrophes that stand in front of such a beginning, so that `unguarded` is exact.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("秋收"), guarded("'秋收'")
    ("'=1+1", "''=1+1", '秋收', "'秋收'")
    """
    return GUARD + text if _RISKY.match(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("'秋收'")
    ('=1+1', "'秋收'")
    """
    return cell[1:] if _GUARDED.match(cell) else cell
