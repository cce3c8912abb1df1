"""What the readers ask of a node of the tree, beyond what lexbor answers by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode


def attribute(node: LexborNode, name: str) -> str:
    """The value of an attribute; empty when it has none."""
    # In the dictionary of all of them: to ask for one that is not there costs four times as much.
    return node.attributes.get(name) or ""


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """The elements around, the innermost first."""
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def behind(node: LexborNode) -> Iterator[LexborNode]:
    """The elements and comments behind it in the one around."""
    following = node.next
    while following is not None:
        yield following
        following = following.next


def elements_in(node: LexborNode) -> list[LexborNode]:
    """The child elements."""
    return [child for child in node.iter() if child.is_element_node]


def folded_text(node: LexborNode) -> str:
    """All text in it, in one line."""
    return " ".join(node.text_lexbor().split())
