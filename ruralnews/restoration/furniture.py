"""What hijackers plant around an article as plain text: keyword lines and county-name farms."""

from __future__ import annotations

import re

from ruralnews.restoration.steps import Step

SPAM, FARM = "spam-line", "link-farm"
# Search words of the trade; a line is spam with several of them and no sentence.
KEYWORDS = re.compile(
    "久久|亚洲|国产|欧美|日韩|无码|精品|在线观看|免费视频|一区|二区|三区|中文字幕|成人|高清|色综合|激情"
)
MIN_KEYWORDS, TOP_LINES = 3, 5
SENTENCE = re.compile("[。；！？]")
# 双辽市| 静宁县| …: at least so many names in a line, nearly all of them places.
PLACE = re.compile("[\u4e00-\u9fff]{1,8}[市县区旗州盟镇]")
MIN_PLACES, MIN_SHARE = 8, 0.7


def furniture_steps(text: str) -> list[Step]:
    """The steps that drop planted lines, by position."""
    steps, at, seen = [], 0, 0
    for line in text.split("\n"):
        bare = line.strip()
        seen += bool(bare)
        if bare and seen <= TOP_LINES and _is_spam(bare):
            steps.append(Step(SPAM, at, line, "", "search words of the trade, no sentence"))
        elif _is_farm(bare):
            steps.append(Step(FARM, at, line, "", "names of places in a row, for search engines"))
        at += len(line) + 1
    return steps


def _is_spam(line: str) -> bool:
    return SENTENCE.search(line) is None and len(set(KEYWORDS.findall(line))) >= MIN_KEYWORDS


def _is_farm(line: str) -> bool:
    if line.count("|") < MIN_PLACES - 1:
        return False
    names = [name.strip() for name in line.split("|") if name.strip()]
    places = sum(PLACE.fullmatch(name) is not None for name in names)
    return len(names) >= MIN_PLACES and places >= MIN_SHARE * len(names)
