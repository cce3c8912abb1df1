"""The exit code of a run, from what it counted. Pure.

Scrapy itself ends with 0 whatever happened; docs/OPERATING.md explains the codes.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from ruralnews.monitoring.stats import Key
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Exit(IntEnum):
    """What a run says to whoever started it."""

    OK = 0
    BUG = 1
    USAGE = 2
    CONFIG = 3
    DISK = 4
    STATE = 5
    PARTIAL = 10
    STOPPED = 11
    ALARM = 12
    FORCED = 13
    LOCKED = 75


STOP_REASONS = ("shutdown", "cancelled", "closespider_timeout", "memusage_exceeded")
"""Finish reasons of a run that was stopped before its end; a new run goes on."""
DISK_NEARLY_FULL = "disk_nearly_full"
"""Finish reason of a run that left off before there was no space left."""
FEED_FAILED = "feedexport/failed_count"
DISK_KEYS = (Key.WRITE_ERRORS, FEED_FAILED)
BUG_KEYS = (Key.UNBALANCED, "log_count/ERROR", "log_count/CRITICAL", "spider_exceptions/count")
LOSS_FAMILIES = (Key.HELD, Key.FAILED, Key.DEFERRED, Key.DROPPED)
GONE = ("http-404", "http-410", "soft-404")
"""Answers of a portal that has no such page: a deleted article, or past the last list page.
`soft-404` is one that sends its front page or a list instead."""
NO_LOSS = (Reason.DUPLICATE, *GONE)
"""Reasons that lose nothing."""


def exit_code(stats: Mapping[str, Any], finish_reason: str | None) -> Exit:
    """The exit code of a finished run; the gravest finding wins.

    `stats` are Scrapy's and the project's counters, `finish_reason` is Scrapy's, None when
    the spider was never closed properly.
    """
    findings = (
        (_counts(stats, (Key.STATE_ERRORS,)), Exit.STATE),
        (finish_reason == DISK_NEARLY_FULL or _counts(stats, DISK_KEYS), Exit.DISK),
        (finish_reason == "start_error" or _counts(stats, BUG_KEYS), Exit.BUG),
        (finish_reason is None, Exit.FORCED),
        (finish_reason in STOP_REASONS, Exit.STOPPED),
        (bool(losses(stats)), Exit.PARTIAL),
    )
    return next((code for found, code in findings if found), Exit.OK)


GRAVITY = (
    Exit.STATE,
    Exit.DISK,
    Exit.BUG,
    Exit.CONFIG,
    Exit.FORCED,
    Exit.STOPPED,
    Exit.ALARM,
    Exit.PARTIAL,
)
"""What a night ends with when its portals ended differently, the gravest first."""


def night_code(codes: Iterable[int]) -> Exit:
    """The exit code of a night, from those of its portals and its alarms."""
    found = set(codes)
    return next((code for code in GRAVITY if code in found), Exit.OK)


def losses(stats: Mapping[str, Any]) -> dict[str, int]:
    """The counters of pages and articles that the run could not turn into records."""
    lost = tuple(f"{family}/" for family in LOSS_FAMILIES)
    harmless = {family.of(reason) for family in LOSS_FAMILIES for reason in NO_LOSS}
    return {
        key: value
        for key, value in sorted(stats.items())
        if (key.startswith(lost) or key == Key.LINKS_CAPPED) and key not in harmless
    }


def _counts(stats: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether a counter, or one below it (`key/…`), is above zero."""
    return any(
        value and (key in keys or key.startswith(tuple(f"{prefix}/" for prefix in keys)))
        for key, value in stats.items()
    )
