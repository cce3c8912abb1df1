"""The facts of one night: what every portal did, as plain data.

`scrapy nightly` and `scrapy crawl` gather them from the store, `stats.json` keeps them, the
monitors judge them, the report shows them. A night holds one run of each of its portals.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

FACTS_SCHEMA = 1
"""Of stats.json; a reader of another version must not guess."""


class Level(StrEnum):
    """How grave an alarm is."""

    WARN = "warn"
    """Stands in the report."""
    FAIL = "fail"
    """Makes the night end with 12."""


class Cause(StrEnum):
    """What is most likely behind an alarm."""

    LAYOUT = "layout"
    ENCODING = "encoding"
    BLOCK = "block"
    GONE = "gone"
    NETWORK = "network"
    SLOW_SEASON = "slow-season"
    PROFILE = "profile"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Ledger:
    """What became of the articles that the lists of a run named; reason → number.

    listed = known + published + unchanged + dropped + failed + deferred, or pages got lost.
    """

    listed: int = 0
    """Different articles that list pages named, counted where the lists were read."""
    known: int = 0
    """In the store from earlier nights and not due."""
    published: int = 0
    """Gave a record or a new revision, tombstones included."""
    unchanged: int = 0
    """Looked at again; the same as before."""
    dropped: dict[str, int] = field(default_factory=dict)
    """Answered, but no record: held back, skipped, refused, a duplicate."""
    failed: dict[str, int] = field(default_factory=dict)
    """Could not be had."""
    deferred: dict[str, int] = field(default_factory=dict)
    """Left for another night; also what a stopped run did not come to."""

    @property
    def accounted(self) -> int:
        """Articles whose fate is known."""
        fates = self.dropped, self.failed, self.deferred
        named = sum(sum(fate.values()) for fate in fates)
        return self.known + self.published + self.unchanged + named

    @property
    def is_balanced(self) -> bool:
        return self.listed == self.accounted


@dataclass(slots=True)
class Measures:
    """What the monitors compare with the nights before. Shares are 0 to 1; None: not measured."""

    new: int = 0
    """Articles recorded for the first time."""
    changed: int = 0
    """New revisions."""
    gone: int = 0
    """Tombstones."""
    duplicates: int = 0
    looked_again: int = 0
    """Known articles asked for again."""
    lists: int = 0
    """List pages read."""
    lists_empty: int = 0
    """List pages that named no article where one was expected."""
    coverage: dict[str, float] = field(default_factory=dict)
    """Field → share of the articles read that have it; a held page has no title, date or body
    when that is why it was held."""
    rules: dict[str, dict[str, int]] = field(default_factory=dict)
    """Field → rule (`provenance`) → records."""
    newest: str | None = None
    """Publication time of the newest record of the portal, ISO 8601."""
    gap_days: float | None = None
    """Usual days between two publication days of the portal, the last 30 of them; median."""
    body_median: float | None = None
    """Characters of body, median over the records of the run."""
    repeated_body: float | None = None
    """Share of the records of the run with the most frequent body."""
    removed_share: float | None = None
    """Characters dropped as boilerplate, of them and the body."""
    overridden: int = 0
    """Records whose declared encoding was wrong."""
    restored: dict[str, int] = field(default_factory=dict)
    """Step → places mended."""
    removed: dict[str, int] = field(default_factory=dict)
    """Boilerplate rule → characters dropped."""
    replaced: float | None = None
    """U+FFFD per 10,000 characters of body."""
    asked: int = 0
    """Pages with a fate in this run, lists included."""
    lost: int = 0
    """Of them failed or deferred, but for those that are missing."""
    missing: int = 0
    """Of them those that the portal does not have: 404, 410, another page in their place. The end
    of a list that does not tell its length is none of them."""
    illegible: int = 0
    """Of them held because their characters cannot be told."""
    blocked: int = 0
    """Of them refused by the portal: 403, 412, 429, a challenge."""
    traps: int = 0
    cut: int = 0
    """Pages truncated, too large or rejected."""
    backlog: int = 0
    """Articles still pending or deferred at the end."""
    seconds: float = 0.0
    peak_mib: float = 0.0
    canary: str | None = None
    """What became of the canary article: `same`, `differs`, `empty`; None without one."""


@dataclass(slots=True)
class Alarm:
    """Something a person should look at."""

    monitor: str
    """Name of the monitor, as docs/OPERATING.md lists them."""
    level: Level
    expected: str
    """What the nights before let one expect, with its unit."""
    seen: str
    cause: Cause
    field: str | None = None
    """Field of the record or column of the portal it is about."""


@dataclass(slots=True)
class Fresh:
    """A record of the night, as the report lists it."""

    id: str
    revision: int
    title: str
    url: str | None
    column: str | None
    published: str
    source: str | None


@dataclass(slots=True)
class Withdrawn:
    """An article that its portal no longer has."""

    id: str
    title: str
    """Its last headline; empty when it is not known."""
    url: str
    reason: str
    """`http-404`, `http-410` or `soft-404`."""


@dataclass(slots=True)
class Sample:
    """A text before and after: what was restored, or what was removed (`after` is empty)."""

    id: str
    rule: str
    """Rule of `removed`, or the steps of `restored`, divided by commas."""
    before: str
    after: str


@dataclass(slots=True)
class PortalNight:
    """What one portal did in a night."""

    slug: str
    name: str
    outcome: int
    """Exit code that `scrapy crawl` would have ended with."""
    finish_reason: str | None = None
    run: int | None = None
    """Id of its run in the store; None when it did not start."""
    started: str | None = None
    finished: str | None = None
    error: str | None = None
    """Why it could not start."""
    ledger: Ledger = field(default_factory=Ledger)
    columns: dict[str, Ledger] = field(default_factory=dict)
    """Column → its own ledger. An article that two columns name stands in both."""
    carried: Ledger = field(default_factory=Ledger)
    """Articles asked for again that no list named tonight."""
    measures: Measures = field(default_factory=Measures)
    counters: dict[str, int] = field(default_factory=dict)
    """The project's counters (`rn/…`)."""
    hosts: dict[str, float] = field(default_factory=dict)
    """Host → median seconds of an answer."""
    alarms: list[Alarm] = field(default_factory=list)
    fresh: list[Fresh] = field(default_factory=list)
    """Records of the night, the newest first; at most MOST_FRESH of them."""
    withdrawn: list[Withdrawn] = field(default_factory=list)
    """Tombstones of the night; at most MOST_WITHDRAWN of them."""
    samples: list[Sample] = field(default_factory=list)
    """At most a few of each rule (`samples.py`), personal numbers masked."""
    unverified: str | None = None
    """Why its certificates are not checked; None: they are."""

    @property
    def is_good(self) -> bool:
        """Whether the run may serve later nights as a measure of what is usual."""
        failed = any(alarm.level is Level.FAIL for alarm in self.alarms)
        return self.outcome in (0, 10) and not failed


