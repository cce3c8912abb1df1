"""Restoration of a parsed page: the text changes, the markup stays.

All text of the page is laid side by side as one text, one line for each block and attribute, so
that evidence counts over the whole page and a repair may reach over inline tags. The steps are
then carried out on the strings they fall into; a step that reaches over several leaves its
result in the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from ruralnews.restoration.gate import suspicious
from ruralnews.restoration.restore import restore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

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
# Attributes that are read by people or hold metadata.
ATTRIBUTES = ("content", "title", "alt", "value", "placeholder", "label", "summary")


class Slot(NamedTuple):
    """One string of the tree."""

    element: HtmlElement
    place: str
    """`text`, `tail` or the name of an attribute."""
    start: int
    """Where the string begins in the page's text."""
    text: str
    """The string."""

    def put(self, text: str) -> None:
        """Replace the string."""
        if self.place == "text":
            self.element.text = text
        elif self.place == "tail":
            self.element.tail = text
        else:
            self.element.set(self.place, text)


def restore_tree(root: HtmlElement) -> tuple[Step, ...]:
    """The steps that restored the text and attributes of a page in place.

    Positions count in the page's text as `page_text` lays it out; () on a healthy page.

    Raises:
        ExtractionError: with Reason.TEXT_BEYOND_REPAIR, where the original is lost.
    """
    if not suspicious(str(root.xpath("string()"))):
        return ()
    text, slots = page_text(root)
    steps = restore(text).steps
    _carry_out(steps, slots)
    return steps


def page_text(root: HtmlElement) -> tuple[str, list[Slot]]:
    """The text of a page, and the strings it was put together from."""
    parts: list[str] = []
    slots: list[Slot] = []
    length = 0
    for element, place, text in [*_strings(root), *_attributes(root)]:
        if element is not None:
            slots.append(Slot(element, place, length, text))
        parts.append(text)
        length += len(text)
    return "".join(parts), slots


def _strings(root: HtmlElement) -> Iterator[tuple[HtmlElement | None, str, str]]:
    """(element, place, string) in page order; (None, "", line feed) at the edges of blocks."""
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag
        line_ends = isinstance(tag, str) and tag not in INLINE
        if line_ends:
            yield None, "", "\n"
        if event == "start" and element.text and tag not in NO_TEXT:
            yield element, "text", element.text
        if event != "start" and element is not root and element.tail:
            yield element, "tail", element.tail


def _attributes(root: HtmlElement) -> Iterator[tuple[HtmlElement | None, str, str]]:
    """(element, attribute, value), each on its own line."""
    for element in root.iter(etree.Element):
        for name in ATTRIBUTES:
            value = element.get(name)
            if value and not value.isascii():
                yield None, "", "\n"
                yield element, name, value


def _carry_out(steps: tuple[Step, ...], slots: list[Slot]) -> None:
    """Change the strings that the steps fall into."""
    waiting = iter(steps)
    step = next(waiting, None)
    for slot in slots:
        end = slot.start + len(slot.text)
        parts: list[str] = []
        at = slot.start
        while step is not None and step.position < end:
            if step.position >= slot.start:
                parts += slot.text[at - slot.start : step.position - slot.start], step.after
            at = min(end, max(at, step.position + len(step.before)))
            if step.position + len(step.before) > end:
                break
            step = next(waiting, None)
        if parts or at > slot.start:
            slot.put("".join([*parts, slot.text[at - slot.start :]]))
