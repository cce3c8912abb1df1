"""What a run did, counted in the store: the numbers behind ledger, monitors and report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import and_, distinct, func, insert, not_, or_, select, update

from ruralnews.state.rules import GONE_REASONS, UNREADABLE, Kind, State
from ruralnews.state.schema import file, listed, night, page, record, run

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement, Connection, Row

    from ruralnews.state.store import Store

BATCH = 500
"""Records read at a time: a run may have given a hundred thousand."""
DAYS = 31
"""Publication days from which the usual gap between two of them is taken."""


@dataclass(frozen=True, slots=True)
class Fate:
    """How many articles met the same fate."""

    column: str | None
    """The column that named them; None for all of the portal, each once."""
    state: str
    reason: str | None
    asked: bool
    """Whether the run asked for them and got an end; else the state is that of an earlier run."""
    gave: bool
    """Whether the run has a record or tombstone of them."""
    count: int


def fates(connection: Connection, portal: str, number: int) -> list[Fate]:
    """What became of the articles that the lists of a run named: by column, and in all."""
    mine = and_(listed.c.run == number, listed.c.page == page.c.id, page.c.portal == portal)
    by_column = _counted(connection, number, listed.c.column, mine)
    return by_column + _counted(connection, number, None, mine)


def carried(connection: Connection, portal: str, number: int) -> list[Fate]:
    """The same for articles that the run asked for though no list named them."""
    named = page.c.id.in_(select(listed.c.page).where(listed.c.run == number))
    mine = and_(
        page.c.portal == portal, page.c.run == number, page.c.kind == Kind.ARTICLE, not_(named)
    )
    return _counted(connection, number, None, mine)


def list_fates(connection: Connection, portal: str, number: int) -> list[Fate]:
    """What became of the list pages of a run, by column; those past the end of a list left out.

    They are asked for where a list does not tell its length, and there is none to have.
    """
    past = and_(page.c.number > 1, page.c.reason.in_((*GONE_REASONS, UNREADABLE)))
    mine = and_(page.c.portal == portal, page.c.run == number, page.c.kind == Kind.LIST)
    return _counted(
        connection, number, page.c.column, and_(mine, or_(page.c.reason.is_(None), not_(past)))
    )


def _counted(
    connection: Connection,
    number: int,
    column: ColumnElement[str] | None,
    which: ColumnElement[bool],
) -> list[Fate]:
    asked = func.coalesce(page.c.run == number, False)
    # Not `exists`: asked for each page anew, the time grows with the square of the run.
    gave = page.c.id.in_(select(record.c.page).where(record.c.run == number))
    groups = [page.c.state, page.c.reason, asked, gave]
    if column is not None:
        groups.insert(0, column)
    rows = connection.execute(
        select(*groups, func.count(distinct(page.c.id))).where(which).group_by(*groups)
    )
    blank = () if column is not None else (None,)
    found = [(*blank, *row) for row in rows]
    return [Fate(c, state, why, bool(a), bool(g), n) for c, state, why, a, g, n in found]


def backlog(connection: Connection, portal: str) -> int:
    """Articles that wait for another run."""
    waiting = page.c.state.in_((State.PENDING, State.DEFERRED)) & (page.c.kind == Kind.ARTICLE)
    words = select(func.count()).select_from(page).where(page.c.portal == portal, waiting)
    return connection.scalar(words) or 0


def publication_days(connection: Connection, portal: str) -> list[str]:
    """The last publication times of a portal, one a day, the latest first; ISO 8601."""
    day = func.substr(page.c.published, 1, 10)
    words = (
        select(func.max(page.c.published))
        .where(page.c.portal == portal, page.c.record.is_not(None))
        .group_by(day)
        .order_by(day.desc())
        .limit(DAYS)
    )
    return [str(time) for time in connection.scalars(words) if time]


def records_of(store: Store, number: int, kind: Kind = Kind.ARTICLE) -> Iterator[dict[str, Any]]:
    """The records of a run, in the order in which they were found."""
    after = 0
    while True:
        with store.transaction() as connection:
            rows = connection.execute(
                select(record.c.seq, record.c.line)
                .where(record.c.run == number, record.c.kind == kind, record.c.seq > after)
                .order_by(record.c.seq)
                .limit(BATCH)
            ).all()
        if not rows:
            return
        after = rows[-1].seq
        yield from (msgspec.json.decode(row.line) for row in rows)


def titles(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Record id → the headline of its last revision, for those that have one."""
    words = select(record.c.id, record.c.line).where(
        record.c.id.in_(ids), record.c.kind == Kind.ARTICLE, record.c.line != ""
    )
    rows = connection.execute(words.order_by(record.c.revision))
    return {row.id: json.loads(row.line)["title"] for row in rows}


