"""Headlines: raw text in, the headline without furniture out."""

from __future__ import annotations

import re

SPACES = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")
FURNITURE = re.compile(r"^(?:原?标\s*题|题\s*目|正文)\s*[：:]\s*")
LONGEST = 200
SHORTEST = 2


def clean_title(raw: str) -> str | None:
    """The headline in one line; None when `raw` holds none."""
    title = FURNITURE.sub("", SPACES.sub(" ", raw).strip()).strip(" _|｜")
    return title if SHORTEST <= len(title) <= LONGEST else None
