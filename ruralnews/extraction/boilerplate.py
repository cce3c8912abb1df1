"""Lines that are no text of the article: dropped by rules that are data.

`data/boilerplate.tsv` holds the rules. A pattern must match a whole line, so nothing is ever
taken out of a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from ruralnews.items import Removal

MARKED = "，。、；：！？（）《》【】“”‘’—…·"
COMMON_MARKS = re.compile(rf"[\s{MARKED}][\s{MARKED}]*")
"""Folding a text with full-width marks takes five times as long as one without. A set in front, and
no repeat of one, is found several times faster; so in the walk."""
BRACKETS = "()（）[]【】〔〕<>《》|｜丨-—_*·•◆■●▲▶>»"
"""Decoration around a line, of no meaning for the rules."""
PROSE_LENGTH = 26
"""Characters from which a line with marks of running text counts as text."""
MARKS = re.compile(r"[，。；！？、”…,;!?]")
DOCUMENT_NUMBER = re.compile(r"[^，。]{1,16}[〔\[(（【]?\d{4}[〕\])）】]?(?:年)?第?\d+号.{0,6}")
"""发文字号: what follows a heading that belongs to an official document."""
LONGEST = 600
"""Characters of the longest line a rule may take: disclaimers have up to 300."""
HEAD_LINES = 30
"""Lines in which furniture may stand above the text."""
LEAD = re.compile(r"^\W{0,2}(?:摘\s*要|导\s*[读语]|核心提示|内容提要|简介)\W{0,3}")
COPY_LEAST = 10
"""Characters of a summary that the content system cuts from the text."""
FARM_ITEM = re.compile(r"[\u4e00-\u9fff]{2,12}")
FARM_LEAST = 5
CUT_SHARE = 0.35
"""Share of the text that may stand below a heading of a related list."""


class Rule(NamedTuple):
    """One row of the table."""

    group: str
    scope: str
    pattern: re.Pattern[str]


@cache
def rules() -> tuple[Rule, ...]:
    """The rows of the table, in order."""
    table = files("ruralnews.extraction").joinpath("data/boilerplate.tsv").read_text("utf-8")
    rows = (row.split("\t") for row in table.splitlines()[2:])
    return tuple(
        Rule(group, scope, re.compile(pattern, re.IGNORECASE)) for group, scope, pattern, _ in rows
    )


@cache
def _joined(scopes: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for the rules of these scopes; the name of its last group is `g` and the row.

    The group is an empty one behind the rule: in front it would hide the letter that a rule begins
    with, by which nearly all are ruled out at once.
    """
    parts = (
        f"(?:{rule.pattern.pattern})(?P<g{number}>)"
        for number, rule in enumerate(rules())
        if rule.scope in scopes
    )
    return re.compile("|".join(parts), re.IGNORECASE)


def rule_of(key: str, *scopes: str) -> str | None:
    """The group of the first rule of these scopes that the line obeys."""
    match = _joined(scopes).fullmatch(key) if len(key) <= LONGEST else None
    return rules()[int((match.lastgroup or "g0")[1:])].group if match else None


def line_key(line: str) -> str:
    """The line as the rules see it: without white space and outer brackets."""
    return "".join(line.split()).strip(BRACKETS)


# The lines around a headline are compared with several titles each.
@lru_cache(maxsize=512)
def fold(text: str) -> str:
    """Letters and digits of the text, widths folded: two spellings of a title are equal."""
    words = unicodedata.normalize("NFKC", COMMON_MARKS.sub("", text)).lower()
    return words if words.isalnum() else "".join(filter(str.isalnum, words))


def is_prose(line: str) -> bool:
    """Whether the line is running text."""
    return len(line) >= PROSE_LENGTH and len(MARKS.findall(line)) * 40 >= len(line)


def mark_boilerplate(lines: list[str], title: str) -> list[str | None]:
    """For every line the rule that drops it, None for text.

    `title` is the headline of the article; empty when it is not known.
    """
    marks: list[str | None] = [None] * len(lines)
    keys = [line_key(line) for line in lines]
    prose = list(map(is_prose, lines))
    _mark_cut(lines, prose, keys, marks)
    _mark_farm(keys, marks)
    for index, key in enumerate(keys):
        marks[index] = marks[index] or (None if key else "empty") or rule_of(key, "any")
    _mark_promo(keys, marks)
    _mark_names(keys, marks)
    _mark_foot(prose, keys, marks)
    _mark_head(lines, prose, keys, marks, fold(title))
    return marks


def drop_boilerplate(lines: list[str], title: str) -> tuple[list[str], list[Removal]]:
    """The lines that are text, unaltered and in order, and what each rule removed."""
    return split_marked(lines, mark_boilerplate(lines, title))


