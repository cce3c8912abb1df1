"""Pages as the store knows them, for tests without a store."""

from __future__ import annotations

from typing import Any

from ruralnews.state.queue import Task
from ruralnews.state.rules import Kind


def make_task(url: str, kind: Kind = Kind.ARTICLE, **known: Any) -> Task:
    """A page that a list named and nobody has read."""
    fields: dict[str, Any] = dict.fromkeys(Task.__slots__)
    fields |= {"id": 7, "url": url, "address": url, "kind": kind, "column": "", "number": 0}
    return Task(**(fields | known))
