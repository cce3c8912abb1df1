"""What the report says, in its order: built from the facts of a night and the nights before. Pure.

The page and the text show the same view.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ruralnews.monitoring.history import NIGHTS, STOPPED, PastNight, State, glance, state_of
from ruralnews.monitoring.ledger import merge
from ruralnews.monitoring.night import Ledger, Level
from ruralnews.monitoring.outcome import Exit
from ruralnews.monitoring.stats import Key
from ruralnews.reporting.words import Pair, fill, named, translated, word, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ruralnews.monitoring.history import Glance
    from ruralnews.monitoring.night import Alarm, Fresh, Night, PortalNight, Sample, Withdrawn

SLOWEST = 15
"""Hosts shown."""
NO_TROUBLE = (Exit.OK, Exit.PARTIAL, Exit.ALARM)
"""Ends of a portal that its state, its alarms and its ledger explain."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An alarm, or an end that is none."""

    level: Level
    what: Pair
    todo: Pair
    cause: Pair | None = None
    field: Pair | None = None
    expected: Pair | None = None
    seen: Pair | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a person should look at in one portal."""

    slug: str
    name: str
    findings: Sequence[Finding]

    @property
    def level(self) -> Level:
        """The gravest of its findings."""
        return max((one.level for one in self.findings), key=lambda level: level is Level.FAIL)

    @property
    def advice(self) -> dict[Pair, Pair | None]:
        """What to do, each once → the likely cause."""
        return {one.todo: one.cause for one in self.findings}


@dataclass(frozen=True, slots=True)
class Row:
    """A portal at a glance; `night` is None when it was not crawled."""

    slug: str
    name: str
    state: State | None
    glance: Glance
    night: PortalNight | None

    @property
    def rank(self) -> int:
        """Gravest first; what was not crawled comes before what is well."""
        order = [State.FAIL, State.WARN, None, State.PART, State.OK]
        return order.index(self.state)

    @property
    def newest(self) -> str:
        """Day of its newest record."""
        return (self.glance.newest or "")[:10]


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger with its name; the ledgers it is made of below it."""

    name: Pair
    ledger: Ledger
    parts: Sequence[Book] = ()
    slug: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """The records of a portal in a night by column, and what it withdrew."""

    slug: str
    name: str
    count: int
    columns: dict[str | None, list[Fresh]]
    more: int
    withdrawn: Sequence[Withdrawn]


@dataclass(frozen=True, slots=True)
class Texts:
    """What was repaired and removed, rule by rule, and how it looked."""

    restored: dict[str, int]
    removed: dict[str, int]
    mended: list[tuple[str, Sample]]
    """(portal, sample)."""
    cut: list[tuple[str, Sample]]


@dataclass(frozen=True, slots=True)
class View:
    """The whole report."""

    night: Night
    history: Sequence[PastNight]
    states: dict[State, int]
    troubles: list[Trouble]
    rows: list[Row]
    total: Book
    books: list[Book]
    news: list[News]
    texts: Texts
    hosts: list[tuple[str, str, float]]
    """(portal, host, median seconds), the slowest first."""
    opened: dict[str, int]
    """Host of ALLOW_HOSTS → requests."""
    unverified: list[tuple[str, str]]
    """(portal, why)."""
    masked: dict[str, int]
    """Type → numbers."""
    counts: dict[str, int] = field(default_factory=dict)
    """Totals under the names of `words.toml`, section `count`."""

    @property
    def day(self) -> str:
        """When the night began, YYYY-MM-DD in China."""
        return self.night.started[:10]

    @property
    def alarms(self) -> int:
        """Findings in all."""
        return sum(len(one.findings) for one in self.troubles)

    @property
    def balanced(self) -> bool:
        return all(one.ledger.is_balanced for book in self.books for one in (book, *book.parts))

    @property
    def is_quiet(self) -> bool:
        return not self.troubles and self.balanced


def view_of(night: Night, past: Sequence[PastNight]) -> View:
    """The report of a night; `past` are nights before it, the latest last."""
    history = [*past, seen_tonight(night)][-NIGHTS:]
    portals = night.portals
    books = [book_of(portal) for portal in portals if portal.run is not None]
    sums = {
        name: sum(getattr(portal.measures, attribute) for portal in portals)
        for name, attribute in (
            *(("new", "new"), ("changed", "changed"), ("gone", "gone")),
            *(("lost", "lost"), ("pages", "asked")),
        )
    }
    masked = counted(portals, Key.MASKED)
    return View(
        night=night,
        history=history,
        states=dict(Counter(state_of(portal) for portal in portals)),
        troubles=troubles_of(night),
        rows=rows_of(night, history),
        total=Book(word("ledger", "total"), merge(book.ledger for book in books)),
        books=books,
        news=[news_of(portal) for portal in portals if portal.fresh or portal.withdrawn],
        texts=texts_of(portals),
        hosts=slowest(portals),
        opened=counted(portals, Key.OPENED),
        unverified=[(one.name, one.unverified) for one in portals if one.unverified],
        masked=masked,
        counts=sums | {"masked": sum(masked.values()), "portals": len(portals)},
    )


