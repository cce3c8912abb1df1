"""What the CSS selectors of a profile give on a page."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree
from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))


def select(root: HtmlElement, selectors: Iterable[str]) -> Iterator[tuple[str, HtmlElement]]:
    """Each selector that hits, with its first element, in the order of the profile."""
    for selector in selectors:
        hits = _compiled(selector)(root)
        if isinstance(hits, list) and hits and isinstance(hits[0], HtmlElement):
            yield selector, hits[0]


def element_text(element: HtmlElement) -> str:
    """The text of an element in one line; of a `<meta>` its content."""
    if element.tag == "meta":
        return " ".join(element.get("content", "").split(" "))
    return " ".join("".join(element.itertext()).split())
