"""Restoration of a parsed page: the text changes, the markup stays.

All text of the page is laid side by side as one text, one line for each block and attribute, so
that evidence counts over the whole page and a repair may reach over inline tags. The steps are
then carried out on the strings they fall into; a step that reaches over several leaves its
result in the first.
"""

from __future__ import annotations

import re
from heapq import nlargest
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from ruralnews.errors import ExtractionError
from ruralnews.reasons import Reason
from ruralnews.restoration.furniture import FARM
from ruralnews.restoration.mojibake import BEYOND, MOJIBAKE
from ruralnews.restoration.restore import restore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from ruralnews.restoration.steps import Step

# Elements that do not end a line of text.
INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em"),
        *("font", "i", "ins", "kbd", "label", "mark", "o:p", "q", "rb", "rp", "rt", "rtc", "ruby"),
        *("s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr"),
    )
)
NO_TEXT = frozenset(("script", "style", "noscript", "template"))
# A script of this type holds the metadata of the article.
DATA = "application/ld+json"
# No text has a use for them.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Attributes that are read by people or hold metadata.
ATTRIBUTES = ("content", "title", "alt", "value", "placeholder", "label", "summary")

MOST_MENDED = 3
"""Strings of a page that a report may show: the longest tell most."""


class Slot(NamedTuple):
    """One string of the tree."""

    node: LexborNode
    """A text, or the element of an attribute."""
    attribute: str
    """Its name; empty for a text."""
    start: int
    """Where the string begins in the page's text."""
    text: str
    """The string."""

    def put(self) -> None:
        """Give the string to its place in the tree."""
        text = FORBIDDEN.sub("", self.text)
        if self.attribute:
            self.node.attrs[self.attribute] = text
        else:
            self.node.replace_with(text)


class Mended(NamedTuple):
    """What the restoration of a page did."""

    steps: tuple[Step, ...] = ()
    strings: tuple[tuple[str, str], ...] = ()
    """Strings of the page before and after, the longest first; at most MOST_MENDED."""


def restore_tree(root: LexborNode) -> tuple[Step, ...]:
    """The steps of `mend_tree`."""
    return mend_tree(root).steps


def mend_tree(root: LexborNode) -> Mended:
    """The steps that restored the text and attributes of a page in place, and some strings.

    Positions count in the page's text as `page_text` lays it out; () on a healthy page.

    Raises:
        ExtractionError: with Reason.TEXT_BEYOND_REPAIR, where the original is lost.
    """
    text, originals = page_text(root)
    slots = originals
    made: list[Step] = []
    for _turn, group in groupby(restore(text).steps, key=attrgetter("turn")):
        steps = list(group)
        _refuse(steps)
        # Links that were planted are for the extraction to judge: it knows where they lead.
        steps = [step for step in steps if step.step != FARM or not _in_links(step, slots)]
        slots = _carry_out(steps, slots)
        made += steps
    strings: list[tuple[str, str]] = []
    for slot, before in zip(slots, originals, strict=True):
        if slot.text != before.text:
            slot.put()
            strings.append((before.text, slot.text))
    longest = nlargest(MOST_MENDED, strings, key=lambda pair: len(pair[0]))
    return Mended(tuple(made), tuple(longest))


# A tag, not of a paragraph or inside one, whose `<` the last byte of mojibake swallowed. Of 113
# saved pages read as GBK whole, 49 gave records, all with three such tags and more, 19 with a wrong
# title, 2026-11.
SPLIT = re.compile(r"\?/?(?!(?:p|br|span|strong|b|em|font|i|u)\b)\w[^<>]*>$", re.IGNORECASE)
MAX_SPLIT = 2


def _refuse(steps: list[Step]) -> None:
    """Raise where the original is lost."""
    split = sum(step.step == MOJIBAKE and SPLIT.search(step.before) is not None for step in steps)
    if split > MAX_SPLIT:
        raise ExtractionError(
            Reason.TEXT_BEYOND_REPAIR,
            f"UTF-8 read as GBK swallowed the first character of {split} tags, so nobody knows "
            f"where a part of the page ends; fetch the page from its publisher",
        )
    lost = sum(step.step == BEYOND for step in steps)
    if lost:
        raise ExtractionError(
            Reason.TEXT_BEYOND_REPAIR,
            f"{lost} stretches of the page read 锟斤拷, which stands for bytes that were thrown "
            f"away; fetch the page from its publisher",
        )


def page_text(root: LexborNode) -> tuple[str, list[Slot]]:
    """The text of a page, and the strings it was put together from."""
    parts: list[str] = []
    slots: list[Slot] = []
    length = 0
    for node, attribute, text in [*_texts(root), *_attributes(root)]:
        if node is not None:
            slots.append(Slot(node, attribute, length, text))
        parts.append(text)
        length += len(text)
    return "".join(parts), slots


def _texts(root: LexborNode) -> Iterator[tuple[LexborNode | None, str, str]]:
    """(text node, "", its text) in page order; (None, "", line feed) at the edges of blocks."""
    edge: tuple[None, str, str] = None, "", "\n"
    around: list[LexborNode] = []
    node: LexborNode | None = root
    while node is not None or around:
        if node is None:
            ended = around.pop()
            if ended.tag not in INLINE:
                yield edge
            node = ended.next if around else None
        elif node.is_element_node:
            if node.tag not in INLINE:
                yield edge
            around.append(node)
            read = node.tag not in NO_TEXT or node.attributes.get("type") == DATA
            node = node.first_child if read else None
        else:
            if text := node.text_content:
                yield node, "", text
            node = node.next


def _attributes(root: LexborNode) -> Iterator[tuple[LexborNode | None, str, str]]:
    """(element, attribute, value), each on its own line."""
    for element in root.traverse():
        said = element.attributes
        for name in ATTRIBUTES:
            value = said.get(name)
            if value and not value.isascii():
                yield None, "", "\n"
                yield element, name, value


def _carry_out(steps: Iterable[Step], slots: list[Slot]) -> list[Slot]:
    """The slots with the strings that the steps of one turn leave."""
    waiting = iter(steps)
    step = next(waiting, None)
    changed: list[Slot] = []
    shift = 0
    for slot in slots:
        end = slot.start + len(slot.text)
        parts: list[str] = []
        at = slot.start
        while step is not None and step.position < end:
            stop = step.position + len(step.before)
            if step.position >= slot.start:
                parts += slot.text[at - slot.start : step.position - slot.start], step.after
            at = max(at, min(end, stop))
            if stop > end:
                break
            step = next(waiting, None)
        text = "".join([*parts, slot.text[at - slot.start :]])
        changed.append(slot._replace(start=slot.start + shift, text=text))
        shift += len(text) - len(slot.text)
    return changed


def _in_links(step: Step, slots: list[Slot]) -> bool:
    """Whether the step reaches into the text of a link."""
    stop = step.position + len(step.before)
    return any(
        not slot.attribute and (around := slot.node.parent) is not None and around.tag == "a"
        for slot in slots
        if slot.start < stop and step.position < slot.start + len(slot.text)
    )
