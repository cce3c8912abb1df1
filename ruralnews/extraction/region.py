"""Which run of lines is the text of the article, judged by the lines alone.

Every line gets a worth: sentences count for the text, links and notices against it. The worth of
an element is the sum over its run, so the element with the greatest sum holds the text and as
little else as possible.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from ruralnews.extraction.walk import Line, Walk

PUNCTUATION = re.compile(
    r"[，。；！？、”…]|(?<=[\u3400-\u9fff”》])[,;.!?](?![\w/])|(?<=[a-z])[,.;?!] "
)
"""Marks of running text; the ASCII ones only between Han characters or English words."""
NOTICE = re.compile(
    r"版权(?:所有|归|声明|均)|备案?[号序]|ICP备|公网安备|许可证|声明[：:]|Copyright|©|All Rights"
    r"|技术支持|标识码|主办(?:单位)?[：:]|承办(?:单位)?[：:]|地址[：:]|邮编[：:]|电话[：:]|邮箱[：:]"
    r"|举报(?:电话|邮箱)|浏览器|分辨率|Notice:|广告|播放器|不代表本[网站]",
    re.IGNORECASE,
)
"""Legal and technical notices of the page (footers, disclaimers, players): the only running text
on a short news page that is not the article."""
NOTICE_LIMIT = 400
"""Characters: a longer line that mentions a notice is text about it."""
PLAIN_LINE = -1
"""A line without punctuation, e.g. a subhead: no text by itself, yet it breaks nothing."""
SENTENCE = 10
"""Characters of the shortest line that counts as text."""
LINK_LINE = -20
HIDDEN_SHARE = 0.3
MIN_WORTH = 25
"""The shortest picture news of the corpus has 50 characters."""


def line_worth(line: Line) -> int:
    """How much a line speaks for standing in the article: characters of running text."""
    text = line.text
    plain = len(text) - line.link_chars
    if line.link_chars > plain:
        return LINK_LINE
    marks = len(PUNCTUATION.findall(text))
    if len(text) < NOTICE_LIMIT and NOTICE.search(text):
        return -len(text)
    if plain < SENTENCE or not marks:
        return PLAIN_LINE
    # Running Chinese text has a mark every 8 to 25 characters; menus and data have fewer.
    worth = min(plain, marks * 30)
    return int(worth * HIDDEN_SHARE) if line.hidden else worth


def line_worths(walk: Walk) -> list[int]:
    """The worth of every line; a long line that was read before counts nothing."""
    seen: set[str] = set()
    worths = []
    for line in walk.lines:
        worth = line_worth(line)
        if worth > 0:
            if line.text in seen:
                worth = PLAIN_LINE
            else:
                seen.add(line.text)
        worths.append(worth)
    return worths


def densest(walk: Walk, worths: list[int]) -> HtmlElement | None:
    """The block element with the most text and the least else; the innermost of equals."""
    sums = list(accumulate(worths, initial=0))
    best, most = None, MIN_WORTH
    for element, (start, end) in walk.spans.items():
        worth = sums[end] - sums[start]
        if worth >= most:
            best, most = element, worth
    return best
