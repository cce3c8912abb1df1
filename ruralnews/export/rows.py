"""Published lines as rows, and which of them lie within some days. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ruralnews.processors.dates import CHINA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

MOMENTS = ("published", "noticed_at")
"""Keys that say of when a record, or a tombstone, is."""


class Row(NamedTuple):
    """One record: the line as published, and what it says."""

    line: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Days:
    """Days of China time, both included; None: no bound."""

    since: date | None = None
    until: date | None = None

    def hold(self, moment: str) -> bool:
        """Whether an ISO 8601 time with offset lies within them."""
        if self.since is None and self.until is None:
            return True
        day = datetime.fromisoformat(moment).astimezone(CHINA).date()
        return (self.since is None or day >= self.since) and (
            self.until is None or day <= self.until
        )


def rows_within(lines: Iterable[str], days: Days) -> Iterator[Row]:
    """The rows of some lines that were published, or noticed, within some days."""
    for line in lines:
        values = json.loads(line)
        [moment] = (values[key] for key in MOMENTS if key in values)
        if days.hold(moment):
            yield Row(line, values)
