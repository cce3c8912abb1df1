"""What the store lets go when it is old. Every function is one step that may be done again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, text, update

from ruralnews.state.rules import Kind, State
from ruralnews.state.schema import capture, file, page, record, run
from ruralnews.state.store import SQLITE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from ruralnews.state.store import Store

UNREAD = (State.PENDING, State.HELD, State.FAILED, State.DEFERRED)
"""States of an article without record that may give one yet."""
WASTE = 0.2
"""Share of a database file that stands empty before it is written anew: that takes its size once
more on the disk, and a minute for some gigabytes."""


@dataclass(frozen=True, slots=True)
class OldFile:
    """A published file to be deleted."""

    name: str
    portal: str
    rows: int
    bytes: int


def indexed(connection: Connection) -> dict[str, int]:
    """Archive file → when its last answer was received, Unix seconds."""
    words = select(capture.c.file, func.max(capture.c.time)).group_by(capture.c.file)
    return {row.file: row[1] for row in connection.execute(words)}


def unread(connection: Connection) -> set[str]:
    """The archive files with the last answer for an article that gave no record yet.

    After a rule was mended they are what there is to read, should the portal be gone by then.
    """
    last = (
        select(func.max(capture.c.id))
        .join_from(capture, page, capture.c.page == page.c.id)
        .where(page.c.kind == Kind.ARTICLE, page.c.record.is_(None), page.c.state.in_(UNREAD))
        .group_by(capture.c.page)
    )
    return set(connection.scalars(select(capture.c.file).where(capture.c.id.in_(last))))


def drop_file(connection: Connection, name: str) -> None:
    """Takes an archive file out of the index."""
    connection.execute(delete(capture).where(capture.c.file == name))


def long_facts(
    connection: Connection, before: int, keep: int, shorter: Callable[[str], str]
) -> dict[int, str]:
    """Run → its facts made shorter, of those that can be.

    Those that ended before then (Unix seconds), but for the last `keep` runs of each portal.
    """
    place = func.row_number().over(partition_by=run.c.portal, order_by=run.c.id.desc())
    ranked = select(run.c.id, place.label("place")).where(run.c.facts.is_not(None)).subquery()
    words = (
        select(run.c.id, run.c.facts)
        .join_from(run, ranked, run.c.id == ranked.c.id)
        .where(ranked.c.place > keep, run.c.finished < before)
    )
    rows = connection.execute(words).all()
    return {row.id: said for row in rows if (said := shorter(row.facts)) != row.facts}


def replace_facts(connection: Connection, facts: dict[int, str]) -> None:
    """Keeps other facts of these runs."""
    for number, said in facts.items():
        connection.execute(update(run).where(run.c.id == number).values(facts=said))


def old_files(connection: Connection, before: int) -> list[OldFile]:
    """The published files from before then (Unix seconds) that are whole."""
    words = select(file.c.name, file.c.portal, file.c.rows, file.c.bytes).where(
        file.c.planned < before, file.c.sha256.is_not(None), file.c.kind != Kind.PRUNED
    )
    return [OldFile(*row) for row in connection.execute(words.order_by(file.c.name))]


def pruned_files(connection: Connection) -> list[str]:
    """The published files that were deleted, or are to be deleted after a kill."""
    words = select(file.c.name).where(file.c.kind == Kind.PRUNED)
    return list(connection.scalars(words.order_by(file.c.name)))


def empty_file(connection: Connection, name: str) -> None:
    """Deletes the lines that a published file holds.

    The name stays, so that the store knows what it published, and of each record everything but
    its line, so that nothing is published again.
    """
    connection.execute(update(record).where(record.c.file == name).values(line=""))
    connection.execute(update(file).where(file.c.name == name).values(kind=Kind.PRUNED))


def wasted(store: Store) -> tuple[int, int]:
    """Bytes of the database file, and of them those that stand empty; 0 for a database server."""
    if store.engine.dialect.name != SQLITE:
        return 0, 0
    with store.transaction() as connection:
        size, pages, free = (
            connection.scalar(text(f"PRAGMA {name}")) or 0
            for name in ("page_size", "page_count", "freelist_count")
        )
    return size * pages, size * free


def compact(store: Store) -> None:
    """Writes the database file anew, without what stands empty. Raises OutputError."""
    with store.outside() as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
