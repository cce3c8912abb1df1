"""Sources (来源): raw value in, the name of the medium or office as printed out."""

from __future__ import annotations

import re

from ruralnews.extraction.infobar import tidy
from ruralnews.extraction.persons import HAN

LABEL = re.compile(r"^(?:本文|文章|信息|稿件|新闻)?来\s*源(?:于)?\s*[：:|｜/／]?\s*|^转载?自[：:]?\s*")
DRAFT = re.compile(r"\s*(?:原创稿|授权发布)$")
ADDRESS = re.compile(r"(?:https?://|www\.)\S*|^[\w-]+(?:\.[\w-]+)+$", re.ASCII | re.IGNORECASE)
NO_SOURCES = frozenset(
    "原创 转载 未知 无 暂无 不详 网络 互联网 正文 首页 新闻 稿件 作者 编辑 其他 其它 点击 打印 关闭 独家 热点 综合 更多 来源 发布"
    " 管理员 admin 大 中 小 字号 视频 图片 专题 资讯 详情 - -- / 公开 是 否 null undefined".split()
)
LONGEST = 40
"""Characters; the longest source on the saved pages has 25."""
# A blank between Chinese words ends the name: what follows is a place or another value.
WORDS = re.compile(rf"(?<=[{HAN}》）)”])[\s\u00a0\u3000]+(?=[{HAN}《（(“])")


def clean_source(raw: str) -> str | None:
    """The source without label and furniture; None when `raw` names none."""
    text = tidy(LABEL.sub("", raw.strip()))
    words = WORDS.split(text)
    text = DRAFT.sub("", words[0] if len(words[0]) > 1 else text.replace(" ", ""))
    if not 1 < len(text) <= LONGEST or text.lower() in NO_SOURCES or ADDRESS.fullmatch(text):
        return None
    if not re.search(rf"[{HAN}A-Za-z]", text) or re.search(r"[。！？]|https?:", text):
        return None
    return text
