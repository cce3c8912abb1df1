"""Whether the published files are what the store says, and how to make them so again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, update

from ruralnews.errors import StateError
from ruralnews.state.files import (
    MANIFEST,
    TEMPORARY,
    Published,
    finish,
    manifest,
    publish,
    published,
    slug_of,
    write,
    write_manifest,
)
from ruralnews.state.rules import FORGOTTEN, Kind, State
from ruralnews.state.schema import file, page, record, run
from ruralnews.state.store import SQLITE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection, Row

    from ruralnews.state.store import Store

CHUNK = 1024 * 1024


def recover(store: Store, folder: Path, at: Callable[[str], None]) -> None:
    """Makes the files that a killed run began.

    Raises StateError when the folder holds published files that the store never heard of: it
    was deleted, put back from a backup, or lost its journal (`-wal`). Going on would publish
    everything twice.
    """
    for path in sorted(folder.glob(f"*/{MANIFEST}")):
        slug = path.parent.name
        unknown = _listed(path) - _names(store, slug)
        if unknown:
            raise StateError(
                f"{store.engine.url}: does not know {min(unknown)}, which {path} lists. "
                "Put the store back that published it (with its -wal file), or move the folder "
                f"{path.parent} away to begin anew"
            )
    for portal in portals(store):
        finish(store, folder, portal, at)


def _listed(path: Path) -> set[str]:
    """The names in a manifest below OUTPUT_DIR; none when it is unreadable (verify tells)."""
    try:
        files = json.loads(path.read_bytes())["files"]
        return {f"{path.parent.name}/{one['name']}" for one in files}
    except (ValueError, KeyError, TypeError):
        return set()


def _names(store: Store, slug: str) -> set[str]:
    with store.transaction() as connection:
        mine = file.c.name.startswith(f"{slug}/", autoescape=True)
        return set(connection.scalars(select(file.c.name).where(mine)))


def problems(store: Store, folder: Path, *, at_work: bool = False) -> Iterator[str]:
    """One sentence for everything that is not as the store says; none when all is well.

    With `at_work` a run goes on: what it has not finished is no problem yet.
    """
    yield from _store_problems(store)
    for portal in portals(store):
        for one in published(store, portal):
            problem = _file_problem(store, folder, one)
            if problem and not (at_work and one.content is None):
                yield f"{folder / one.name}: {problem}"
        waiting = 0 if at_work else _unpublished(store, portal)
        if waiting:
            yield f"{portal}: {waiting} records are in the store and in no file yet"
    for slug in sorted({slug_of(portal) for portal in portals(store)}):
        yield from _folder_problems(store, folder, slug, at_work=at_work)


def repair(store: Store, folder: Path, now: datetime, at: Callable[[str], None]) -> Iterator[str]:
    """One sentence for every file made again; publishes what no file holds.

    Raises OutputError for a file that cannot be written.
    """
    for portal in portals(store):
        for one in published(store, portal):
            if one.content and _file_problem(store, folder, one):
                write(store, folder / one.name, one.name, at)
                yield f"{folder / one.name}: written again"
        for made in publish(store, folder, portal, now, at):
            yield f"{folder / made.name}: published"
        write_manifest(store, folder, portal, at)
        for left in (folder / slug_of(portal)).rglob(f"*{TEMPORARY}"):
            left.unlink()
            yield f"{left}: removed"


def portals(store: Store) -> list[str]:
    """Every portal that was ever crawled."""
    with store.transaction() as connection:
        return list(connection.scalars(select(run.c.portal).distinct().order_by(run.c.portal)))


def page_counts(store: Store) -> list[Row[str, str, str | None, int]]:
    """Portal, state, reason and number of pages, for every combination there is."""
    columns = (page.c.portal, page.c.state, page.c.reason)
    with store.transaction() as connection:
        words = select(*columns, func.count()).group_by(*columns).order_by(*columns)
        return list(connection.execute(words))


def record_count(store: Store, portal: str) -> int:
    """Records and tombstones of a portal."""
    with store.transaction() as connection:
        words = select(func.count()).select_from(record).where(record.c.kind != Kind.FORGOTTEN)
        words = words.where(record.c.portal == portal)
        return connection.scalar(words) or 0


def last_run(store: Store, portal: str) -> Row[Any, Any, Any] | None:
    """Start, end and outcome of the last run of a portal, in Unix seconds."""
    with store.transaction() as connection:
        return connection.execute(
            select(run.c.started, run.c.finished, run.c.outcome)
            .where(run.c.portal == portal)
            .order_by(run.c.id.desc())
            .limit(1)
        ).first()


def retry(store: Store, reason: str, portal: str | None) -> int:
    """How many pages with this reason the next run will ask for again, whatever they were."""
    words = update(page).where(page.c.reason == reason, page.c.state != State.PENDING)
    words = words.where(page.c.reason != FORGOTTEN)
    if portal is not None:
        words = words.where(page.c.portal == portal)
    # Without validators: a page that did not change is to be read again all the same.
    again = {"state": State.PENDING, "attempts": 0, "misses": 0, "etag": None, "modified": None}
    with store.transaction() as connection:
        return len(connection.execute(words.values(again).returning(page.c.id)).all())


def _store_problems(store: Store) -> Iterator[str]:
    with store.transaction() as connection:
        if connection.dialect.name == SQLITE:
            said = connection.scalars(text("PRAGMA integrity_check(10)")).all()
            yield from (f"{store.engine.url}: {line}" for line in said if line != "ok")
        lost = connection.scalar(
            select(func.count())
            .select_from(page)
            .where(page.c.state == State.DONE, page.c.reason.is_(None), page.c.record.is_(None))
            .where(page.c.kind == "article")
        )
        if lost:
            yield f"{store.engine.url}: {lost} pages count as read and gave no record"


def _file_problem(store: Store, folder: Path, one: Published) -> str | None:
    path = folder / one.name
    if one.content is None:
        return "was begun and not finished"
    if not path.is_file():
        return "is missing"
    if _sha256(path) != one.content.sha256:
        return "is not what was published: its sha256 differs"
    with store.transaction() as connection:
        rows = _rows(connection, one.name)
    return None if rows == one.content.rows else f"owns {rows} records in the store"


def _rows(connection: Connection, name: str) -> int:
    words = select(func.count()).select_from(record).where(record.c.file == name)
    return connection.scalar(words) or 0


def _unpublished(store: Store, portal: str) -> int:
    with store.transaction() as connection:
        words = select(func.count()).select_from(record).where(record.c.kind != Kind.FORGOTTEN)
        waiting = words.where(record.c.portal == portal, record.c.file.is_(None))
        return connection.scalar(waiting) or 0


def _folder_problems(store: Store, folder: Path, slug: str, *, at_work: bool) -> Iterator[str]:
    path = folder / slug / MANIFEST
    found_files = sorted((folder / slug).rglob("*"))
    # Afterwards: a file is in the store before it is on disk.
    known = _names(store, slug)
    if not at_work and known and (not path.is_file() or path.read_bytes() != manifest(store, slug)):
        yield f"{path}: does not list what was published"
    for found in found_files:
        name = found.relative_to(folder).as_posix()
        if found.name.endswith(TEMPORARY):
            if at_work:
                continue
            yield f"{found}: was left by a run that was killed"
        elif found.suffix == ".jsonl" and name not in known:
            yield f"{found}: was not published by this store"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
