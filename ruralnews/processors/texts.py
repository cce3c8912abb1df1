"""Columns, keywords and summaries: raw text in, plain values out."""

from __future__ import annotations

import re

SPACES = re.compile(r"[\s\u00a0\u3000]+")
CRUMB = re.compile(r"\s*[>＞»›/|｜]+\s*|\s+-\s+")
POSITION = re.compile(r"^.{0,8}位\s*置\s*[：:]?")
NO_COLUMNS = frozenset("首页 网站首页 正文 详情 详情页 内容 文章 主页 返回首页 其他".split())
LONGEST_COLUMN = 20
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
    parts = (part.strip() for part in CRUMB.split(POSITION.sub("", SPACES.sub(" ", raw).strip())))
    names = [part for part in parts if part and part not in NO_COLUMNS]
    return names[-1] if names and len(names[-1]) <= LONGEST_COLUMN else None


def split_keywords(raw: str) -> list[str]:
    """The declared keywords, each once; blanks part them where no other mark does."""
    marked = WORD_MARKS.search(raw)
    words = WORD_MARKS.split(raw) if marked else SPACES.split(raw)
    return list(dict.fromkeys(word for part in words if (word := SPACES.sub(" ", part).strip())))
