"""Published files: a pure function of the store.

    <folder>/<slug>/<UTC time>.jsonl        records
    <folder>/<slug>/gone/<UTC time>.jsonl   tombstones
    <folder>/<slug>/manifest.json           every file with its rows, bytes and sha256

First the store names a file and the exact rows it owns (`record.file`), in one transaction.
Then the file is written aside, synced and renamed, and last the store notes its sha256. Whatever
a kill interrupts is done again from the first step and gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from ruralnews.archive.syncing import sync
from ruralnews.errors import OutputError
from ruralnews.state.rules import Kind
from ruralnews.state.schema import file, record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from ruralnews.state.store import Store

MANIFEST = "manifest.json"
MANIFEST_SCHEMA = 1
BATCH = 500
"""Rows read at a time: a night of any size is written in little memory."""
TEMPORARY = ".tmp"


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Published:
    """A file as the store knows it; `content` is None until it is safe on disk."""

    name: str
    kind: str
    content: Content | None


def publish(
    store: Store, folder: Path, portal: str, now: datetime, at: Callable[[str], None]
) -> list[Published]:
    """The files that this call made, of all the portal's records in no file yet.

    Raises OutputError when one cannot be written; the next call makes it.
    """
    with store.transaction() as connection:
        for kind in (Kind.ARTICLE, Kind.GONE):
            _plan(connection, folder, portal, kind, now)
    at("after-plan")
    return finish(store, folder, portal, at)


def finish(store: Store, folder: Path, portal: str, at: Callable[[str], None]) -> list[Published]:
    """The files that were planned and not yet made: what a killed run left. Makes them."""
    made = []
    for planned in published(store, portal):
        if planned.content is None:
            content = write(store, folder / planned.name, planned.name, at)
            with store.transaction() as connection:
                _seal(connection, planned.name, content)
            at("after-seal")
            made.append(Published(planned.name, planned.kind, content))
    write_manifest(store, folder, portal, at)
    return made


def published(store: Store, portal: str) -> list[Published]:
    """Every file of a portal, in the order of their names, but those deleted for their age."""
    with store.transaction() as connection:
        rows = connection.execute(
            select(file.c.name, file.c.kind, file.c.rows, file.c.bytes, file.c.sha256)
            .where(file.c.portal == portal, file.c.kind != Kind.PRUNED)
            .order_by(file.c.name)
        ).all()
    return [
        Published(r.name, r.kind, Content(r.rows, r.bytes, r.sha256) if r.sha256 else None)
        for r in rows
    ]


def _plan(connection: Connection, folder: Path, portal: str, kind: Kind, now: datetime) -> None:
    waiting = (record.c.portal == portal, record.c.file.is_(None), record.c.kind == kind)
    if connection.scalar(select(record.c.seq).where(*waiting).limit(1)) is None:
        return
    name = _free_name(connection, folder, portal, kind, now)
    planned = int(now.timestamp())
    connection.execute(insert(file).values(name=name, portal=portal, kind=kind, planned=planned))
    # The rows by themselves, never a range of numbers: two committers may number one way and
    # commit the other.
    connection.execute(update(record).where(*waiting).values(file=name))


def _free_name(connection: Connection, folder: Path, portal: str, kind: Kind, now: datetime) -> str:
    base = f"{slug_of(portal)}/{'gone/' if kind is Kind.GONE else ''}{now:%Y%m%dT%H%M%SZ}"
    number, name = 1, f"{base}.jsonl"
    while (
        connection.scalar(select(file.c.name).where(file.c.name == name)) is not None
        or (folder / name).exists()
    ):
        number += 1
        name = f"{base}-{number}.jsonl"
    return name


def slug_of(portal: str) -> str:
    """The folder of a portal: its slug, also for `site:HOST`."""
    return portal.partition(":")[0]


def lines(store: Store, name: str) -> Iterator[bytes]:
    """The lines that a file owns, in their order, some at a time."""
    after = 0
    while True:
        with store.transaction() as connection:
            rows = connection.execute(
                select(record.c.seq, record.c.line)
                .where(record.c.file == name, record.c.seq > after)
                .order_by(record.c.seq)
                .limit(BATCH)
            ).all()
        if not rows:
            return
        after = rows[-1].seq
        yield "".join(row.line for row in rows).encode()


def write(store: Store, path: Path, name: str, at: Callable[[str], None]) -> Content:
    """What the file holds, written whole or not at all. Raises OutputError."""
    with replacing(path, at) as descriptor:
        digest, size = hashlib.sha256(), 0
        for chunk in lines(store, name):
            write_all(descriptor, chunk)
            digest.update(chunk)
            size += len(chunk)
            at("in-file")
    with store.transaction() as connection:
        rows = connection.scalar(
            select(func.count()).select_from(record).where(record.c.file == name)
        )
    return Content(rows or 0, size, digest.hexdigest())


def nothing(_: str) -> None:
    """What happens at a point that nobody watches; a test of kills puts its own in its place."""


@contextmanager
def replacing(path: Path, at: Callable[[str], None] = nothing) -> Iterator[int]:
    """A descriptor to write to; the file stands under its name, synced, when the block ends."""
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            yield descriptor
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        at("before-rename")
        temporary.replace(path)
        at("after-rename")
        # A rename is safe on disk when its folder is.
        for folder in (path.parent, path.parent.parent):
            sync(folder)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written: {error.strerror}; free space or rights, run again"
        ) from error


def write_all(descriptor: int, chunk: bytes) -> None:
    """Writes all of the bytes; `os.write` may take a part."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _seal(connection: Connection, name: str, content: Content) -> None:
    values = {"rows": content.rows, "bytes": content.bytes, "sha256": content.sha256}
    connection.execute(update(file).where(file.c.name == name).values(values))


def manifest(store: Store, slug: str) -> bytes:
    """The manifest of a portal's folder, as it must be."""
    with store.transaction() as connection:
        rows = connection.execute(
            select(
                file.c.name, file.c.kind, file.c.planned, file.c.rows, file.c.bytes, file.c.sha256
            )
            .where(file.c.name.startswith(f"{slug}/", autoescape=True), file.c.sha256.is_not(None))
            .where(file.c.kind != Kind.PRUNED)
            .order_by(file.c.planned, file.c.name)
        ).all()
    files = [
        {
            "name": row.name.partition("/")[2],
            "kind": row.kind,
            "published": datetime.fromtimestamp(row.planned, UTC).isoformat(),
            "rows": row.rows,
            "bytes": row.bytes,
            "sha256": row.sha256,
        }
        for row in rows
    ]
    said = {"portal": slug, "files": files, "schema": MANIFEST_SCHEMA}
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()


def write_manifest(store: Store, folder: Path, portal: str, at: Callable[[str], None]) -> None:
    """Brings the manifest up to date; a portal without files gets none."""
    slug = slug_of(portal)
    path, content = folder / slug / MANIFEST, manifest(store, slug)
    if not path.exists() and not published(store, portal):
        return
    if path.exists() and path.read_bytes() == content:
        return
    with replacing(path, at) as descriptor:
        write_all(descriptor, content)