def keep_facts(connection: Connection, number: int, facts: str, of_night: str | None) -> None:
    """Keeps the facts of a run, a PortalNight as JSON."""
    words = update(run).where(run.c.id == number)
    connection.execute(words.values(facts=facts, night=of_night))


def past_facts(
    connection: Connection, portal: str, before: int, most: int, *, of_nights: bool | None = None
) -> list[str]:
    """The facts of the runs before one, the latest first: those of nights, the others, or all."""
    words = (
        select(run.c.facts)
        .where(run.c.portal == portal, run.c.id < before, run.c.facts.is_not(None))
        .order_by(run.c.id.desc())
        .limit(most)
    )
    if of_nights is not None:
        words = words.where(run.c.night.is_not(None) if of_nights else run.c.night.is_(None))
    return list(connection.scalars(words))


def begin_night(connection: Connection, name: str, now: int) -> None:
    """Notes that a night began."""
    connection.execute(insert(night).values(id=name, started=now))


def end_night(connection: Connection, name: str, now: int, outcome: int) -> None:
    """Notes how a night ended."""
    words = update(night).where(night.c.id == name)
    connection.execute(words.values(finished=now, outcome=outcome))


def fresh_portals(connection: Connection, since: int, codes: Collection[int]) -> set[str]:
    """The portals that a night has crawled whole since then (Unix seconds), with these codes."""
    facts = facts_since(connection, since)
    return {portal for portal, text in facts if json.loads(text)["outcome"] in codes}


def facts_since(connection: Connection, since: int) -> list[tuple[str, str]]:
    """Portal and facts of every run of a night that ended since then (Unix seconds)."""
    words = select(run.c.portal, run.c.facts).where(
        run.c.night.is_not(None), run.c.finished >= since, run.c.facts.is_not(None)
    )
    return [(row.portal, row.facts) for row in connection.execute(words)]


def waiting(connection: Connection, portal: str) -> int:
    """Pages still to be asked for in the run that goes on."""
    mine = (page.c.portal == portal) & (page.c.state == State.PENDING)
    return connection.scalar(select(func.count()).select_from(page).where(mine)) or 0


def files_of(connection: Connection, runs: Collection[int]) -> list[Row[Any]]:
    """The published files that hold records of these runs."""
    mine = select(record.c.file).where(record.c.run.in_(runs))
    words = select(file).where(file.c.name.in_(mine), file.c.sha256.is_not(None))
    return list(connection.execute(words.order_by(file.c.name)))


def last_night(connection: Connection, codes: Collection[int]) -> Row[Any] | None:
    """The last night that ended with one of these codes."""
    words = select(night).where(night.c.outcome.in_(codes)).order_by(night.c.finished.desc())
    return connection.execute(words.limit(1)).first()


def nights_until(connection: Connection, name: str, most: int) -> list[Row[Any]]:
    """The nights that ended up to this one, itself included, the latest last."""
    ended = night.c.finished.is_not(None)
    words = select(night).where(night.c.id <= name, ended).order_by(night.c.id.desc()).limit(most)
    return list(reversed(connection.execute(words).all()))


def facts_of_nights(connection: Connection, names: Collection[str]) -> list[tuple[str, str]]:
    """Night and facts of every run of these nights, in the order of the portals."""
    words = select(run.c.night, run.c.facts).where(run.c.night.in_(names), run.c.facts.is_not(None))
    rows = connection.execute(words.order_by(run.c.portal, run.c.id))
    return [(row.night, row.facts) for row in rows]


def portals_of_nights(connection: Connection) -> set[str]:
    """Every portal that a night ever crawled."""
    words = select(run.c.portal).where(run.c.night.is_not(None))
    return set(connection.scalars(words.distinct()))