def split_marked(lines: list[str], marks: list[str | None]) -> tuple[list[str], list[Removal]]:
    """The lines without a mark, and how many characters left under each."""
    kept = [line for line, mark in zip(lines, marks, strict=True) if mark is None]
    chars: Counter[str] = Counter()
    for line, mark in zip(lines, marks, strict=True):
        if mark:
            chars[mark] += len("".join(line.split()))
    return kept, [Removal(rule, count) for rule, count in chars.items()]


def _mark_cut(
    lines: list[str], prose: list[bool], keys: list[str], marks: list[str | None]
) -> None:
    """Mark the heading of a related list and what follows, if most of the text is above it."""
    sizes = [len(line) * one for line, one in zip(lines, prose, strict=True)]
    above, total = 0, sum(sizes)
    for index, key in enumerate(keys):
        if above and total - above <= CUT_SHARE * total and (group := rule_of(key, "cut")):
            marks[index:] = [group] * (len(lines) - index)
            return
        above += sizes[index]


def _mark_farm(keys: list[str], marks: list[str | None]) -> None:
    """Mark a trailing `甲县|乙市|…`: the link farm of a hijacked copy, its links stripped."""
    items = 0
    start = len(keys)
    while start and (part := keys[start - 1].split("|")) and all(map(_is_place, part)):
        items += len(part)
        start -= 1
    if items >= FARM_LEAST and any("|" in key for key in keys[start:]):
        marks[start:] = ["link-farm"] * (len(keys) - start)


def _is_place(item: str) -> bool:
    return not item or FARM_ITEM.fullmatch(item) is not None


LABELLED = ("editor", "credits", "source")
NAMES = re.compile(r"[\u4e00-\u9fff·、]{2,12}")
PROMO_TAIL = re.compile(r"(?:官方)?(?:微信公众号|微信|微博|客户端|官方网站|抖音|视频号)")
PROMO_NAME = re.compile(r"[^，。；：:]{2,12}(?:网|报|社|台|中心|在线|先锋|发布|传媒|融媒|客户端)")


def _mark_promo(keys: list[str], marks: list[str | None]) -> None:
    """Mark the name of a medium in the line above `微信公众号` or `官方微博`."""
    for index, key in enumerate(keys[1:], 1):
        above = index - 1
        while above > 0 and not keys[above]:
            above -= 1
        if PROMO_TAIL.fullmatch(key) and PROMO_NAME.fullmatch(keys[above]):
            marks[above] = marks[index] = "promo"


def _mark_names(keys: list[str], marks: list[str | None]) -> None:
    """Mark the names in the line below a label that stands alone (`责任编辑：`)."""
    for index, key in enumerate(keys[1:], 1):
        above = marks[index - 1]
        if above in LABELLED and keys[index - 1].endswith(("：", ":")) and NAMES.fullmatch(key):
            marks[index] = marks[index] or above


def _mark_foot(prose: list[bool], keys: list[str], marks: list[str | None]) -> None:
    for index in range(len(keys) - 1, -1, -1):
        if marks[index]:
            continue
        marks[index] = rule_of(keys[index], "foot", "edge")
        if not marks[index] and prose[index]:
            return


def _mark_head(
    lines: list[str], prose: list[bool], keys: list[str], marks: list[str | None], title: str
) -> None:
    for index in range(min(len(lines), HEAD_LINES)):
        if marks[index]:
            continue
        if title and fold(lines[index]) == title and not _is_document_head(keys, index):
            marks[index] = "title"
            continue
        if _is_cut_copy(lines, index):
            marks[index] = "second-copy"
            continue
        if not _is_numbered(keys, index):
            marks[index] = rule_of(keys[index], "head", "edge")
        if not marks[index] and prose[index]:
            return


def _is_numbered(keys: list[str], index: int) -> bool:
    """Whether the line is the number of a section (01): the next number follows below."""
    key = keys[index]
    return key.isdecimal() and str(int(key) + 1).zfill(len(key)) in keys[index + 1 :]


def _is_cut_copy(lines: list[str], index: int) -> bool:
    """Whether the line is the beginning of a paragraph right below it, cut off with an ellipsis."""
    if not lines[index].endswith(("...", "…")):
        return False
    text = fold(LEAD.sub("", lines[index]))
    return len(text) >= COPY_LEAST and any(
        fold(line).startswith(text) for line in lines[index + 1 : index + 4]
    )


def _is_document_head(keys: list[str], index: int) -> bool:
    """Whether the heading opens an official document: its number stands right below it."""
    return any(DOCUMENT_NUMBER.fullmatch(key) for key in keys[index + 1 : index + 3])
