"""The info bar (信息栏): the lines around the headline that say when, where from and by whom.

It is read by label and not by element, because every portal cuts it up differently.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from ruralnews.extraction.boilerplate import line_key, rule_of
from ruralnews.extraction.dates import PrintedDate, find_dates
from ruralnews.extraction.labels import BLANKS, LABELS, Label, find_labels, unboxed
from ruralnews.extraction.nodes import attribute
from ruralnews.extraction.persons import HAN, PAIR, is_organisation, is_person
from ruralnews.extraction.tables import read_patterns
from ruralnews.extraction.values import (
    CONTRIBUTED,
    EDGE,
    PERSONS,
    TABLE_TAGS,
    filled,
    find_addresses,
    link_ends,
    source_end,
    value_span,
)
from ruralnews.extraction.walk import SPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ruralnews.extraction.walk import Line

TOOLS = read_patterns("tools.tsv")
"""Tools beside the bar: a value ends before them and they are no value themselves."""
VALUE_EDGE = BLANKS + "：:|丨︱｜/／·，,;；、[]【】()（）「」〔〕>»\ue5c2"
BESIDE = 20
"""Characters without label in one phrase on the line of a bar's date; more of them are text about
a day, e.g. the line that says which session passed a law."""
BESIDE_LINE = 50
"""The same for all phrases of the line."""
NEIGHBOUR = 30
"""Characters of a line beside that of the date which may name the source."""
SENTENCE = re.compile("[，。；！？]")
TODAY = re.compile(r"星期.{1,20}℃|今天是|现在是|当前(?:时间|日期)|欢迎(?:您|访问|光临|来到|进入)")
"""A line with the day on which the page is read."""
PROMOTION = ("promo", "qr", "share", "pager")
SOURCE_NAME = re.compile(r"source|media|origin|laiyuan|author|account", re.IGNORECASE)
LONGEST_LINE, LONGEST_BAR = 2_000, 10_000
"""Characters; on the saved pages (2026-11) the longest line with a label has 205."""
LONGEST_VALUE = 60
"""Characters; the longest source on the saved pages has 25, a list of authors 50."""
TIME_ALONE = re.compile(
    r"(?=[\d刚昨前])(?:(?:\d{1,2}[月/-]\d{1,2}日?\s*)?\d{1,2}[:：]\d\d(?:[:：]\d\d)?"
    r"|\d{1,2}月\d{1,2}日(?=\s|$)|\d{1,2}\s*(?:分钟|小时|天|周|个月)前|刚刚|昨天|前天)"
)
"""What stands in a bar instead of a date: without a year, or told from now."""
PARTING = re.compile(r"[|丨︱｜\u3000\u00a0/／>»]+|\s{2,}|(?:^|\s)·|·(?=\s|$)")
WORD = re.compile(r"\w{2}")
CLOSING = frozenset("）)】]")
PRIVATE = re.compile(r"[\ue000-\uf8ff\ufeff\u2063]+")
"""Icon fonts, and the mark below."""
OPENS_BYLINE = re.compile(r"[^\s\u2063]{0,12}(?:记者|通讯员)[\s/／|｜丨:：]")
MEETING = re.compile(rf"{EDGE}(?<=\w{EDGE})\w")
ONE_MORE = re.compile(rf"[{HAN}](?!\w)")
EDGED_LINE = 200
FIRST_TEXTS = 40
"""Characters of a line, and pieces of text in its element, that are looked at for such edges."""


@dataclass(frozen=True, slots=True)
class Value:
    """A labelled value."""

    label: Label
    text: str
    """Stripped; may be empty: an empty label says that the page has no such value."""


@dataclass(slots=True)
class Bar:
    """What a run of lines says."""

    values: list[Value] = field(default_factory=list)
    dates: list[tuple[str | None, PrintedDate, str]] = field(default_factory=list)
    """The field of the label in front (None: no label), the date, its printed text."""
    beside: list[str] = field(default_factory=list)
    """Unlabelled phrases on the line of an accepted date or between the headline and it."""

    text: str = ""
    """All lines, one below the other."""

    def first(self, name: str) -> list[Value]:
        """The filled values of one field, in order."""
        return [value for value in self.values if value.label.field == name and value.text]


def read_bar(lines: Sequence[Line], *, labelled: bool = False) -> Bar:
    """What `lines` say, in their order; with `labelled` only what has a label."""
    lines = [_marked(_edged(line) if line.joined else line) for line in _bounded(lines)]
    text = "\n".join(line.text for line in lines)
    labels = find_labels(text)
    bar = Bar(text=text)
    if labelled and not labels:
        return bar
    dates = find_dates(text)
    links = link_ends(lines) if labels else {}
    taken = [(date.start, date.end) for date in dates]
    taken += find_addresses(text)
    for number, label in enumerate(labels):
        after = labels[number + 1].start if number + 1 < len(labels) else len(text)
        start, end = value_span(text, label, after, lines)
        end = min(end, links.get(filled(text, start), end)) if label.field == "source" else end
        if label.field not in ("published", "updated", "written"):
            end = min([end, *(date.start for date in dates if date.start >= label.end)])
        if label.field == "source":
            end = source_end(text, start, end, close=label.name not in CONTRIBUTED)
        taken.append((label.start, max(end, label.end)))
        value = tidy(text[start:end])
        if not value and label.field == "source":
            value = _pictured(lines[text.count("\n", 0, label.end)])
        bar.values.append(Value(label, value))
    if not dates and (labelled or not TIME_ALONE.search(text)):
        return bar
    characters = [] if labelled else _without(text, taken, lines)
    rows = "".join(characters).split("\n") if characters else []
    for date in dates:
        said = _label_of(date, labels, text)
        number = text.count("\n", 0, date.start)
        short = rows and _is_short(rows[number])
        if said or (short and not TODAY.search(lines[number].text)):
            bar.dates.append((said, date, text[date.start : date.end].replace(EDGE, " ")))
    bar.beside = _beside(characters, text, lines, bar) if characters else []
    return bar


def _bounded(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines up to the size of a bar, giant ones left out: to read them costs its square."""
    size = 0
    for line in lines:
        if len(line.text) <= LONGEST_LINE:
            size += len(line.text) + 1
            if size > LONGEST_BAR:
                return
            yield line


