"""The queue of a run: the pages that are pending in the store, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite reads the same words

from ruralnews.portals.model import OVERLAP
from ruralnews.state.rules import RESUME, Kind, State
from ruralnews.state.schema import capture, file, listed, page, record, run

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection

OLD = "old"
"""Reason of an article older than the argument `since`."""
BEYOND = "max-pages"
"""Reason of a list page beyond the argument `max_pages`."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page that another page names."""

    url: str
    """Canonical."""
    address: str
    """As linked."""
    kind: Kind
    column: str
    number: int = 0
    """Of a list page in its column, from 1."""
    title: str | None = None
    listed: str | None = None
    """Day beside the link, YYYY-MM-DD."""
    known: int = 0
    """Of a list page: known articles in a row at the end of the page before it."""


@dataclass(frozen=True, slots=True)
class Task:
    """A page to ask for, as the store knows it."""

    id: int
    url: str
    address: str
    kind: str
    column: str
    number: int
    title: str | None
    listed: str | None
    etag: str | None
    modified: str | None
    record: str | None

    @property
    def validators(self) -> dict[str, str]:
        """What to send to be told that nothing changed; empty for a page not read before."""
        sent = {name: getattr(self, column) for name, column in CONDITIONS.items()}
        return {name: value for name, value in sent.items() if value}


CONDITIONS = {"If-None-Match": "etag", "If-Modified-Since": "modified"}
"""Header of a conditional request, and the column that holds its value."""
TASK = tuple(page.c[name] for name in Task.__slots__)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one run reads of a portal."""

    portal: str
    columns: tuple[str, ...] | None = None
    """None: all."""
    since: str | None = None
    """YYYY-MM-DD."""
    max_pages: int = 20
    overlap: int = OVERLAP
    """Known articles in a row after which a list is read no further."""


def begin_run(connection: Connection, scope: Scope, seeds: Sequence[Link], now: int) -> int:
    """The id of the run: a new one, or the one that was interrupted a short while ago.

    The first page of every list is pending afterwards, and with a new run whatever is due.
    """
    number = _interrupted(connection, scope.portal, now)
    if number is None:
        number = connection.execute(
            insert(run).values(portal=scope.portal, started=now).returning(run.c.id)
        ).scalar_one()
        _make_pending(connection, scope, now)
    else:
        # What was read is read, but whatever made a page fail may be over.
        _make_pending(connection, scope, now, page.c.state != State.DONE)
    for seed in seeds:
        ask_for_list(connection, scope.portal, number, seed)
    _make_wider(connection, scope)
    connection.execute(
        update(run)
        .where(run.c.id == number)
        .values(
            seed=seeds[0].address if seeds else None,
            since=scope.since,
            max_pages=scope.max_pages,
        )
    )
    return number


def _interrupted(connection: Connection, portal: str, now: int) -> int | None:
    last = connection.execute(
        select(run.c.id, run.c.started, run.c.finished)
        .where(run.c.portal == portal)
        .order_by(run.c.id.desc())
        .limit(1)
    ).first()
    if last is None or last.finished is not None or now - last.started > RESUME:
        return None
    return int(last.id)


def _make_pending(
    connection: Connection, scope: Scope, now: int, *which: ColumnElement[bool]
) -> None:
    connection.execute(
        update(page)
        .where(page.c.portal == scope.portal, page.c.due <= now, *which)
        .values(state=State.PENDING, due=None)
    )


def _make_wider(connection: Connection, scope: Scope) -> None:
    """Takes up what an earlier run left out because of its arguments."""
    mine = page.c.portal == scope.portal
    more = (page.c.reason == BEYOND) & (page.c.number <= scope.max_pages)
    connection.execute(update(page).where(mine, more).values(state=State.PENDING))
    old = (page.c.state == State.SKIPPED) & (page.c.reason == OLD)
    if scope.since:
        old &= page.c.published >= scope.since
    connection.execute(update(page).where(mine, old).values(state=State.PENDING))


def ask_for_list(
    connection: Connection, portal: str, number: int, link: Link, *, again: bool = True
) -> None:
    """Makes a list page pending, unless this run has read it: lists may lead in a circle.

    Without `again` one that was read in any run stays as it is.
    """
    words = insert_or(page).values(**new_page(portal, link))
    if not again:
        connection.execute(words.on_conflict_do_nothing())
        return
    connection.execute(
        words.on_conflict_do_update(
            index_elements=["portal", "url"],
            set_={
                "state": State.PENDING,
                "number": link.number,
                "address": link.address,
                "known": link.known,
            },
            where=page.c.run.is_distinct_from(number) & (page.c.kind == Kind.LIST),
        )
    )


def new_page(portal: str, link: Link) -> dict[str, object]:
    """The row of a page that was not known."""
    return {
        "portal": portal,
        "url": link.url,
        "address": link.address,
        "kind": link.kind,
        "column": link.column,
        "number": link.number,
        "title": link.title,
        "listed": link.listed,
        "known": link.known,
        "state": State.PENDING,
        "attempts": 0,
        "misses": 0,
    }


def pending_lists(connection: Connection, scope: Scope, taken: Collection[int]) -> list[Task]:
    """The list pages to ask for, but for those in `taken`."""
    wanted = _pending(scope, Kind.LIST)
    rows = connection.execute(select(*TASK).where(*wanted).order_by(page.c.id))
    return [Task(*row) for row in rows if row.id not in taken]


def pending_articles(connection: Connection, scope: Scope, after: int, limit: int) -> list[Task]:
    """The next articles to ask for, in the order in which the lists named them."""
    wanted = (*_pending(scope, Kind.ARTICLE), page.c.id > after)
    rows = connection.execute(select(*TASK).where(*wanted).order_by(page.c.id).limit(limit))
    return [Task(*row) for row in rows]


def _pending(scope: Scope, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    wanted: list[ColumnElement[bool]] = [
        page.c.portal == scope.portal,
        page.c.state == State.PENDING,
        page.c.kind == kind,
    ]
    if scope.columns is not None:
        wanted.append(page.c.column.in_(scope.columns))
    if scope.since and kind is Kind.ARTICLE:
        wanted.append(or_(page.c.listed.is_(None), page.c.listed >= scope.since))
    return tuple(wanted)


def end_run(connection: Connection, number: int, outcome: str, now: int, *, whole: bool) -> None:
    """Notes how a run ended; one that is not `whole` will be continued."""
    finished = now if whole else None
    connection.execute(
        update(run).where(run.c.id == number).values(finished=finished, outcome=outcome)
    )


def forget(connection: Connection, portal: str) -> None:
    """Removes every trace of a portal."""
    pages = select(page.c.id).where(page.c.portal == portal)
    connection.execute(delete(listed).where(listed.c.page.in_(pages)))
    for table in (capture, record, page, file, run):
        connection.execute(delete(table).where(table.c.portal == portal))
