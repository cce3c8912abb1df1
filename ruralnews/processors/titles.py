"""Headlines: raw text in, the headline without furniture out."""

from __future__ import annotations

import re

SPACES = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")
FURNITURE = re.compile(r"^(?:原?标\s*题|题\s*目|正文)\s*[：:]\s*")
TOOLS = re.compile(
    r"(?:\s[\[【（(]?(?:阅读|浏览|点击|访问|人气)(?:量|数|次数)?\s*[:：]?\s*\d+\s*次?[\]】）)]?"
    r"|\s[\[【（(]?字[号体]\s*[:：]?[\s\[\]【】超大中小+A-]*|\s(?:我要)?(?:分享|收藏|打印|评论))+$"
)
"""Tools and counters behind the headline, in its element."""
LONGEST = 200
SHORTEST = 2


def clean_title(raw: str) -> str | None:
    """The headline in one line; None when `raw` holds none."""
    title = FURNITURE.sub("", SPACES.sub(" ", raw).strip())
    title = TOOLS.sub("", title).strip(" _|｜·•")
    return title if SHORTEST <= len(title) <= LONGEST else None
