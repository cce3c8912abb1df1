"""What is most likely behind an alarm, from what else happened in the same night. Pure."""

from __future__ import annotations

import tomllib
from collections import Counter
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ruralnews.monitoring.night import Cause
from ruralnews.monitoring.season import Season

if TYPE_CHECKING:
    from ruralnews.monitoring.night import PortalNight

MANY = 0.25
"""Share of the pages from which a reason explains the night."""
UNSURE = "soft-404"
NEUTRAL = "neutral"
FAMILIES = ("rn/failed/", "rn/deferred/")
"""Counters of pages that could not be had."""


def cause_of(monitor: str, night: PortalNight, today: Season) -> Cause:
    """The likeliest cause: what the network says first, then the bytes, then the page."""
    found = night.measures
    behind = behind_losses(night, least=0.0 if monitor == "http" else MANY)
    if behind is not None:
        return behind
    signs = (
        (monitor == "charset" or found.illegible > 1, Cause.ENCODING),
        (monitor == "lists" or monitor.startswith("layout") or _is_rebuilt(night), Cause.LAYOUT),
        (monitor in ("coverage", "canary"), Cause.LAYOUT),
        (monitor == "new" and today is not Season.WORK, Cause.SLOW_SEASON),
        # Lists that answer and bring nothing: the column goes on elsewhere, or not at all.
        (monitor in ("freshness", "columns"), Cause.GONE),
        (monitor == "new" and not found.new, Cause.GONE),
        (monitor in ("traps", "repeats"), Cause.PROFILE),
    )
    return next((cause for sign, cause in signs if sign), Cause.UNKNOWN)


def behind_losses(night: PortalNight, least: float) -> Cause | None:
    """What is behind most of the pages that could not be had.

    None when they are no more than the share `least` of all that were asked for, or nobody knows.
    """
    kinds: Counter[str] = Counter()
    for key, count in night.counters.items():
        family = next((family for family in FAMILIES if key.startswith(family)), None)
        reason = family and key.removeprefix(family).removeprefix("list-")
        # An article known before that reads as none may be gone, or no longer understood.
        if reason and not (reason == UNSURE and _is_rebuilt(night)):
            kinds[kind_of(reason) or ""] += count
    del kinds[""]
    if kinds.total() <= least * max(night.measures.asked, 1):
        return None
    del kinds[NEUTRAL]
    return Cause(kinds.most_common(1)[0][0]) if kinds else None


@cache
def kind_of(reason: str) -> str | None:
    """The cause that `causes.toml` files a reason under; None when it does not say."""
    return next(
        (
            kind
            for kind, patterns in _kinds().items()
            if any(fnmatchcase(reason, pattern) for pattern in patterns)
        ),
        None,
    )


@cache
def _kinds() -> dict[str, list[str]]:
    text = files("ruralnews.monitoring").joinpath("causes.toml").read_text("utf-8")
    return tomllib.loads(text)


def _is_rebuilt(night: PortalNight) -> bool:
    """Whether pages came but held no article, or lists named none."""
    dropped = night.ledger.dropped
    bare = dropped.get("article-missing", 0) + dropped.get("body-missing", 0)
    return bool(night.measures.lists_empty) or bare > MANY * (bare + night.measures.new)