def seen_tonight(night: Night) -> PastNight:
    """The night itself as a night of the history."""
    portals = {portal.slug: glance(portal) for portal in night.portals}
    return PastNight(night.id, night.started[:10], portals)


def troubles_of(night: Night) -> list[Trouble]:
    """What a person should look at, the gravest first."""
    found = [
        Trouble(portal.slug, portal.name, findings)
        for portal in night.portals
        if (findings := list(findings_of(portal, night.started[:10])))
    ]
    return sorted(found, key=lambda one: one.level is not Level.FAIL)


def findings_of(portal: PortalNight, day: str) -> Iterable[Finding]:
    """What is wrong with a portal, in the order of the monitors."""
    values = {"slug": portal.slug, "day": day}
    if portal.error is not None or portal.outcome not in NO_TROUBLE:
        broke = portal.outcome not in STOPPED
        yield Finding(
            Level.FAIL if broke else Level.WARN,
            what=ending(portal.outcome),
            todo=words()["mend"].get(str(int(portal.outcome)), words()["mend"]["1"]),
            seen=Pair(portal.error, portal.error) if portal.error else None,
        )
    for alarm in portal.alarms:
        yield finding_of(alarm, values)


def finding_of(alarm: Alarm, values: dict[str, str]) -> Finding:
    """An alarm in words."""
    return Finding(
        alarm.level,
        what=named("monitor", alarm.monitor),
        todo=fill(words()["todo"][alarm.cause], **values),
        cause=word("cause", alarm.cause),
        field=named("field", alarm.field) if alarm.field else None,
        expected=translated(alarm.expected),
        seen=translated(alarm.seen),
    )


def short_time(iso: str, day: str) -> str:
    """`11-27 08:30` of an ISO 8601 time; with the year when it is another than that of `day`."""
    time = iso[:16].replace("T", " ")
    return time[5:] if time[:4] == day[:4] else time


def ending(code: int) -> Pair:
    """An exit code in words."""
    known = words()["end"].get(str(int(code)))
    return known or word("end", "other", code=int(code))


def rows_of(night: Night, history: Sequence[PastNight]) -> list[Row]:
    """Every portal of the night, and those of nights before that it left out; gravest first."""
    tonight = {portal.slug: portal for portal in night.portals}
    latest: dict[str, Glance] = {}
    for one in history:
        latest |= one.portals
    rows = [
        Row(slug, found.name, state_of(tonight[slug]) if slug in tonight else None, found, portal)
        for slug, found in latest.items()
        for portal in (tonight.get(slug),)
    ]
    return sorted(rows, key=lambda row: (row.rank, row.slug))


def book_of(portal: PortalNight) -> Book:
    """The ledger of a portal, its columns' and that of what no list named."""
    parts = [Book(Pair(name, name), ledger) for name, ledger in portal.columns.items()]
    if portal.carried.listed:
        parts.append(Book(word("ledger", "carried"), portal.carried))
    return Book(Pair(portal.name, portal.name), portal.ledger, parts, portal.slug)


def news_of(portal: PortalNight) -> News:
    """The records of a portal by column; columns and records in the order of the facts."""
    columns: dict[str | None, list[Fresh]] = {}
    for one in portal.fresh:
        columns.setdefault(one.column, []).append(one)
    count = portal.measures.new + portal.measures.changed
    more = max(count - len(portal.fresh), 0)
    return News(portal.slug, portal.name, count, columns, more, portal.withdrawn)


def texts_of(portals: Iterable[PortalNight]) -> Texts:
    """The work on the texts of all portals."""
    restored: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    found = Texts({}, {}, [], [])
    for portal in portals:
        restored.update(portal.measures.restored)
        removed.update(portal.measures.removed)
        for one in portal.samples:
            (found.mended if one.after else found.cut).append((portal.name, one))
    found.restored.update(restored.most_common())
    found.removed.update(removed.most_common())
    return found


def slowest(portals: Iterable[PortalNight]) -> list[tuple[str, str, float]]:
    """The hosts that took longest to answer."""
    rows = [(one.name, host, seconds) for one in portals for host, seconds in one.hosts.items()]
    return sorted(rows, key=lambda row: -row[2])[:SLOWEST]


def counted(portals: Iterable[PortalNight], family: Key) -> dict[str, int]:
    """The counters of a family, summed up, by reason."""
    prefix = f"{family.value}/"
    counts: Counter[str] = Counter()
    for portal in portals:
        for key, value in portal.counters.items():
            if key.startswith(prefix):
                counts[key.removeprefix(prefix)] += value
    return dict(counts.most_common())
