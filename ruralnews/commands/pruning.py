"""The steps of `scrapy prune`: what is old is found, told, and deleted.

Each thing leaves the store before it leaves the disk: a kill in between leaves a file that nobody
counts on, and the next time deletes it.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ruralnews.archive.warc import ENDING, OPEN
from ruralnews.commands.night_files import NIGHTS
from ruralnews.errors import OutputError
from ruralnews.monitoring.night import shorten
from ruralnews.state.files import write_manifest
from ruralnews.state.pruning import (
    drop_file,
    empty_file,
    indexed,
    long_facts,
    old_files,
    pruned_files,
    replace_facts,
    unread,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ruralnews.state.store import Store

STAMP = "%Y%m%dT%H%M%SZ"
NIGHT = re.compile(r"\d{8}T\d{6}Z")
WARC = re.compile(r"-(\d{8}T\d{6}Z)(?:-\d+)?" + re.escape(ENDING))
LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Ages:
    """From when on things are kept, Unix seconds."""

    keep: int
    unread: int
    """The archive of articles that gave no record yet."""
    records: int | None
    """Published records; None: all of them."""


@dataclass(slots=True)
class Freed:
    """What a step deleted, or would."""

    what: str
    count: int = 0
    bytes: int = 0

    def add(self, size: int) -> None:
        self.count += 1
        self.bytes += size


class Pruning:
    """One prune of one output folder."""

    def __init__(
        self, store: Store, folder: Path, ages: Ages, at: Callable[[str], None], *, dry: bool
    ) -> None:
        """`at` is called with the name of each point passed; `dry` deletes nothing."""
        self.store = store
        self.folder = folder
        self.ages = ages
        self.dry = dry
        self._at = at

    def archive(self, home: Path) -> Iterator[Freed]:
        """Archive files, closed ones only, and what the index says of them."""
        with self.store.transaction() as connection:
            times, waiting = indexed(connection), unread(connection)
        freed, kept = Freed("archive files"), Freed("archive files kept for unread articles")
        there = {path.relative_to(home).as_posix(): path for path in home.glob(f"*/*{ENDING}")}
        for name in sorted(times.keys() | there.keys()):
            # One that the store does not know: what a kill of a prune left, or a stranger's.
            time = times.get(name) or begun(name)
            if time is None or time >= self.ages.keep or (home / f"{name}{OPEN}").exists():
                continue
            size = there[name].stat().st_size if name in there else 0
            if name in waiting and time >= self.ages.unread:
                kept.add(size)
                continue
            freed.add(size)
            if not self.dry:
                with self.store.transaction() as connection:
                    drop_file(connection, name)
                self._at("after-prune-index")
                self._unlink(home / name)
        yield freed
        yield kept

    def nights(self) -> Iterator[Freed]:
        """Folders of nights, but for the last one."""
        freed = Freed("folders of nights")
        found = [p for p in (self.folder / NIGHTS).glob("*") if NIGHT.fullmatch(p.name)]
        for path in sorted(found)[:-1]:
            if moment(path.name) < self.ages.keep:
                freed.add(sum(one.stat().st_size for one in path.rglob("*") if one.is_file()))
                if not self.dry:
                    self._remove(path)
        yield freed

    def logs(self) -> Iterator[Freed]:
        """Logs of what started the nights."""
        freed = Freed("logs")
        for path in sorted((self.folder / LOGS).glob("*.log")):
            found = path.stat()
            if found.st_mtime < self.ages.keep:
                freed.add(found.st_size)
                if not self.dry:
                    self._unlink(path)
        yield freed

    def facts(self, keep: int) -> Iterator[Freed]:
        """Samples and titles in the facts of runs, but for the last `keep` of each portal."""
        freed = Freed("runs shortened")
        with self.store.transaction() as connection:
            found = long_facts(connection, self.ages.keep, keep, shorten)
            freed.count = len(found)
            if not self.dry:
                replace_facts(connection, found)
        yield freed

    def records(self) -> Iterator[Freed]:
        """Published files, when that was asked for; and those that a kill of a prune left."""
        with self.store.transaction() as connection:
            left = [name for name in pruned_files(connection) if (self.folder / name).exists()]
            before = self.ages.records
            old = [] if before is None else old_files(connection, before)
        freed = Freed("published files", len(old), sum(one.bytes for one in old))
        if not self.dry:
            for one in old:
                with self.store.transaction() as connection:
                    empty_file(connection, one.name)
                self._at("after-prune-records")
            names = [*left, *(one.name for one in old)]
            for name in names:
                self._unlink(self.folder / name)
            for slug in sorted({name.partition("/")[0] for name in names}):
                write_manifest(self.store, self.folder, slug, self._at)
        if before is not None:
            yield freed
            yield Freed("published records", sum(one.rows for one in old))

    def _unlink(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{path}: cannot be deleted: {error.strerror}") from error
        self._at("after-prune-file")

    def _remove(self, path: Path) -> None:
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise OutputError(f"{path}: cannot be deleted: {error.strerror}") from error
        self._at("after-prune-night")


def moment(stamp: str) -> float:
    """Unix seconds of a UTC time in a name."""
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp()


def begun(name: str) -> int | None:
    """When an archive file was begun, as its name says; None when it is none of ours."""
    found = WARC.search(name)
    return int(moment(found[1])) if found else None
