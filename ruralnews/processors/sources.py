"""Sources (来源): raw value in, the name of the medium or office as printed out."""

from __future__ import annotations

import re

from ruralnews.extraction.bylines import bare_names
from ruralnews.extraction.infobar import tidy
from ruralnews.extraction.persons import HAN
from ruralnews.extraction.tables import read_words

LABEL = re.compile(
    r"^(?:本文|文章|信息|稿件|新闻)?来\s*源(?:于)?\s*[：:|｜/／]?\s*|^转载?自[：:]?\s*"
)
DRAFT = re.compile(r"\s*(?:原创稿|授权发布)$|\s+(?:https?://|www\.)\S*$|\s+[-–—]+$", re.ASCII)
ADDRESS = re.compile(r"(?:https?://|www\.)\S*|^[\w-]+(?:\.[\w-]+)+$", re.ASCII | re.IGNORECASE)
NO_SOURCES = frozenset(read_words("no-source"))
"""What stands beside a date or behind the label and names no source."""
LONGEST = 40
"""Characters; the longest source on the saved pages has 25."""
# A blank between Chinese words ends the name: what follows is a place or another value.
WORDS = re.compile(rf"(?<=[{HAN}》）)”])[\s\u00a0\u3000]+(?=[{HAN}《（(“])")


ACCOUNT = re.compile(r"\s*[（(]\s*(?:ID|微信号?|公众号)[^（()）]*[)）]$", re.IGNORECASE)
"""The address of an account behind its name: 某号（ID：mouhao）."""


REPORTERS = re.compile(r"\s*[（(][^（()）]*(?:记者|通讯员|作者)[^（()）]*[)）]?\s*$")
LAST_BRACKET = re.compile(r"[（(/／]([^（()）/／]{2,20})[)）]?$")
"""Who wrote for the medium, in a bracket behind it."""
CARRIED = re.compile(
    rf"(?P<carrier>[{HAN}\w]{{2,16}}(?:网|在线|客户端|频道))\s*[-－—–―]+\s*《?(?P<origin>[{HAN}\w]{{2,20}}?)》?"
)
"""A portal that carries the text of another medium: 人民网-《人民日报》."""


def split_source(source: str) -> tuple[str, str] | None:
    """The portal and the medium whose text it carries, where `source` prints both; else None."""
    match = CARRIED.fullmatch(source)
    return (match["carrier"], match["origin"]) if match else None


def clean_source(raw: str) -> str | None:
    """The source without label and furniture; None when `raw` names none."""
    text = ACCOUNT.sub("", tidy(LABEL.sub("", REPORTERS.sub("", raw.strip()))))
    if (bracket := LAST_BRACKET.search(text)) and bare_names(bracket[1]):
        text = text[: bracket.start()].rstrip()
    words = WORDS.split(text)
    text = DRAFT.sub("", words[0] if len(words[0]) > 1 else text.replace(" ", ""))
    if not 1 < len(text) <= LONGEST or text.lower() in NO_SOURCES or ADDRESS.fullmatch(text):
        return None
    if not re.search(rf"[{HAN}A-Za-z]", text) or re.search(r"[。！？]|https?:", text):
        return None
    return text
