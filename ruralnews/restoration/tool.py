"""The annotating tool undone: annotations, shifted stretches, control bytes, conversion."""

from __future__ import annotations

import re
from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

from ruralnews.restoration.annotations import BRACKET, CUT_BRACKET
from ruralnews.restoration.gate import CONTROL
from ruralnews.restoration.moves import DOT, LOST_BLANK, QUOTES, opened_behind
from ruralnews.restoration.realign import Realigner
from ruralnews.restoration.simplify import simplify, simplify_steps
from ruralnews.restoration.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.restoration.annotations import Annotation
    from ruralnews.restoration.gate import Damage
    from ruralnews.restoration.realign import Region

ANNOTATION, CONTROL_BYTES, SLIP = "annotation", "control-bytes", "slip"
LOST, UNRESOLVED, DOUBLED = "lost-character", "unresolved", "doubled-mark"
INDENTATION = "indentation"
# Below this share of the best reading among all, a repair is marked as uncertain.
CERTAIN = 0.9
# The variant sets a blank behind each annotation that stands before a character; others none.
BLANK_SHARE = 0.5
POSITION = attrgetter("position")
# A middleman of one variant set a comma before nearly every mark; people write some ",,".
COMMA = re.compile("[,，](?=[,，、。])")
MARK = re.compile("[,，、。]")
MIN_COMMAS, COMMA_SHARE = 5, 0.3
# No-break and em spaces, which the code page lacks: before a paragraph, or alone in a line.
INDENT = re.compile("^[?](?:[?]+[ \u3000]+|$)", re.MULTILINE)
# Right before the first character they look like lost bytes, but not in line after line.
INDENTS = re.compile("^[?](?:[?]+[ \u3000]*|$)", re.MULTILINE)
INDENTED = re.compile("^[?]{2,4}(?=[\u4e00-\u9fff“（])", re.MULTILINE)
MIN_INDENTED = 3


def tool_steps(text: str, annotations: list[Annotation], damage: Damage) -> list[Step]:
    """The steps that undo the tool's work, by position."""
    indent = INDENTS if len(INDENTED.findall(text)) >= MIN_INDENTED else INDENT
    steps = [
        *_annotations(text, annotations),
        *_runs(CONTROL, text, CONTROL_BYTES, "set before marks by the tool"),
        *_runs(indent, text, INDENTATION, "spaces that the code page lacks"),
        *_doubled(text),
        *simplify_steps(text, phrase=damage.phrase),
    ]
    steps.sort(key=POSITION)
    for slip in _slips(text, annotations, damage, indent):
        end = slip.position + len(slip.before)
        first, last = (bisect_left(steps, at, key=POSITION) for at in (slip.position, end))
        steps[first:last] = [slip]
    return steps


def _annotations(text: str, annotations: list[Annotation]) -> Iterator[Step]:
    """A step that drops each annotation, with the blank that one variant sets behind it."""
    blanks = sum(text[note.end : note.end + 1] == " " for note in annotations)
    spaced = blanks >= BLANK_SHARE * len(annotations)
    for note in annotations:
        end = note.end + (spaced and text[note.end : note.end + 1] == " ")
        before = text[note.start : end]
        yield Step(ANNOTATION, note.start, before, "", f"the pinyin of {note.key}")


def _runs(pattern: re.Pattern[str], text: str, kind: str, reason: str) -> list[Step]:
    """A step that drops each match."""
    return [Step(kind, run.start(), run[0], "", reason) for run in pattern.finditer(text)]


def _doubled(text: str) -> list[Step]:
    """The commas before other marks, where there are too many for slips of the pen."""
    commas = _runs(COMMA, text, DOUBLED, "a comma before another mark, again and again")
    if len(commas) < MIN_COMMAS or len(commas) < COMMA_SHARE * len(MARK.findall(text)):
        return []
    return commas


def _slips(
    text: str, annotations: list[Annotation], damage: Damage, indent: re.Pattern[str]
) -> Iterator[Step]:
    """The shifted stretches and their readings."""
    realigner = Realigner(text, annotations, damage)
    behind, opened, seen = "", "", 0
    at = _next_mark(text, 0, indent)
    while at >= 0:
        behind = (behind + _untouched(text, seen, at))[-BEHIND:]
        opened = quotes_open(opened, text[seen:at])
        region, end = realigner.solve(at, behind, opened)
        seen = at
        if region is not None:
            behind = (behind + region.text)[-BEHIND:]
            opened, seen = quotes_open(opened, region.text), region.end
            yield _slip(text, region)
        elif UNREAD.match(text, at):
            yield Step(UNRESOLVED, at, "?", "?", NO_SENSE, certain=False)
        at = _next_mark(text, max(end, at + 1), indent)


def _next_mark(text: str, at: int, indent: re.Pattern[str]) -> int:
    """Where the next `?` stands that is no indentation; -1 for none."""
    at = text.find("?", at)
    while at >= 0 and (spaces := indent.match(text, at)):
        at = text.find("?", spaces.end())
    return at


NO_SENSE = "no reading makes sense"
DOT_LACKED = "between parts of a foreign name; the code page lacks some dots"
# A lost byte all the same: a bracket it cut, or pairs without a character not far behind it.
UNREAD = re.compile(f"{CUT_BRACKET.pattern}|\\?[^\n?]{{0,40}}[\ue000-\uf8ff]")
# As many characters as a search wants to know, and where they stand with their annotations.
BEHIND, LOOK_BACK = 4, 24
QUOTED = re.compile(f"[\n{''.join(QUOTES)}]")


def quotes_open(opened: str, text: str) -> str:
    """The quotation marks open behind a text; a line feed closes all."""
    for mark in QUOTED.findall(text):
        opened = opened_behind(opened, mark) if mark != "\n" else ""
    return opened


def _untouched(text: str, start: int, end: int) -> str:
    """The last characters between two places, without what the tool put between them."""
    return CONTROL.sub("", BRACKET.sub("", text[max(start, end - LOOK_BACK) : end]))


def _slip(text: str, region: Region) -> Step:
    """The step of one shifted stretch; it stays as it is where no reading makes sense."""
    before = text[region.start : region.end]
    if not region.readable:
        return Step(UNRESOLVED, region.start, before, before, NO_SENSE, certain=False)
    if region.lost:
        reason = "shifted by one byte; what stands as ? was swallowed"
        return Step(LOST, region.start, before, simplify(region.text), reason, certain=False)
    if before == "?" and region.text == DOT:
        return Step(SLIP, region.start, before, DOT, DOT_LACKED, certain=False)
    if LOST_BLANK in region.text:
        reason = "shifted by one byte; what was swallowed is most likely a blank"
        plain = simplify(region.text).replace(LOST_BLANK, " ")
        return Step(SLIP, region.start, before, plain, reason, certain=False)
    certain = region.chance >= CERTAIN
    reason = f"shifted by one byte; {region.chance:.0%} of the readings' weight"
    return Step(SLIP, region.start, before, simplify(region.text), reason, certain)
