"""The facts of a run, gathered from the store and the counters when the run ends."""

from __future__ import annotations

import heapq
import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import signals

from ruralnews import clock
from ruralnews.monitoring.ledger import add, imbalance, ledger
from ruralnews.monitoring.measures import add_fates, measure_records, usual_gap
from ruralnews.monitoring.night import MOST_FRESH, MOST_WITHDRAWN, Fresh, PortalNight, Withdrawn
from ruralnews.monitoring.outcome import exit_code
from ruralnews.monitoring.stats import PREFIX, Key
from ruralnews.processors.dates import CHINA
from ruralnews.processors.privacy import mask_numbers
from ruralnews.state import tally
from ruralnews.state.canary import canary_end
from ruralnews.state.rules import Kind, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.statscollectors import StatsCollector

    from ruralnews.monitoring.night import Sample
    from ruralnews.state.store import Store
    from ruralnews.state.tally import Fate

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
WHOLE = "finished"
"""Scrapy's finish reason of a run that asked for everything it had to."""


class HostTimes:
    """Keeps how long each host took to answer."""

    def __init__(self, crawler: Crawler) -> None:
        self.seconds: dict[str, list[float]] = {}
        crawler.signals.connect(self.response_received, signals.response_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def response_received(self, response: Response, request: Request) -> None:
        latency = request.meta.get("download_latency")
        if latency is not None:
            host = urlsplit(response.url).hostname or ""
            self.seconds.setdefault(host, []).append(latency)

    def medians(self) -> dict[str, float]:
        """Host → median seconds, the slowest first."""
        found = {host: round(median(times), 3) for host, times in self.seconds.items()}
        return dict(sorted(found.items(), key=lambda one: -one[1]))


@dataclass(frozen=True, slots=True)
class Run:
    """What the process knows of a run that ended."""

    portal: str
    slug: str
    name: str
    columns: Collection[str]
    """栏目 that the run was to read."""
    number: int
    started: float
    """Unix seconds."""
    finish_reason: str | None
    narrowed: bool
    """Whether its arguments left out a part of the portal."""
    hosts: Mapping[str, float]
    canary: int | None
    """Page that was chosen as the canary."""
    night: str | None
    samples: Sequence[Sample] = ()


def draw_up(store: Store, run: Run, stats: StatsCollector) -> PortalNight:
    """The facts of a run, kept in the store, its outcome in them.

    Books that do not balance are a bug of ours: counted, and the log says where. Raises
    OutputError, StateError.
    """
    facts = gather(store, run, stats.get_stats())
    ledgers = {run.portal: facts.ledger, f"{run.portal}: asked for again": facts.carried}
    ledgers |= {f"{run.portal}: {name}": book for name, book in facts.columns.items()}
    for where, book in ledgers.items():
        problem = imbalance(book, where)
        if problem:
            stats.inc_value(Key.UNBALANCED)
            logger.error(problem)
    facts.outcome = exit_code(stats.get_stats(), run.finish_reason)
    with store.transaction() as connection:
        text = json.dumps(asdict(facts), ensure_ascii=False)
        tally.keep_facts(connection, run.number, text, run.night)
    return facts


def gather(store: Store, run: Run, stats: Mapping[str, Any]) -> PortalNight:
    """What one portal did, without alarms."""
    with store.transaction() as connection:
        named = tally.fates(connection, run.portal, run.number)
        others = tally.carried(connection, run.portal, run.number)
        lists = tally.list_fates(connection, run.portal, run.number)
        backlog = tally.backlog(connection, run.portal)
        times = tally.publication_days(connection, run.portal)
        canary = None if run.canary is None else canary_end(connection, run.canary, run.number)
    how = {"stopped": run.finish_reason != WHOLE, "narrowed": run.narrowed}
    whole = [fate for fate in named if fate.column is None]
    measures = measure_records(tally.records_of(store, run.number), _held([*whole, *others]))
    add_fates(measures, _rows([*whole, *others, *lists]))
    measures.lists = sum(fate.count for fate in lists if fate.state == State.DONE)
    measures.lists_empty = sum(fate.count for fate in lists if fate.state == State.HELD)
    measures.backlog, measures.newest = backlog, next(iter(times), None)
    measures.gap_days = usual_gap(times)
    measures.canary = canary
    now = clock.now()
    measures.seconds = round(now - run.started, 1)
    measures.peak_mib = round(stats.get("memusage/max", 0) / MIB, 1)
    # A column whose list named nothing has a book as well: an empty one.
    columns = sorted({fate.column for fate in named if fate.column is not None} | set(run.columns))
    return PortalNight(
        slug=run.slug,
        name=run.name,
        outcome=exit_code(stats, run.finish_reason),
        finish_reason=run.finish_reason,
        run=run.number,
        started=china(run.started),
        finished=china(now),
        ledger=ledger(_rows(whole), **how),
        columns={
            column: ledger(_rows(fate for fate in named if fate.column == column), **how)
            for column in columns
        },
        carried=ledger(_rows(others), **how),
        measures=measures,
        counters={
            str(key): value
            for key, value in sorted(stats.items())
            if key.startswith(PREFIX) and isinstance(value, int)
        },
        hosts=dict(run.hosts),
        fresh=fresh(tally.records_of(store, run.number)),
        withdrawn=withdrawn(store, run.number),
        samples=list(run.samples),
        unverified=stats.get(Key.UNVERIFIED),
    )


def _rows(fates: Iterable[Fate]) -> list[tuple[str, str | None, bool, bool, int]]:
    return [(one.state, one.reason, one.asked, one.gave, one.count) for one in fates]


def _held(fates: Iterable[Fate]) -> dict[str, int]:
    held: dict[str, int] = {}
    for fate in fates:
        if fate.state == State.HELD and fate.asked:
            add(held, fate.reason or "", fate.count)
    return held


def fresh(records: Iterable[Mapping[str, Any]]) -> list[Fresh]:
    """The latest records, as the report lists them."""
    keys = Fresh.__slots__
    latest = heapq.nlargest(MOST_FRESH, records, key=lambda record: record["published"])
    found = [Fresh(**{key: record[key] for key in keys}) for record in latest]
    for one in found:
        one.title = masked(one.title)
    return found


def withdrawn(store: Store, number: int) -> list[Withdrawn]:
    """The first tombstones of a run, with the last headline of each."""
    gone = list(islice(tally.records_of(store, number, Kind.GONE), MOST_WITHDRAWN))
    with store.transaction() as connection:
        titles = tally.titles(connection, [one["id"] for one in gone])
    return [
        Withdrawn(one["id"], masked(titles.get(one["id"], "")), one["url"], one["reason"])
        for one in gone
    ]


def masked(text: str) -> str:
    """A text of the report without any personal number."""
    return mask_numbers(text, contacts=False)[0]


def china(seconds: float) -> str:
    """Unix seconds as ISO 8601 in China time."""
    return datetime.fromtimestamp(seconds, CHINA).isoformat(timespec="seconds")