def _marked(line: Line) -> Line:
    """The line with the colons that a table and brackets leave out."""
    if "[" in line.text or "【" in line.text:
        line = line._replace(text=unboxed(line.text))
    if line.block.tag in TABLE_TAGS and "".join(line.text.split()) in LABELS:
        return line._replace(text=f"{line.text}：")
    return line


def _edged(line: Line) -> Line:
    """The line with an edge mark in its text where two elements meet without a blank."""
    text = line.text
    if len(text) > EDGED_LINE:
        return line
    nodes = line.block.node.traverse(include_text=True)
    pieces = list(islice((part for node in nodes if (part := node.text_content)), FIRST_TEXTS))
    if not MEETING.search(EDGE.join(pieces)):
        return line
    marks = _meetings(text, pieces)
    if marks:
        labels = find_labels(text)
        marks = [mark for mark in marks if not _parts_a_word(text, mark, labels)]
    if not marks:
        return line
    for mark in reversed(marks):
        text = text[:mark] + EDGE + text[mark:]
    links = (
        link._replace(
            start=link.start + bisect_right(marks, link.start),
            end=link.end + bisect_left(marks, link.end),
        )
        for link in line.links
    )
    return line._replace(text=text, links=tuple(links))


def _meetings(text: str, pieces: Iterable[str]) -> list[int]:
    """Where two of the pieces that the text was made of meet without a blank."""
    marks: list[int] = []
    at = 0
    for piece in pieces:
        words = piece.strip()
        if at >= len(text):
            # What follows stands in other lines.
            break
        if not words:
            continue
        start = at + 1 if text[at : at + 1] == " " else at
        if words[0] != text[start : start + 1] or not text.startswith(
            words := SPACE.sub(" ", words), start
        ):
            # A piece of another line, or folded otherwise.
            marks, at = [], 0
            continue
        if start == at and at and text[at - 1].isalnum() and words[0].isalnum():
            marks.append(at)
        at = start + len(words)
    return marks


def _parts_a_word(text: str, at: int, labels: list[Label]) -> bool:
    """Whether an element begins inside a label, or inside a name.

    责任编<b>辑：</b>, 作者：李<b>晓东</b>, 作者：李晓<b>东</b>: no value is a single character, and
    no name of two has another single one behind it.
    """
    for label in labels:
        if label.start < at < label.end:
            # 青禾发布<b>时间：</b> is no 发布时间.
            return not any(one.start == 0 for one in find_labels(text[at : label.end]))
        value = text[label.end : at].strip()
        alone = len(value) == 1 and value.isalpha()
        cut = label.field in PERSONS and len(value) == PAIR and ONE_MORE.match(text, at)
        if alone or (cut and is_person(value)):
            return True
    return False


def _pictured(line: Line) -> str:
    """The medium whose name is set as a picture on the line; empty when there is none."""
    names = [attribute(image, "alt").strip() for image in line.block.node.css("img")]
    return names[0] if len(names) == 1 and is_organisation(names[0]) else ""


