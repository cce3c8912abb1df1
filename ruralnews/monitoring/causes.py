"""What is most likely behind an alarm, from what else happened in the same night. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.monitoring.night import Cause
from ruralnews.monitoring.season import Season

if TYPE_CHECKING:
    from ruralnews.monitoring.night import PortalNight

MANY = 0.25
"""Share of the pages from which a reason explains the night."""
GONE = ("http-404", "http-410", "soft-404", "list-http-404", "list-http-410", "dns", "list-dns")
"""Reasons of a portal, or of its columns, that moved or closed."""
UNREADABLE = ("charset-undecided", "text-beyond-repair")
FAILED = "rn/failed/"


def cause_of(monitor: str, night: PortalNight, today: Season) -> Cause:
    """The likeliest cause: what the network says first, then the bytes, then the page."""
    found = night.measures
    asked = max(found.asked, 1)
    failed = {
        key.removeprefix(FAILED): count
        for key, count in night.counters.items()
        if key.startswith(FAILED)
    }
    gone = sum(failed.get(reason, 0) for reason in GONE)
    unreadable = sum(night.ledger.dropped.get(reason, 0) for reason in UNREADABLE)
    signs = (
        (found.blocked / asked > MANY, Cause.BLOCK),
        (gone / asked > MANY, Cause.GONE),
        (found.lost / asked > MANY, Cause.NETWORK),
        (monitor == "charset" or unreadable > 1, Cause.ENCODING),
        (monitor == "lists" or monitor.startswith("layout") or _is_rebuilt(night), Cause.LAYOUT),
        (monitor in ("coverage", "canary"), Cause.LAYOUT),
        (monitor in ("new", "freshness") and today is not Season.WORK, Cause.SLOW_SEASON),
        (monitor == "freshness", Cause.GONE),
        (monitor in ("traps", "repeats"), Cause.PROFILE),
    )
    return next((cause for sign, cause in signs if sign), Cause.UNKNOWN)


def _is_rebuilt(night: PortalNight) -> bool:
    """Whether pages came but held no article, or lists named none."""
    dropped = night.ledger.dropped
    bare = dropped.get("article-missing", 0) + dropped.get("body-missing", 0)
    return bool(night.measures.lists_empty) or bare > MANY * max(night.ledger.listed, 1)
