"""Printed labels: where 来源：, 责任编辑： and the like stand in a text and what they label.

The table of labels is `data/labels.tsv`. A label is recognised by the mark behind it, so the cost
is that of finding the marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ruralnews.extraction.persons import is_person
from ruralnews.extraction.tables import read_table, read_words

LABELS = {label: (field, marks) for label, field, marks, *_ in read_table("labels.tsv")}
LONGEST = max(map(len, LABELS))
ENDINGS = frozenset(label[at:] for label in LABELS for at in range(len(label)))
"""What may still become a label when more is read to the left."""
MARK = re.compile(
    r"(?=[：:∶︰/／丨︱｜|┃\u2063\-–—来发转摘责编审校监初复终每])"
    r"(?:[：:∶︰]|[/／丨︱｜|┃\u2063]|(?<=[ \u3000])[-–—](?=[ \u3000])"
    r"|来源于|发布于|发表于|(?:转自|转载自|摘自)(?=《)"
    r"|(?:责任编辑|责编|每经编辑|(?<![^\n \u3000【（(\[])(?:编辑|审核|校对|审校|监制|[初复终]审))"
    r"(?=[ \u3000]+(?P<name>[\u4e00-\u9fff]{2,4})(?:[ \u3000\u2063】）)\]|/、\n]|$)))"
)
"""A colon, a bar, a dash between blanks, the edge of an element, or a label that needs none. What
they begin with is said in front: it rules out most characters at once, a sixth of the time."""
COLONS = "：:∶︰"
BLANKS = " \u00a0\u3000\u2002\u2003\t\n"
BEFORE = re.compile(rf"[{BLANKS}]*$")
BACK = LONGEST * 3
"""Characters looked back from a mark: labels are set with blanks in them (`来　　源：`)."""
BOXED = re.compile(r"[\[【]([\u4e00-\u9fff]{2,4})[\]】](?![：:])")
LOOSE = frozenset(read_words("loose-label"))
"""Labels that are everyday words too: they count only at the start of a phrase."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label in a text."""

    start: int
    end: int
    """Behind the mark: where the value starts."""
    name: str
    """Without the blanks it was set with."""
    field: str
    """source, author, editor, credit, published, updated, written, agency, title, …"""
    marked: bool = True
    """Whether a colon or a bar stands behind it."""


def find_labels(text: str) -> list[Label]:
    """The labels in `text`, in order; of several that end at one mark the longest counts."""
    found: list[Label] = []
    for match in MARK.finditer(text):
        bare = match.end() - match.start() > 1
        if match["name"] and not is_person(match["name"]):
            continue
        end = match.end() if bare else match.start()
        mark = "_" if bare else ":" if match[0] in COLONS else "/"
        label = _label_before(text, end, found[-1].end if found else 0, glued=mark == ":")
        if label is None:
            continue
        start, name = label
        if found and start == found[-1].end and f"{found[-1].name}/{name}" in LABELS:
            # 文/图：张甲 is one label.
            name = f"{found[-1].name}/{name}"
            start = found.pop().start
        field, marks = LABELS[name]
        if mark in marks:
            found.append(Label(start, match.end(), name, field, not bare))
    return found


def _label_before(text: str, end: int, floor: int, *, glued: bool) -> tuple[int, str] | None:
    """Start and name of the longest label that ends at `end`, blanks inside it forgiven.

    `glued` allows a word right in front of it.
    """
    name = ""
    best = None
    for at in range(end - 1, max(floor, end - BACK) - 1, -1):
        character = text[at]
        if character in BLANKS:
            if character == "\n" and name:
                break
            continue
        name = character + name
        if name not in ENDINGS:
            break
        if name not in LABELS:
            continue
        if (glued and name not in LOOSE) or at == floor or not text[at - 1].isalnum():
            best = at, name
    return best


def unboxed(text: str) -> str:
    """`text` with a colon for the brackets around a label, as long as before: `[来源] 甲`."""

    def marked(match: re.Match[str]) -> str:
        return f" {match[1]}：" if match[1] in LABELS else match[0]

    return BOXED.sub(marked, text)
