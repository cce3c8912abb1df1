"""Columns, keywords and summaries: raw text in, plain values out."""

from __future__ import annotations

import re

from ruralnews.extraction.persons import is_organisation
from ruralnews.extraction.tables import read_words

SPACES = re.compile(r"[\s\u00a0\u3000]+")
CRUMB = re.compile(r"\s*[>＞»›/|｜]+\s*|\s+-\s+")
POSITION = re.compile(r"^.{0,8}位\s*置\s*[：:]?")
NO_COLUMNS = frozenset(read_words("no-column"))
SITE = re.compile(r"^.{2,20}(?:门户网站|政府网站|网站)(?=.)")
"""The site's name, glued in front of the column."""
LONGEST_COLUMN = 20
MARKUP = re.compile(r"[<>=]")
WORD_MARKS = re.compile(r"[,，;；、|]+")
SUMMARY_LIMIT = 1000


def clean_text(raw: str) -> str | None:
    """`raw` in one line; None when nothing is left."""
    return SPACES.sub(" ", raw).strip() or None


def clean_summary(raw: str) -> str | None:
    """The declared summary in one line, cut at 1,000 characters."""
    text = clean_text(raw.replace("&nbsp;", " "))
    return text[:SUMMARY_LIMIT] if text else None


def clean_column(raw: str) -> str | None:
    """The innermost column of a crumb path (当前位置：首页 > 新闻 > 正文)."""
    path = CRUMB.split(POSITION.sub("", SPACES.sub(" ", raw).strip()))
    # The path starts at the site and may have a tool behind it: 新华网 > 时政 > 正文 打印
    parts = [part.split()[0] for part in path if part.strip()]
    if len(path) > 1 and parts and is_organisation(parts[0]):
        del parts[0]
    names = [SITE.sub("", part) for part in parts if part not in NO_COLUMNS]
    return names[-1] if names and len(names[-1]) <= LONGEST_COLUMN else None


def split_keywords(raw: str) -> list[str]:
    """The declared keywords, each once; blanks part them where no other mark does."""
    marked = WORD_MARKS.search(raw)
    words = WORD_MARKS.split(raw) if marked else SPACES.split(raw)
    folded = (SPACES.sub(" ", part).strip() for part in words)
    return list(dict.fromkeys(word for word in folded if word and not MARKUP.search(word)))