def _is_short(row: str) -> bool:
    """Whether the phrases beside a date are those of a bar and no text about that day."""
    sizes = [len(re.sub(r"\W", "", phrase)) for phrase in re.split(r"[\s|丨｜·\u2063]+", row)]
    return max(sizes) <= BESIDE and sum(sizes) <= BESIDE_LINE


def tidy(value: str) -> str:
    """`value` without tools, icons and the marks that part it from its neighbours."""
    value = PRIVATE.sub(" ", value)
    tool = TOOLS.search(value)
    if tool:
        value = value[: tool.start()]
    value = _within(value).strip(BLANKS).lstrip(VALUE_EDGE)
    while value and value[-1] in VALUE_EDGE and not _closes(value):
        value = value[:-1].rstrip(BLANKS)
    return value if len(value) <= LONGEST_VALUE else ""


def _within(value: str) -> str:
    """`value` up to the end of the bracket that its label stands in: `（编辑：甲）返回首页`."""
    depth = 0
    if CLOSING.isdisjoint(value):
        return value
    for at, character in enumerate(value):
        if character in "（(【[":
            depth += 1
        elif character in CLOSING:
            depth -= 1
            if depth < 0:
                return value[:at]
    return value


def _closes(value: str) -> bool:
    """Whether the last character closes a bracket that the value opened."""
    opening = {")": "(", "）": "（", "】": "【", "]": "["}.get(value[-1])
    return bool(opening and opening in value)


def _label_of(date: PrintedDate, labels: list[Label], text: str) -> str | None:
    """The field of the label right in front of `date`."""
    before = [label for label in labels if label.end <= date.start]
    if not before:
        return None
    between = text[before[-1].end : date.start]
    return before[-1].field if not between.strip(BLANKS + "[【(（:：") else None


def _beside(characters: list[str], text: str, lines: Sequence[Line], bar: Bar) -> list[str]:
    """Phrases without a label around the first good date, the nearest first.

    Behind it, before it, then the lines between the headline and it, then the line below.
    """
    good = [
        (date.start, date.end)
        for label, date, _ in bar.dates
        if label not in ("updated", "written")
    ]
    good = good or [match.span() for match in TIME_ALONE.finditer(text)]
    if not good:
        return []
    start, end = good[0]
    last = text.count("\n", 0, end)
    behind = "".join(characters[end:]).split("\n")
    before = "".join(characters[:start]).split("\n")
    first = len(before) - 1
    rows = [(row, lines[at]) for at, row in reversed(list(enumerate(before[:first])))]
    rows += [(row, lines[last + 1]) for row in behind[1:2]]
    # A line whose class says source or author goes before its neighbours.
    rows.sort(key=lambda row: not SOURCE_NAME.search(row[1].block.get("class")))
    near = [*_phrases(behind[0]), *_phrases(before[first])[::-1]]
    # On the line itself a medium goes before what may be a pen name, or the account's place.
    phrases = [
        sorted(
            near, key=lambda phrase: phrase[-1] in "省市县区乡镇村" or not is_organisation(phrase)
        )
    ]
    phrases += [_phrases(row) for row, line in rows if _may_name(line.text)]
    return [phrase for row in phrases for phrase in row]


def _may_name(text: str) -> bool:
    """Whether a line beside that of the date may name the source.

    点击上方蓝字 does not, nor does 主持人 甲：, who speaks in the next line.
    """
    if SENTENCE.search(text) or OPENS_BYLINE.match(text) or text.endswith(("：", ":")):
        return False
    return len(text) <= NEIGHBOUR and rule_of(line_key(text), "any") not in PROMOTION


def _without(text: str, spans: list[tuple[int, int]], lines: Sequence[Line]) -> list[str]:
    """The characters of `text`, the spans blanked out and a mark at both edges of each link."""
    characters = list(text)
    for start, end in spans:
        for at in range(start, end):
            if characters[at] != "\n":
                characters[at] = "|"
    at = 0
    for line in lines:
        for link in line.links:
            around = line.text[link.start - 1 : link.start] + line.text[link.end : link.end + 1]
            if "tag" in attribute(link.node, "rel") or around == "【】":
                # The categories of a post, the tools of the page.
                characters[at + link.start : at + link.end] = "|" * (link.end - link.start)
            for edge in {at + link.start, at + link.end} - {len(text)}:
                characters[edge] = "|" + characters[edge]
        at += len(line.text) + 1
    return characters


def _phrases(text: str) -> list[str]:
    parts = PARTING.split(PRIVATE.sub("|", text))
    return [value for part in parts if part and WORD.search(value := tidy(part))]
