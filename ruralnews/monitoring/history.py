"""The nights before, as the report draws them: one look at every portal for each. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ruralnews.monitoring.night import Level, PortalNight
from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable

NIGHTS = 30
"""Nights that a report looks back at, its own included."""


class State(StrEnum):
    """How a portal's night ended, the gravest first."""

    FAIL = "fail"
    """An alarm of level `fail`, or it broke, or did not begin."""
    WARN = "warn"
    """An alarm of level `warn`, or it was stopped."""
    PART = "part"
    """Some pages were lost; the next night asks for them again."""
    OK = "ok"


BROKEN = (Exit.BUG, Exit.CONFIG, Exit.DISK, Exit.STATE)
STOPPED = (Exit.STOPPED, Exit.FORCED)


@dataclass(frozen=True, slots=True)
class Glance:
    """One portal in one night."""

    name: str
    state: State
    new: int
    newest: str | None = None
    """Publication time of its newest record, ISO 8601."""


@dataclass(slots=True)
class PastNight:
    """One night, with a glance at every portal that it crawled."""

    id: str
    day: str
    """When it began, YYYY-MM-DD in China."""
    portals: dict[str, Glance] = field(default_factory=dict)
    """Slug → glance."""


def state_of(portal: PortalNight) -> State:
    """How the night of a portal ended."""
    levels = {alarm.level for alarm in portal.alarms}
    if Level.FAIL in levels or portal.error is not None or portal.outcome in BROKEN:
        return State.FAIL
    if levels or portal.outcome in STOPPED:
        return State.WARN
    return State.PART if portal.outcome == Exit.PARTIAL else State.OK


def worst(states: Iterable[State]) -> State:
    """The gravest of them; OK when there is none."""
    found = set(states)
    return next((state for state in State if state in found), State.OK)


def glance(portal: PortalNight) -> Glance:
    """What a later report shows of the night of a portal."""
    found = portal.measures
    return Glance(portal.name, state_of(portal), found.new, found.newest)
