"""What a monitor looks at: a portal's night beside its nights before. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ruralnews.monitoring.night import Level

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ruralnews.monitoring.night import Measures, PortalNight

Finding = tuple[Level, str, str, str | None]
"""Level, what was expected, what was seen, the field it is about."""


@cache
def thresholds() -> dict[str, dict[str, Any]]:
    """The numbers of `thresholds.toml`, by monitor."""
    text = files("ruralnews.monitoring").joinpath("thresholds.toml").read_text("utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True, slots=True)
class Judged:
    """A night beside the good nights before it, the latest first."""

    night: PortalNight
    alike: Sequence[PortalNight]
    """On the same kind of day."""
    past: Sequence[PortalNight]
    """On any day."""
    before: Sequence[PortalNight]
    """The nights before that began, good or not, the latest first."""
    today: Sequence[PortalNight]
    """The night itself, and what was crawled by hand on the day that it reports on."""
    day: date

    @property
    def measures(self) -> Measures:
        return self.night.measures

    @property
    def records(self) -> int:
        """Records of the night."""
        return self.measures.new + self.measures.changed

    def usual(self, name: str, nights: Sequence[PortalNight] | None = None) -> list[float]:
        """A measure in the nights before; empty when they are too few to tell."""
        chosen = self.past if nights is None else nights
        values = [getattr(night.measures, name) for night in chosen]
        known = [float(value) for value in values if value is not None]
        if len(known) < thresholds()["history"]["enough"]:
            return []
        return known[: thresholds()["history"]["runs"]]


def level_of(value: float, warn: float, fail: float) -> Level | None:
    """The level of a value that should be small."""
    if value > fail:
        return Level.FAIL
    return Level.WARN if value > warn else None
