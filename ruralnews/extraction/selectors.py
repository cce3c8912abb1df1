"""What the CSS selectors of a profile give on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.extraction.nodes import folded_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode


def select(root: LexborNode, selectors: Iterable[str]) -> Iterator[tuple[str, LexborNode]]:
    """Each selector that hits, with its first element, in the order of the profile."""
    for selector in selectors:
        if (hit := root.css_first(selector)) is not None:
            yield selector, hit


def element_text(element: LexborNode) -> str:
    """The text of an element in one line; of a `<meta>` its content."""
    if element.tag == "meta":
        return element.attributes.get("content") or ""
    return folded_text(element)
