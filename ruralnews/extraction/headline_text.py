"""The text of a headline: set over several lines, or with an info bar in its element."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ruralnews.extraction.boilerplate import fold
from ruralnews.extraction.bylines import bare_names
from ruralnews.extraction.dates import find_dates
from ruralnews.extraction.labels import Label, find_labels
from ruralnews.extraction.titles import set_together, title_segments

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from ruralnews.extraction.metas import Metas
    from ruralnews.extraction.walk import Walk

SHORTEST = 4
"""Characters of a headline."""
LONGEST = 130
"""Characters of a headline; the longest on the saved pages has 75."""
BAR_FIELDS = frozenset(("source", "published"))
BADGE = 8
TRAILING_DATE = re.compile(
    r"[\s\[【（(]+(?:19|20)\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?\s*[\]】）)]?$"
)
"""The whole of a bar behind the headline, in its element."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The visible headline."""

    text: str
    first: int
    """Number of its first line."""
    last: int
    """Number of its last line."""
    rule: str
    agreed: bool
    """Whether `<title>` or a meta names the same headline."""
    rest: str = ""
    """The info bar, where it stands in the element of the headline."""


def extended(headline: Headline, walk: Walk, metas: Metas) -> Headline:
    """`headline` with the next lines that `<title>` says belong to it.

    A long headline is set over several paragraphs.
    """
    text, last = headline.text, headline.last
    page_title = fold(metas.title)
    segments = {fold(part) for part in title_segments(metas.title)}
    for line in walk.lines[last + 1 : last + 4]:
        longer = set_together([text, line.text], metas.title)
        if len(longer) > LONGEST or not page_title.startswith(fold(longer)):
            break
        if fold(text) in segments and fold(line.text) in segments:
            # Column and headline.
            break
        text, last = longer, last + 1
    return replace(headline, text=text, last=last)


def _opens_bar(text: str, label: Label) -> bool:
    """Whether a label in a headline is one of a bar: 老井 文/张甲; 评论员：再谈老井 has none."""
    if label.field == "published":
        # 新机发布：轻了八百公斤 is no date.
        return text[label.end :].lstrip()[:1].isdigit()
    author = label.field == "author" and text[: label.start].endswith((" ", "\u3000"))
    return label.field in BAR_FIELDS or (author and bool(bare_names(text[label.end :])))


def up_to_bar(text: str) -> str:
    """`text` up to the first label of an info bar and the date before it."""
    labels = [label.start for label in find_labels(text) if _opens_bar(text, label)]
    if not labels:
        return text
    dates = [date.start for date in find_dates(text[: labels[0]])]
    return text[: min([*labels, *dates])].rstrip(" |｜")


def unbadged(text: str, elements: list[LexborNode], titles: list[str]) -> str:
    """`text` without a badge or a tool in an element of its own at either end (原创, 返回列表).

    `elements` are those in it.
    """
    if fold(text) in titles or up_to_bar(text) != text:
        return text
    for element in (*elements[:1], *elements[1:][-1:]):
        badge = element.text_lexbor().strip()
        for rest in (text.removeprefix(badge).strip(), text.removesuffix(badge).strip()):
            if badge and len(badge) <= BADGE and rest != text and fold(rest) in titles:
                return rest
    return text


def undated(text: str, titles: list[str]) -> str:
    """`text` without the date behind it, if a title of the page ends before that."""
    dated = TRAILING_DATE.search(text)
    if dated is None:
        return text
    whole = fold(text)
    if any(whole in known for known in titles):
        return text
    before = text[: dated.start()]
    return before if any(known.startswith(fold(before)) for known in titles if known) else text


def without_bar(headline: Headline, titles: list[str]) -> Headline:
    """`headline` without an info bar that stands in the same element.

    A label ends the headline; a date only where a title of the page ends before it.
    """
    text = headline.text
    title = up_to_bar(text)
    before, dash, _ = text.partition("——")
    longer = any(
        fold(text) in known or fold(text).startswith(known)
        for known in titles
        if len(known) > len(fold(before))
    )
    if dash and fold(before) in titles and not longer:
        # The subtitle in an element of its own.
        return replace(headline, text=before, rest=text[len(before) :])
    dates = [] if len(title) < len(text) else find_dates(text)
    if dates and not any(known.startswith(fold(text)) for known in titles):
        before = text[: dates[0].start].rstrip(" |｜[【（(")
        if any(known.startswith(fold(before)) for known in titles if known):
            title = before
    if len(title) < SHORTEST or title == text:
        return headline
    return replace(headline, text=title, rest=text[len(title) :].strip(" |｜"))
