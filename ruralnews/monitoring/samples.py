"""A few texts before and after, for the report: what was restored, what was removed. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ruralnews.monitoring.night import Sample

if TYPE_CHECKING:
    from collections.abc import Callable

EACH = 3
"""Samples of one rule in one run: a reader wants to see a rule at work, not all its work."""
MOST = 24
"""Samples of one run."""
LONGEST = 160
"""Characters of a sample; longer texts end with an ellipsis."""


class Samples:
    """Notes what happened to an item while it is worked on; keeps some of it if the item stays."""

    def __init__(self, clean: Callable[[str], str] = str) -> None:
        """`clean` masks what no report may show."""
        self.clean = clean
        self.kept: list[Sample] = []
        self._waiting: dict[int, list[tuple[str, str, str]]] = {}
        self._rules: Counter[str] = Counter()

    def note(self, item: Any, rule: str, before: str, after: str = "") -> None:
        """Notes a text that a rule changed, or took away."""
        if before.strip() and self._rules[rule] < EACH and len(self.kept) < MOST:
            self._waiting.setdefault(id(item), []).append((rule, before, after))

    def settle(self, item: Any, name: str | None) -> None:
        """Ends the notes on an item; they are kept under its name, or dropped without one."""
        notes = self._waiting.pop(id(item), [])
        seen = set()
        for rule, before, after in notes if name else ():
            # One of each rule from an article: three lines of one share bar show no more.
            if rule in seen or self._rules[rule] >= EACH or len(self.kept) >= MOST:
                continue
            seen.add(rule)
            self._rules[rule] += 1
            # Masked before it is cut: half a number is no number to the mask.
            texts = (shortened(self.clean(text)) for text in (before, after))
            self.kept.append(Sample(name or "", rule, *texts))


def shortened(text: str) -> str:
    """The text in one line of at most LONGEST characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
