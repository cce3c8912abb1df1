"""What was published, as it stood at one moment, for readers that run beside a night."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from sqlalchemy import ColumnElement, create_engine, event, func, make_url, or_, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from ruralnews.errors import StateError
from ruralnews.state.rules import Kind
from ruralnews.state.schema import VERSION, file, meta, record
from ruralnews.state.store import SQLITE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Engine

BATCH = 500
"""Rows read at a time: any number of records is read in little memory."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which published lines are read."""

    kind: Kind = Kind.ARTICLE
    portals: Sequence[str] = ()
    """Slugs; none: all."""
    latest: bool = False
    """Only the last revision of every article, and none of an article that is gone."""


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """A connection that sees the store as it is now until the block ends.

    It writes nothing and no run waits for it. Raises StateError for a store that cannot be read
    or is of another version.
    """
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            # The first read is the moment that all others see.
            version = connection.scalar(select(meta.c.value).where(meta.c.name == "version"))
            if version != str(VERSION):
                raise StateError(
                    f"{url}: is a store of version {version}; this program reads version "
                    f"{VERSION}. `scrapy status` brings an older store up to date"
                )
            yield connection
    except DatabaseError as error:
        raise StateError(
            f"{url}: cannot be read ({error.orig}); `scrapy verify` tells what is wrong with it"
        ) from error
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    path = make_url(url).database
    if not url.startswith(f"{SQLITE}:") or not path:
        return create_engine(url, isolation_level="REPEATABLE READ")

    def connect() -> sqlite3.Connection:
        place = f"file:{quote(path)}?mode=ro"
        return sqlite3.connect(place, uri=True, isolation_level=None, timeout=10)

    engine = create_engine(f"{SQLITE}://", creator=connect, poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def batches(
    connection: Connection, wanted: Wanted, *, after: int = 0
) -> Iterator[Sequence[tuple[int, str]]]:
    """Number and line of every published record, in the order in which they were recorded.

    Numbers grow with that order; `after` leaves out those up to a number.
    """
    words = select(record.c.seq, record.c.line).where(*_conditions(wanted))
    words = words.order_by(record.c.seq).limit(BATCH)
    while rows := connection.execute(words.where(record.c.seq > after)).all():
        after = rows[-1].seq
        yield [(row.seq, row.line) for row in rows]


class PublishedFile(NamedTuple):
    """A published file."""

    name: str
    portal: str
    kind: str
    rows: int
    sha256: str


def published_files(connection: Connection) -> list[PublishedFile]:
    """Every published file, in the order of their names. One that is being written is left out."""
    columns = [file.c[name] for name in PublishedFile._fields]
    words = select(*columns).where(file.c.sha256.is_not(None)).order_by(file.c.name)
    return [PublishedFile(*row) for row in connection.execute(words)]


def lines_of(connection: Connection, one: PublishedFile) -> Iterator[str]:
    """The lines of a published file, in their order."""
    words = select(record.c.seq, record.c.line).order_by(record.c.seq).limit(BATCH)
    # With the portal, which the index of the files begins with.
    words = words.where(record.c.portal == one.portal, record.c.file == one.name)
    after = 0
    while rows := connection.execute(words.where(record.c.seq > after)).all():
        after = rows[-1].seq
        yield from (row.line for row in rows)


def last_number(connection: Connection) -> int:
    """The highest number there is, of published records and others; 0 when there are none."""
    return connection.scalar(select(func.max(record.c.seq))) or 0


def recorded_portals(connection: Connection) -> list[str]:
    """The slugs that have records, sorted."""
    names = connection.scalars(select(record.c.portal).distinct())
    return sorted({name.partition(":")[0] for name in names})


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    # A record in no file yet belongs to a run that goes on.
    yield record.c.kind == wanted.kind
    yield record.c.file.is_not(None)
    # One whose file was deleted for its age.
    yield record.c.line != ""
    if wanted.portals:
        yield or_(
            record.c.portal.in_(wanted.portals),
            *(record.c.portal.startswith(f"{slug}:", autoescape=True) for slug in wanted.portals),
        )
    if wanted.latest:
        later = record.alias("later")
        yield ~(
            select(later.c.seq)
            .where(later.c.id == record.c.id, later.c.seq > record.c.seq)
            .where(later.c.file.is_not(None))
            .exists()
        )
