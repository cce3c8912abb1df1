"""UTF-8 that was read as GBK, and back where it can be.

Every three bytes of a Chinese character became one and a half characters: 锛屾皯 stands for ，民.
As long as no byte was lost the way back is exact. Where the reader put U+FFFD for what it could
not read, and stored that as UTF-8, it reads 锟斤拷 in GBK, and the text is gone.
"""

from __future__ import annotations

import re

from ruralnews.restoration import gbk
from ruralnews.restoration.language import language
from ruralnews.restoration.steps import Step

MOJIBAKE, BEYOND = "utf8-read-as-gbk", "beyond-repair"
# U+FFFD twice in UTF-8, read as GBK.
LOST_TEXT = "锟斤拷"
# The frequent characters and marks of Chinese text, as their first two bytes look: 的 是 在 一 人
# 本 ， 。 “ each with its neighbours. Real text has one of them at most.
SIGNS = ("鐨", "锛", "銆", "鏄", "鍦", "鈥", "涓", "浜", "鏈")
MIN_SIGNS = 4
# What UTF-8 looks like in GBK; ASCII stands as it is.
RUN = re.compile("[^\x00-\x7f]+[?]?")
LAST_BYTES = [bytes((last,)) for last in range(0x80, 0xC0)]
MIN_LOST, LOST_SHARE = 3, 0.02


def mojibake_steps(text: str) -> list[Step]:
    """The steps that read every run of mojibake as what it is, and mark what is gone."""
    lost = text.count(LOST_TEXT)
    if lost >= MIN_LOST and lost * len(LOST_TEXT) >= LOST_SHARE * len(text):
        return [
            Step(BEYOND, run.start(), run[0], run[0], "the bytes are U+FFFD", certain=False)
            for run in re.finditer(f"(?:{LOST_TEXT})+", text)
        ]
    if sum(sign in text for sign in SIGNS) < MIN_SIGNS:
        return []
    return [step for run in RUN.finditer(text) if (step := _read(run))]


def _read(run: re.Match[str]) -> Step | None:
    """The step that reads a run as UTF-8; None where its bytes are none.

    A last byte without a partner was read as `?`: then one byte of the last character is a guess.
    """
    damaged = run[0]
    data = gbk.encode(damaged.rstrip("?\ufffd"))
    try:
        plain, certain = data.decode("utf-8"), True
    except UnicodeDecodeError:
        readings = [read for last in LAST_BYTES if (read := _decode(data + last))]
        if not readings:
            return None
        plain, certain = min(readings, key=lambda read: language().text_cost(read[-3:])), False
    else:
        plain += damaged[len(damaged.rstrip("?\ufffd")) :]
    if plain == damaged:
        return None
    return Step(MOJIBAKE, run.start(), damaged, plain, "its bytes are UTF-8", certain)


def _decode(data: bytes) -> str:
    """The bytes as UTF-8; "" if they are none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
