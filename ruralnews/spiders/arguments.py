"""The arguments of a crawl (`-a NAME=VALUE`), checked before the first request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ruralnews.errors import UsageError
from ruralnews.portals.values import MAX_PAGES, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ruralnews.portals.model import Column, Portal

NAMES = ("since", "column", "max_pages")


@dataclass(frozen=True, slots=True)
class Arguments:
    """What one crawl reads."""

    columns: tuple[Column, ...]
    since: date | None
    """Articles published before this day, China time, are left out: the argument, or the
    portal's own window."""
    max_pages: int
    """List pages per column."""


def read_arguments(portal: Portal, given: Mapping[str, str], today: date) -> Arguments:
    """The arguments as typed, with the portal's own values for those not given.

    `today` is the day in China.

    Raises UsageError for an unknown argument or a value that does not fit.
    """
    for name in given:
        if name not in NAMES:
            hint = did_you_mean(name, NAMES) or f"; there are {', '.join(NAMES)}"
            raise UsageError(f"-a {name}={given[name]}: unknown argument '{name}'{hint}")
    return Arguments(
        columns=_columns(portal, given.get("column")),
        since=_day(given.get("since")) or _window(portal.listing.days, today),
        max_pages=_count(given.get("max_pages"), portal.listing.max_pages),
    )


def _columns(portal: Portal, name: str | None) -> tuple[Column, ...]:
    if name is None:
        return portal.columns
    found = tuple(column for column in portal.columns if column.name == name)
    if not found:
        names = ", ".join(column.name for column in portal.columns)
        raise UsageError(f"-a column={name}: portal '{portal.slug}' has no such column: {names}")
    return found


def _window(days: int | None, today: date) -> date | None:
    return today - timedelta(days=days) if days else None


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"-a since={text}: is no day; write it like 2026-11-03") from error


def _count(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= MAX_PAGES:
        raise UsageError(f"-a max_pages={text}: must be a whole number from 1 to {MAX_PAGES}")
    return int(text)
