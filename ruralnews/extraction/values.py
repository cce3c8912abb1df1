"""Where the value of a label ends: at its link, at the next element, before a byline.

A bar is one text with the labels in it; what stands between two labels is often more than a value.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from ruralnews.extraction.labels import BLANKS, Label
from ruralnews.extraction.persons import HAN, is_name, is_organisation, is_person, split_people
from ruralnews.extraction.tables import read_table, read_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ruralnews.extraction.walk import Line

EDGE = "\u2063"
"""What parts two words that stand in elements of their own without a blank: the style sheet sets
them apart (`<span>甲报</span><span>张乙</span>`)."""
TABLE_TAGS = frozenset(("td", "th", "dt", "dd"))
PERSONS = frozenset(("editor", "author", "credit"))
UNKNOWN = re.compile(rf"[\s{EDGE}/／|｜丨；;，,。]\s*[{HAN}]{{2,6}}\s*[：:]")
GAP = re.compile(rf"[\u3000\u00a0{EDGE}]+|\s+")
BRACKETED = re.compile(r"[\[【].*", re.DOTALL)
JOINING = tuple("-－—–·・《(（")
"""What goes on with the name of a medium."""
CONTRIBUTED = ("供稿", "来稿")
"""Labels of who sent the text in: an office, or the office's man."""
BYLINE = re.compile(r"(?:记者|通讯员|评论员|实习生)(?!站|协会|部)|^[□◎■●]")
PLACES = frozenset(read_words("place")) | {
    name for _, names in read_table("places.tsv") for name in names.split()
}
"""Places that look like names (安徽, 常州); accounts print theirs behind the source."""

ADDRESS = re.compile(
    r"(?=[\w-])(?:(?:https?://|www\.)[\w./?=&%:-]+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}\b)", re.ASCII
)
"""The portal's own address beside the date."""


def link_ends(lines: Sequence[Line]) -> dict[int, int]:
    """Where each link of the lines ends, by where it starts, in their joined text.

    A link that goes on as a word (`<a>甲</a>日报`, `<a>甲网</a>-<a>乙报</a>`) is left out.
    """
    ends = {}
    at = 0
    for line in lines:
        for link in line.links:
            behind = line.text[link.end : link.end + 1]
            if link.end - link.start > 1 and not (behind.isalnum() or behind.startswith(JOINING)):
                ends[at + link.start] = at + link.end
        at += len(line.text) + 1
    return ends


def filled(text: str, at: int) -> int:
    """The first character of `text` from `at` on that is no blank."""
    return len(text) - len(text[at:].lstrip(BLANKS))


def value_span(text: str, label: Label, after: int, lines: Sequence[Line]) -> tuple[int, int]:
    """Where the value of `label` stands: the rest of its line, or the next cell of its row."""
    end = text.find("\n", label.end)
    end = len(text) if end < 0 else end
    if end >= after:
        return label.end, _before_unknown(text, label, after)
    if text[label.end : end].strip(BLANKS + ":：") or end + 1 >= len(text):
        return label.end, _before_unknown(text, label, end)
    number = text.count("\n", 0, label.end)
    cell, value = lines[number].block, lines[number + 1].block
    people = split_people(lines[number + 1].text) if label.field in PERSONS else []
    person = bool(people) and all(map(is_person, people))
    mates = cell.parent is value.parent and cell is not value
    inside = any(ancestor is cell for ancestor in islice(value.ancestors(), 2))
    if (cell.tag in TABLE_TAGS and value.tag in TABLE_TAGS and mates) or (
        person and (mates or inside)
    ):
        stop = text.find("\n", end + 1)
        return end + 1, min(len(text) if stop < 0 else stop, max(after, end + 1))
    return label.end, end


def source_end(text: str, start: int, end: int, *, close: bool) -> int:
    """The end of a source: before the next element, and before a byline set off by blanks.

    `close`: one blank may part them.
    """
    for gap in GAP.finditer(text, start, end):
        before = text[start : gap.start()].rstrip("|｜丨" + BLANKS).lstrip(BLANKS)
        behind = BRACKETED.sub("", text[gap.end() : end]).split()
        person = behind and (
            (is_person(behind[0]) and behind[0] not in PLACES) or BYLINE.search(behind[0])
        )
        if not close and is_name("".join(before.split())):
            # 供稿：张甲　李乙
            continue
        if gap[0] == " " and not (close and is_organisation(before)):
            continue
        if len(before) > 1 and (EDGE in gap[0] or person):
            return gap.start()
    return end


def _before_unknown(text: str, label: Label, end: int) -> int:
    """The end of a name's value: before a label that no table knows (甲 / 编发：乙)."""
    if label.field not in PERSONS:
        return end
    unknown = UNKNOWN.search(text, label.end, end)
    return unknown.start() if unknown else end


def find_addresses(text: str) -> list[tuple[int, int]]:
    """Where the addresses of portals stand; a text without a dot has none."""
    found = ADDRESS.finditer(text) if "." in text or "://" in text else ()
    return [match.span() for match in found if any(map(str.isalpha, match[0]))]
