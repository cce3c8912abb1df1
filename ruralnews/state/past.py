"""A store as it was before a run of the past, and what the run recorded: for its replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, or_, select

from ruralnews.archive.warc import Place
from ruralnews.state.rules import Kind, State
from ruralnews.state.schema import capture, listed, page, record, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row, Select

    from ruralnews.state.store import Store

REPLAY = 1
"""Id of the run that replays: the first of its store."""
BATCH = 500
"""Rows read at a time: a night of any size is replayed in little memory."""
AS_IT_WAS = ("portal", "url", "address", "kind", "column", "number", "known", "title", "listed")
"""Columns of a page that say what it is; the others say what became of it."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run that the store remembers."""

    id: int
    portal: str
    started: int
    """Unix seconds."""
    seed: str | None
    """Address of its first list."""
    since: str | None
    max_pages: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """What the index says of an answer."""

    place: Place
    sha256: str


def runs_begun(store: Store, after: int, before: int, slug: str | None = None) -> list[PastRun]:
    """The runs that began from `after` to before `before` (Unix seconds), of one slug or all.

    Runs from before the archive was indexed are left out.
    """
    words = select(*(run.c[name] for name in PastRun.__slots__)).order_by(run.c.id)
    words = words.where(run.c.started >= after, run.c.started < before, run.c.seed.is_not(None))
    if slug is not None:
        words = words.where(
            or_(run.c.portal == slug, run.c.portal.startswith(f"{slug}:", autoescape=True))
        )
    with store.transaction() as connection:
        return [PastRun(*row) for row in connection.execute(words)]


def restore_past(store: Store, past: PastRun, copy: Store) -> None:
    """Makes the empty store `copy` what `store` was before the run, its pages pending.

    The pages that the run read come first, in the order of their commits, so that a run which
    asks for one page at a time commits in that order; pages that it did not ask for count as
    read in run REPLAY, so that no list leads to them.
    """
    order = _pages_read(store, past)
    first = len(order)
    for rows in _batches(store, select(page).where(page.c.portal == past.portal), page.c.id):
        _insert(copy, page, [_page(row, order, first) for row in rows])
        mine = select(listed).where(listed.c.page.in_([row.id for row in rows]))
        with store.transaction() as connection:
            named = connection.execute(mine).all()
        changed = ({"page": _moved(row.page, order, first), "run": 0} for row in named)
        new = [row._asdict() | change for row, change in zip(named, changed, strict=True)]
        _insert(copy, listed, new)
    earlier = or_(record.c.run.is_(None), record.c.run < past.id)
    words = select(record).where(record.c.portal == past.portal, earlier)
    for rows in _batches(store, words, record.c.seq):
        here = [{"page": _moved(row.page, order, first), "run": None, "line": ""} for row in rows]
        _insert(copy, record, [r._asdict() | h for r, h in zip(rows, here, strict=True)])
    for rows in _batches(store, _texts_before(past), record.c.seq):
        theirs = {"page": 0, "run": None, "line": ""}
        _insert(copy, record, [row._asdict() | theirs for row in rows])
    for rows in _batches(store, select(capture).where(capture.c.run == past.id), capture.c.id):
        there = [{"page": order.get(row.page), "run": REPLAY} for row in rows]
        _insert(copy, capture, [r._asdict() | t for r, t in zip(rows, there, strict=True)])


def _texts_before(past: PastRun) -> Select[Any]:
    """The records of other portals that have a text of the run, and had it before the run."""
    mine = (
        select(record.c.text_sha, func.min(record.c.seq).label("seq"))
        .where(record.c.run == past.id)
        .group_by(record.c.text_sha)
        .subquery()
    )
    same = (record.c.text_sha == mine.c.text_sha) & (record.c.seq < mine.c.seq)
    theirs = (record.c.portal != past.portal, record.c.kind == Kind.ARTICLE)
    return select(record).join(mine, same).where(*theirs)


def _pages_read(store: Store, past: PastRun) -> dict[int, int]:
    """The pages that the run read: id → place in the order of their commits, from 1.

    Also a page whose record is there and whose answer is not: the replay shall miss it.
    """
    last = func.max(capture.c.id)
    answered = select(capture.c.page).where(capture.c.run == past.id, capture.c.page.is_not(None))
    answered = answered.group_by(capture.c.page).order_by(last)
    recorded = select(record.c.page).where(record.c.run == past.id, record.c.kind == Kind.ARTICLE)
    with store.transaction() as connection:
        pages = [*connection.scalars(answered), *connection.scalars(recorded)]
    return {number: place for place, number in enumerate(dict.fromkeys(pages), 1)}


def _moved(number: int, order: dict[int, int], first: int) -> int:
    return order.get(number, number + first)


def _page(row: Row[Any], order: dict[int, int], first: int) -> dict[str, Any]:
    known = {name: getattr(row, name) for name in AS_IT_WAS}
    known |= {"id": _moved(row.id, order, first), "attempts": 0, "misses": 0}
    if row.id in order:
        return known | {"state": State.PENDING, "run": None}
    state = State.DONE if row.state == State.PENDING else row.state
    return known | {"state": state, "run": REPLAY}


def _batches(store: Store, words: Select[Any], key: Any) -> Iterator[list[Row[Any]]]:
    """The rows in the order of `key`, some at a time."""
    after = 0
    while True:
        with store.transaction() as connection:
            rows = list(connection.execute(words.where(key > after).order_by(key).limit(BATCH)))
        if not rows:
            return
        after = getattr(rows[-1], key.name)
        yield rows


def _insert(copy: Store, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        with copy.transaction() as connection:
            connection.execute(insert(table), rows)


def find_capture(connection: Connection, number: int | None, url: str) -> Found | None:
    """Where the last answer to a canonical URL stands, asked for a page (None: for none)."""
    same = capture.c.page.is_(None) if number is None else capture.c.page == number
    row = connection.execute(
        select(capture)
        .where(capture.c.run == REPLAY, same, capture.c.url == url)
        .order_by(capture.c.id.desc())
        .limit(1)
    ).first()
    return Found(Place(row.file, row.offset, row.length), row.sha256) if row else None


def recorded(store: Store, number: int) -> Iterator[tuple[int, str, str]]:
    """Sequence number, canonical URL of the page and line of every article that a run recorded."""
    words = (
        select(record.c.seq, page.c.url, record.c.line)
        .join_from(record, page, record.c.page == page.c.id)
        .where(record.c.run == number, record.c.kind == Kind.ARTICLE, record.c.line != "")
    )
    for rows in _batches(store, words, record.c.seq):
        yield from ((row.seq, row.url, row.line) for row in rows)


def line_at(store: Store, seq: int) -> str:
    """The line of the record with this sequence number."""
    with store.transaction() as connection:
        words = select(record.c.line).where(record.c.seq == seq)
        return str(connection.execute(words).scalar_one())


def line_before(store: Store, past: PastRun, record_id: str) -> str | None:
    """The last line of this record that runs before `past` recorded."""
    earlier = or_(record.c.run.is_(None), record.c.run < past.id)
    words = select(record.c.line).where(record.c.id == record_id, earlier, record.c.line != "")
    with store.transaction() as connection:
        return connection.scalar(words.order_by(record.c.seq.desc()).limit(1))


def fate_of(store: Store, portal: str, url: str) -> str:
    """State and reason of a page, in words."""
    mine = (page.c.portal == portal, page.c.url == url)
    with store.transaction() as connection:
        row = connection.execute(select(page.c.state, page.c.reason).where(*mine)).first()
    return " ".join(word for word in row or ("unknown",) if word)