SHORTENED = ("fresh", "withdrawn", "samples")
"""Fields that the page of a night shows and no later night compares: most of the size."""


def shorten(facts: str) -> str:
    """The facts of a run (a PortalNight as JSON) without what only its own page needs."""
    said = json.loads(facts)
    return json.dumps(said | dict.fromkeys(SHORTENED, ()), ensure_ascii=False)


MOST_FRESH = 200
MOST_WITHDRAWN = 50


@dataclass(slots=True)
class Night:
    """One run of `scrapy nightly`."""

    id: str
    """When it began, UTC, as YYYYMMDDTHHMMSSZ; the name of its folder."""
    started: str
    finished: str | None = None
    outcome: int | None = None
    """Exit code of the night; None while it runs."""
    allowed: list[str] = field(default_factory=list)
    """ALLOW_HOSTS, when not empty."""
    portals: list[PortalNight] = field(default_factory=list)
    alerts: dict[str, str] = field(default_factory=dict)
    """Who was told of it (names in ALERTS) → `sent`, or why the alert did not arrive."""
    report_error: str | None = None
    """Why its report could not be written."""
    schema: int = FACTS_SCHEMA

    def to_json(self) -> str:
        """The text of stats.json."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def read_night(text: str) -> Night:
    """The night of a stats.json. Raises ValueError for a text of another schema."""
    said: dict[str, Any] = json.loads(text)
    if said.get("schema") != FACTS_SCHEMA:
        raise ValueError(f"stats.json: schema {said.get('schema')!r}, expected {FACTS_SCHEMA}")
    return Night(**{**said, "portals": [read_portal(portal) for portal in said["portals"]]})


def read_portal(said: dict[str, Any]) -> PortalNight:
    """One portal of a stats.json."""
    return PortalNight(
        **{
            **said,
            "ledger": Ledger(**said["ledger"]),
            "columns": {name: Ledger(**one) for name, one in said["columns"].items()},
            "carried": Ledger(**said["carried"]),
            "measures": Measures(**said["measures"]),
            "alarms": [
                Alarm(**{**one, "level": Level(one["level"]), "cause": Cause(one["cause"])})
                for one in said["alarms"]
            ],
            "fresh": [Fresh(**one) for one in said["fresh"]],
            "withdrawn": [Withdrawn(**one) for one in said.get("withdrawn", ())],
            "samples": [Sample(**one) for one in said["samples"]],
        }
    )
