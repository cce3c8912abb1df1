"""Which CMS made a portal, by the signs that its family names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ruralnews.portals.model import Family

LAST = "gov"
"""Any CMS may follow the rules for government sites: its own signs say more."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A family and what speaks for it."""

    family: Family
    signs: tuple[str, ...]
    """The texts on the pages that were found, one a sign."""


def recognise(sources: Sequence[str], families: Iterable[Family]) -> Recognised | None:
    """The family with the most signs in the sources of a portal's pages; None without any."""
    found = [Recognised(family, tuple(_signs(sources, family))) for family in families]
    found.sort(key=lambda one: (len(one.signs), one.family.name != LAST), reverse=True)
    return found[0] if found and found[0].signs else None


def _signs(sources: Sequence[str], family: Family) -> Iterable[str]:
    for sign in family.signs:
        match = next((match for text in sources if (match := sign.search(text))), None)
        if match:
            yield match[0]
