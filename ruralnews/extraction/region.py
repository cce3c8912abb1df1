"""Which run of lines is the text of the article, judged by the lines alone.

Every line gets a worth: sentences count for the text, links and notices against it. The worth of
an element is the sum over its run, so the element with the greatest sum holds the text and as
little else as possible.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from ruralnews.extraction.boilerplate import fold, line_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ruralnews.extraction.walk import Block, Line, Walk

MARKS = re.compile(r"[，。；！？、”…]")
ASCII_MARKS = re.compile(r"[,;.!?](?:(?<=[\u3400-\u9fff”》].)(?![\w/])|(?<=[a-z].) )")
"""Marks of running text; the ASCII ones only between Han characters or English words."""
NOTICE = re.compile(
    r"版权(?:所有|归|声明|均)|备案?[号序]|I(?i:CP备)|i(?i:cp备)|公网安备|许可证|声明[：:]|©"
    r"|C(?i:opyright)|c(?i:opyright)|A(?i:ll Rights)|a(?i:ll rights)|N(?i:otice:)|n(?i:otice:)"
    r"|技术支持|标识码|主办(?:单位)?[：:]|承办(?:单位)?[：:]|地址[：:]|邮编[：:]|电话[：:]|邮箱[：:]"
    r"|举报(?:电话|邮箱)|浏览器|分辨率|广告|播放器|不代表本[网站]"
)
"""Legal and technical notices of the page (footers, disclaimers, players): the only running text
on a short news page that is not the article. No part starts with a set or without regard to case:
only then is the pattern found by the first letters of its parts."""
NOTICE_WORTH = 30
"""What a notice counts against a block at most: a disclaimer of a hundred characters below two
short paragraphs stands in the block of the article."""
NOTICE_LIMIT = 400
"""Characters: a longer line that mentions a notice is text about it."""
PLAIN_LINE = 0
"""A line without punctuation, e.g. a subhead: no text by itself, yet it breaks nothing."""
SENTENCE = 10
"""Characters of the shortest line that counts as text."""
LINK_LINE = -20
HIDDEN_SHARE = 0.3
COMMENT = re.compile(r"comment|pinglun", re.IGNORECASE)
STOPS = frozenset("。！？!?…”’）)：:；;.摄")
TEASER = 45
"""Characters of the longest headline; a line of that length that does not end like a sentence is
what feeds are made of."""
CARD_TITLE = 6
CARD_SHARE = 0.3
"""Characters of a link that heads the card of another article, and what its summary counts."""
END = re.compile(
    r"(?P<editor>(?:纠错)?[【\[(（]?(?:责任|网站|值班)?(?:编辑|责编)[:：∶][^，。]{0,24})"
    r"|(?P<other>(?:我要|网友|最热|最新|热门|精彩|全部|发表|新闻)?评论(?:[(（]?\d+[)）]?|区|列表)?"
    r"|(?:你|您)可能(?:还|也)?(?:感兴趣|喜欢|想看)(?:的.{2,4})?|猜你喜欢|为[你您]推荐|大家都在看"
    r"|热门推荐|今日热点|热点推荐|精彩推荐|编辑推荐|相关推荐|图文推荐|\d+条评论.*|跟贴.*"
    r"|(?:上|下)一[篇条](?:文章|新闻|信息|内容)?[:：].*|最热跟贴|热门跟贴|热搜.?|排行榜?|网站声明|友情链接)"
    r"|(?P<related>(?:相关|延伸|推荐|更多|往期|热门)(?:新闻|时评|阅读|链接|报道|文章|专题|资讯|回顾)[:：]?)"
)
"""Whole lines that stand below an article."""
END_LENGTH = 40
NEIGHBOURS = 6
"""Lines of a block that is taken for the text together with its only paragraph."""
NOTES = 3
"""Lines that may follow the editor line inside the block of the text."""
END_SHARES = {"editor": 0.1, "other": 0.1, "related": 0.35}
"""Share of the run's text that stands above a mark of this kind at least: editor lines and
comments end an article even if an endless feed follows, 相关链接 may be a box in its midst."""
NOTICE_START = re.compile(
    r"\W{0,2}(?:(?:特别|平台|免责|版权|郑重|网站)声明[:：]|以上内容.{0,24}(?:上传|发布|平台)"
    r"|(?:Notice|Disclaimer): )"
)
"""How the notice below an article begins: nothing of the article follows it."""
NOTICE_LETTERS = frozenset("特平免版郑网以ND")
"""One of them stands among the first three characters."""
BAR = re.compile(r"\d{4}\s*[-年/.]\s*\d|\d{1,2}:\d\d|\d+\s*(?:分钟|小时|天)前|昨天|来源[：:]")
BAR_MARKS = 4
HEADLINE_LEAST = 6
SHORT_HEADLINE = 2
HEADLINE_DISTANCE = 600
NEXT_HEADLINE = 200
"""Worth of the lines above a headline, and above a longer match: dialogs and leads stand there;
with more it is a quotation or the foot of the page."""
TITLE_PARTS = re.compile(r"[_|｜—–-]")
"""What parts headline, column and site in `<title>`."""
BAR_LINES = 6
VERSE = 40
"""Characters of the longest line of a text without sentences, and of an info bar."""
MIN_WORTH = 25
"""The shortest picture news of the corpus has 50 characters."""


def line_worth(line: Line, *, lenient: bool = False) -> int:
    """How much a line of more than links speaks for the article: characters of running text.

    `lenient`: also of lines that end like the headlines of a feed.
    """
    text = line.text
    plain = len(text) - line.link_chars
    marks = len(MARKS.findall(text)) or len(ASCII_MARKS.findall(text))
    if not marks:
        return PLAIN_LINE
    if len(text) < NOTICE_LIMIT and NOTICE.search(text):
        return -min(len(text), NOTICE_WORTH)
    if marks <= BAR_MARKS and marks == text.count("、") and BAR.search(text):
        # 作者：甲、乙 in an info bar.
        return PLAIN_LINE
    # Running Chinese text has a mark every 8 to 25 characters; menus and data have fewer.
    worth = min(plain, marks * 30)
    if COMMENT.search(line.block.get("class")):
        worth = PLAIN_LINE
    elif line.hidden:
        worth = int(worth * HIDDEN_SHARE)
    elif not lenient and plain < TEASER and text[-1] not in STOPS and "。" not in text:
        worth = PLAIN_LINE
    return worth


def line_worths(walk: Walk, *, lenient: bool = False) -> list[int]:
    """The worth of every line; the second copy of a line counts nothing, nor does a hidden one."""
    seen: set[str] = set()
    shown: set[str] | None = None
    worths = []
    above = None
    for line in walk.lines:
        plain = len(line.text) - line.link_chars
        if line.link_chars > plain:
            above = line if line.link_chars >= CARD_TITLE else None
            worths.append(LINK_LINE)
            continue
        # Most lines are too short to be asked more.
        worth = line_worth(line, lenient=lenient) if plain >= SENTENCE else PLAIN_LINE
        if worth > 0:
            box = line.block.parent if above else None
            if above and (box is above.block or box is above.block.parent):
                # The summary of another article, below the link to it.
                worth = int(worth * CARD_SHARE)
            if line.hidden and shown is None:
                shown = {other.text for other in walk.lines if not other.hidden}
            if line.text in seen or (shown and line.hidden and line.text in shown):
                worth = PLAIN_LINE
            else:
                seen.add(line.text)
        above = None
        worths.append(worth)
    return worths


def article_limits(
    walk: Walk, worths: list[int], titles: Iterable[str]
) -> tuple[tuple[int, int], tuple[int, int] | None]:
    """The lines (first, after the last) from the headline to the end of the article; the densest.

    `titles` are what may hold the headline (`<title>`, metas, a lone `<h1>`), the most trusted
    first. Without headline or end the limits are those of the page.
    """
    limits = 0, len(walk.lines)
    run = None
    found = (headline_line(walk, worths, title) for title in titles)
    headline = next((line for line in found if line is not None), None)
    if headline is not None:
        below = headline + 1, _next_article(walk, worths, headline)
        run = densest(walk, worths, below)
        limits = below if run else limits
    run = run or densest(walk, worths, limits)
    end = _text_end(walk, worths, run) if run else None
    if end is not None:
        limits = limits[0], end
        run = densest(walk, worths, limits)
    return limits, run


def headline_line(walk: Walk, worths: list[int], title: str) -> int | None:
    """The first line above the text that repeats the most of `title`."""
    whole = fold(title)
    parts = [fold(part) for part in TITLE_PARTS.split(title)]
    least = max(HEADLINE_LEAST, max(map(len, parts)) // 2)
    found, above = None, 0
    for number, line in enumerate(walk.lines):
        if above > (HEADLINE_DISTANCE if found is None else NEXT_HEADLINE):
            break
        above += max(worths[number], 0)
        if not SHORT_HEADLINE <= len(line.text) <= len(title) + 4 or line.hidden:
            continue
        # A short one must be a heading and the whole of a part (通知).
        large = line.block.tag in ("h1", "h2")
        short = found is None and large
        if (line.link_chars and not large) or (len(line.text) < least and not short):
            continue
        text = fold(line.text)
        if text in parts if short and len(text) < least else len(text) >= least and text in whole:
            found, least = number, max(least, len(text) + 1)
    return found


def _next_article(walk: Walk, worths: list[int], headline: int) -> int:
    """The line at which another article begins, or the notice below this one."""
    first = walk.lines[headline].block
    kind = first.get("class") if first.tag == "h1" else None
    above = 0
    boxes: set[Block | None] = set()
    for number, line in enumerate(walk.lines[headline + 1 :], headline + 1):
        if above >= MIN_WORTH:
            if line.block.tag == "h1" and (
                (kind and line.block.get("class") == kind) or _is_headed(walk, number, boxes)
            ):
                return number
            if not NOTICE_LETTERS.isdisjoint(line.text[:3]) and _is_notice(line.text):
                return number
        if worths[number] > 0:
            above += worths[number]
            boxes.add(line.block.parent)
    return len(walk.lines)


def _is_headed(walk: Walk, number: int, boxes: set[Block | None]) -> bool:
    """Whether an `<h1>` apart from the paragraphs above has an info bar of its own."""
    line = walk.lines[number]
    if line.link_chars or len(line.text) < HEADLINE_LEAST or line.block.parent in boxes:
        return False
    bar = walk.lines[number + 1 : number + 1 + BAR_LINES]
    return any(BAR.search(below.text) for below in bar if len(below.text) <= VERSE)


def blocks_around(walk: Walk, numbers: Iterable[int]) -> Iterable[Block]:
    """The blocks around these lines, which are given from above, each once, in page order.

    They are a tenth of the page's.
    """
    blocks: dict[Block, None] = {}
    for number in numbers:
        block: Block | None = walk.lines[number].block
        around = []
        while block is not None and block not in blocks:
            around.append(block)
            block = block.parent
        blocks.update(dict.fromkeys(reversed(around)))
    return blocks


def densest(walk: Walk, worths: list[int], within: tuple[int, int]) -> tuple[int, int] | None:
    """The run of the best block element inside these lines; the innermost of equals."""
    first, last = within
    # Nothing outside counts, so that no other run can be the best.
    counted = [*([0] * first), *worths[first:last], *([0] * (len(worths) - last))]
    sums = list(accumulate(counted, initial=0))
    best, most = None, MIN_WORTH
    for block in blocks_around(walk, (at for at in range(first, last) if worths[at] > 0)):
        worth = sums[block.end] - sums[block.first]
        if worth >= most:
            best, most = block, worth
    if best is None:
        return None
    start, end = best.span
    if end - start == 1 and best.parent is not None:
        # The only paragraph: captions and headings beside it have no worth of their own.
        above, below = best.parent.span
        if below - above <= NEIGHBOURS and sums[below] - sums[above] == most:
            start, end = above, below
    return max(start, first), min(end, last)


def _text_end(walk: Walk, worths: list[int], run: tuple[int, int]) -> int | None:
    """The line that ends the article: editor line, notice or the heading of the next block."""
    total = sum(max(worth, 0) for worth in worths[run[0] : run[1]])
    above = 0
    for number in range(*run):
        kind = end_kind(walk.lines[number].text) if above else None
        if kind == "related" and _is_boxed(walk, worths, number, run):
            kind = None
        if kind and above >= max(MIN_WORTH, END_SHARES[kind] * total):
            return _block_end(walk, number) if kind == "editor" else number
        above += max(worths[number], 0)
    return None


def _is_boxed(walk: Walk, worths: list[int], number: int, run: tuple[int, int]) -> bool:
    """Whether the heading stands in a box of its own and the text goes on behind it."""
    above = {walk.lines[at].block.parent for at in range(run[0], number) if worths[at] >= SENTENCE}
    if walk.lines[number].block.parent in above:
        return False
    return any(
        worths[at] >= MIN_WORTH and walk.lines[at].block.parent in above
        for at in range(number + 1, run[1])
    )


def end_kind(text: str) -> str | None:
    """How a line ends an article, if it does."""
    if _is_notice(text):
        return "other"
    mark = END.fullmatch(line_key(text)) if len(text) <= END_LENGTH else None
    return mark.lastgroup if mark else None


def _is_notice(text: str) -> bool:
    """Whether a line begins the notice below an article."""
    return NOTICE_START.match(text) is not None


def _block_end(walk: Walk, number: int) -> int:
    """The end of the block around the editor line, if only a note or two follow in it."""
    block = walk.lines[number].block.parent
    end = block.end if block is not None else 0
    return end if number < end <= number + 1 + NOTES else number
