"""An article taken out of the store for good, with everything that was kept of it.

The address stays, so that it is never asked for again, and so do id and content_sha of its
records, so that another address with the same article brings nothing back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, false, or_, select, text, update

from ruralnews.state.naming import ADD_PAGE
from ruralnews.state.queue import Link, new_page
from ruralnews.state.rules import FORGOTTEN, Kind, State
from ruralnews.state.schema import capture, file, page, record, run
from ruralnews.state.store import SQLITE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ruralnews.state.store import Store

NAMING = ("fresh", "withdrawn", "samples")
"""Parts of the facts of a run that name records and quote them."""
EMPTIED = {
    "state": State.REFUSED,
    "reason": FORGOTTEN,
    "attempts": 0,
    "misses": 0,
    **dict.fromkeys(("title", "listed", "due", "etag", "modified", "record", "published")),
}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What an address led to."""

    portals: tuple[str, ...]
    """Those that knew the address."""
    pages: tuple[int, ...]
    records: int
    """Lines taken out, tombstones included."""
    files: tuple[str, ...]
    """Published files that held them, to be made again."""


def forget_article(connection: Connection, url: str) -> Forgotten:
    """What was known under a canonical URL, and is known no more.

    The published files are named as begun and not finished: `files.finish` makes them, now or,
    after a kill, at the start of the next run.
    """
    if connection.dialect.name == SQLITE:
        # What is deleted is overwritten in the database file too.
        connection.execute(text("PRAGMA secure_delete=ON"))
    named = select(page.c.id).where(page.c.url == url, page.c.kind == Kind.ARTICLE)
    ids = set(connection.scalars(select(record.c.id).where(record.c.page.in_(named))))
    theirs = or_(page.c.id.in_(named), page.c.record.in_(ids))
    pages = connection.execute(select(page.c.id, page.c.portal).where(theirs)).all()
    rows = connection.execute(select(record.c.file, record.c.kind).where(record.c.id.in_(ids)))
    kept = [row for row in rows if row.kind != Kind.FORGOTTEN]
    files = {row.file for row in kept if row.file is not None}
    connection.execute(delete(record).where(record.c.id.in_(ids), record.c.kind == Kind.GONE))
    emptied = {"kind": Kind.FORGOTTEN, "line": "", "file": None, "text_sha": None}
    connection.execute(update(record).where(record.c.id.in_(ids)).values(emptied))
    _forget_facts(connection, ids)
    numbers = tuple(row.id for row in pages)
    connection.execute(update(page).where(page.c.id.in_(numbers)).values(EMPTIED))
    unfinished = {"rows": None, "bytes": None, "sha256": None}
    connection.execute(update(file).where(file.c.name.in_(files)).values(unfinished))
    portals = tuple(sorted({row.portal for row in pages}))
    return Forgotten(portals, numbers, len(kept), tuple(sorted(files)))


def _forget_facts(connection: Connection, ids: set[str]) -> None:
    """Takes headlines and samples of these records out of the facts of runs."""
    naming = or_(false(), *(run.c.facts.contains(one, autoescape=True) for one in sorted(ids)))
    words = select(run.c.id, run.c.facts).where(naming)
    for row in connection.execute(words).all():
        facts = json.loads(row.facts)
        for part in NAMING:
            facts[part] = [one for one in facts.get(part, ()) if one["id"] not in ids]
        said = json.dumps(facts, ensure_ascii=False)
        connection.execute(update(run).where(run.c.id == row.id).values(facts=said))


def refuse_article(connection: Connection, portal: str, url: str) -> None:
    """Notes an address that no list has named yet, so that it is never asked for."""
    row = new_page(portal, Link(url, url, Kind.ARTICLE, ""))
    connection.execute(ADD_PAGE, [row | EMPTIED])


def captured(connection: Connection, pages: Sequence[int]) -> list[tuple[str, int, int]]:
    """File, offset and length of everything that the archive holds of these pages."""
    columns = (capture.c.file, capture.c.offset, capture.c.length)
    rows = connection.execute(select(*columns).where(capture.c.page.in_(pages)))
    return [(row.file, row.offset, row.length) for row in rows]


def drop_captures(connection: Connection, pages: Sequence[int]) -> None:
    """Takes the pages out of the index of the archive."""
    connection.execute(delete(capture).where(capture.c.page.in_(pages)))


def empty_journal(store: Store) -> None:
    """Nothing; what was overwritten does not stay behind in the journal of SQLite (`-wal`)."""
    if store.engine.dialect.name != SQLITE:
        return
    with store.outside() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
