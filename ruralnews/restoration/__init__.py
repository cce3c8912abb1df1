"""Restoration: damaged text of hijacked copies in, the newsroom's own text out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.html import HtmlElement


class Step(NamedTuple):
    """One repair."""

    step: str


def restore_tree(root: HtmlElement) -> tuple[Step, ...]:  # noqa: ARG001
    """The repairs made."""
    return ()
