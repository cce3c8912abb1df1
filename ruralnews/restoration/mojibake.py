"""UTF-8 that was read as GBK, and back where it can be.

Every three bytes of a Chinese character became one and a half characters: 锛屾皯 stands for ，民.
As long as no byte was lost the way back is exact. The last byte of an odd number of characters has
no partner: it became `?` and swallowed the ASCII character behind it, 2020骞?鏈? for 2020年9月, or
the < of a tag. Where the reader put U+FFFD for what it could not read, and stored that as UTF-8, it
reads 锟斤拷 in GBK, and the text is gone.
"""

from __future__ import annotations

import re

from ruralnews.restoration import gbk
from ruralnews.restoration.language import EDGE, language, symbols
from ruralnews.restoration.realign import CUT_TAG
from ruralnews.restoration.steps import Step
from ruralnews.restoration.tool import LOST

MOJIBAKE, BEYOND = "utf8-read-as-gbk", "beyond-repair"
# U+FFFD twice in UTF-8, read as GBK.
LOST_TEXT = "锟斤拷"
# The frequent characters and marks of Chinese text, as their first two bytes look: 的 是 在 一 人
# 本 ， 。 “ each with its neighbours. Real text has one of them at most.
SIGNS = ("鐨", "锛", "銆", "鏄", "鍦", "鈥", "涓", "浜", "鏈")
MIN_SIGNS = 4
# What UTF-8 looks like in GBK; ASCII stands as it is, but for what the last byte swallowed.
RUN = re.compile(f"([^\x00-\x7f\ufffd]+)(\ufffd?)({CUT_TAG.pattern}|[?])?")
LAST_BYTES = [bytes((last,)) for last in range(0x80, 0xC0)]
MIN_LOST, LOST_SHARE = 3, 0.02
ONE_LOST = "its bytes are UTF-8, but for a lost one"
SWALLOWED = "its bytes are UTF-8; what stands as ? was swallowed"


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
    """The step that reads a run as UTF-8; None where its bytes are none."""
    damaged, (letters, unread, behind) = run[0], run.groups("")
    data = gbk.encode(letters)
    if whole := _decode(data):
        plain = whole + unread + behind
        return Step(MOJIBAKE, run.start(), damaged, plain, "its bytes are UTF-8")
    readings = [read for last in LAST_BYTES if (read := _decode(data + last))]
    if not readings:
        return None
    before = run.string[max(0, run.start() - 2) : run.start()]
    plain = min(readings, key=lambda read: _cost(before + read))
    if unread:
        return Step(MOJIBAKE, run.start(), damaged, plain + behind, ONE_LOST, certain=False)
    if behind == "?" and run.string[run.end() : run.end() + 1] not in ("", "\n"):
        return Step(LOST, run.start(), damaged, plain + behind, SWALLOWED, certain=False)
    return Step(MOJIBAKE, run.start(), damaged, plain, ONE_LOST, certain=False)


def _cost(text: str) -> int:
    """What the last three characters of a text cost behind those before them."""
    return language().text_cost(text[-3:], symbols(EDGE * 2 + text[:-3])[-2:])


def _decode(data: bytes) -> str:
    """The bytes as UTF-8; "" if they are none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
