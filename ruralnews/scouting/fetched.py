"""A page as it came from a portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ruralnews.extraction.encoding import decode
from ruralnews.extraction.list_xml import unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """One page as received."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    fetched_at: datetime | None = None
    """Aware; None counts as now."""

    @property
    def text(self) -> str:
        """The source of the page, unpacked and decoded. Raises ExtractionError."""
        return decode(unpacked(self.body), self.headers).text
