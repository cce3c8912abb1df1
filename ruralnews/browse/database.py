"""The database that is browsed: a copy of the published records, kept up to date file by file."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ruralnews.browse.search import TOKENIZER, indexed
from ruralnews.errors import OutputError
from ruralnews.export.placing import placed
from ruralnews.state.lock import workspace_lock
from ruralnews.state.reading import PublishedFile, lines_of, published_files
from ruralnews.state.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from sqlalchemy import Connection

LAYOUT = 2
"""Of tables.sql and the search index; a database of another one is made anew."""
NAME = "articles"
FOLDER = "browse"
"""Below OUTPUT_DIR."""
ONLINE, GONE = "在线", "已撤下"
USELESS = {("", "")}
"""In place of the files of a database that cannot be gone on with."""
INDEX = f"""
CREATE VIRTUAL TABLE search USING fts5 (
    title, body, people, content='', tokenize='{TOKENIZER}'
)
"""
"""Of the titles, the text, and everybody's names. It keeps no text of its own."""


@dataclass(frozen=True, slots=True)
class Update:
    """What bringing a database up to date did."""

    anew: bool
    """Whether all of it was made, for the first time or because something was deleted."""
    lines: int


def database_path(folder: Path) -> Path:
    """Where the database of an output folder is."""
    return folder / FOLDER / f"{NAME}.db"


def update(
    target: Path,
    connection: Connection,
    names: Mapping[str, str],
    told: Callable[[int, int], None],
) -> Update:
    """Brings a database up to date with the published files that a snapshot of the store sees.

    `names` are those of the portals; `told` is called with the lines that are done and to do.
    Whoever has the database open goes on seeing the one of before. Raises OutputError when it
    cannot be written, LockedError when another process is at it.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{target.parent}: cannot be made: {error.strerror}") from error
    with workspace_lock(target.parent):
        there = {(one.name, one.sha256): one for one in published_files(connection)}
        known = _known(target)
        # A file that was written again has lost an article that somebody wanted forgotten.
        anew = not known <= there.keys()
        new = [one for key, one in there.items() if anew or key not in known]
        if not new and not anew:
            return Update(anew=False, lines=0)
        with placed(target, force=True) as aside:
            if not anew:
                shutil.copyfile(target, aside)
            return Update(anew, _fill(aside, connection, new, names, told))


def _known(target: Path) -> set[tuple[str, str]]:
    """Name and sha256 of the files that are in a database."""
    if not target.exists():
        return USELESS
    try:
        with closing(sqlite3.connect(f"{target.as_uri()}?mode=ro", uri=True)) as database:
            [layout] = database.execute("PRAGMA user_version").fetchone()
            rows = database.execute("SELECT name, sha256 FROM file").fetchall()
    except sqlite3.DatabaseError:
        return USELESS
    return set(rows) if layout == LAYOUT else USELESS


def _fill(
    path: Path,
    connection: Connection,
    new: Iterable[PublishedFile],
    names: Mapping[str, str],
    told: Callable[[int, int], None],
) -> int:
    new = list(new)
    total, done = sum(one.rows for one in new), 0
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            # A file that is not whole is thrown away: nothing needs a journal.
            database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF")
            copy = Copy(database)
            database.execute("BEGIN")
            for one in new:
                add = copy.add_gone if one.kind == Kind.GONE else copy.add_article
                for line in lines_of(connection, one):
                    add(line)
                    done += 1
                    told(done, total)
                database.execute("REPLACE INTO file VALUES (?, ?)", (one.name, one.sha256))
            copy.name_portals(names)
            database.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise OutputError(f"{path}: cannot be written: {error}; free space, run again") from error
    return done


class Copy:
    """A database that is being filled. The order of the lines does not matter."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
            sql = files("ruralnews.browse").joinpath("tables.sql").read_text(encoding="utf-8")
            database.executescript(f"{sql}{INDEX};PRAGMA user_version={LAYOUT}")

    def add_article(self, line: str) -> None:
        record = json.loads(line)
        key = (record["id"], record["revision"])
        self._do("REPLACE INTO version VALUES (?, ?, ?)", (*key, line.rstrip("\n")))
        before = self._do("SELECT rowid, revision FROM article WHERE id = ?", key[:1]).fetchone()
        if before and before[1] >= record["revision"]:
            return
        row = _row(record)
        if before:
            self._unindex(before[0], (record["id"], before[1]))
            changed = ", ".join(f'"{name}" = :{name}' for name in row)
            self._do(f"UPDATE article SET {changed} WHERE id = :id", row)  # noqa: S608 - ours
        else:
            columns = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join(f":{name}" for name in row)
            self._do(f"INSERT INTO article ({columns}) VALUES ({marks})", row)  # noqa: S608
        self._name_people(record)
        [number] = self._do("SELECT rowid FROM article WHERE id = ?", key[:1]).fetchone()
        self._do(
            "INSERT INTO search (rowid, title, body, people) VALUES (?, ?, ?, ?)",
            (number, *_searched(record)),
        )
        self._mark_gone(key[0])

    def add_gone(self, line: str) -> None:
        said = json.loads(line)
        keys = ("id", "revision", "reason", "noticed_at")
        self._do("REPLACE INTO gone VALUES (?, ?, ?, ?)", tuple(said[key] for key in keys))
        self._mark_gone(said["id"])

    def name_portals(self, names: Mapping[str, str]) -> None:
        """Notes the names of the portals that have articles; one without is called by its slug."""
        rows = self._do("SELECT DISTINCT portal FROM article", ()).fetchall()
        pairs = [(slug, names.get(slug, slug)) for (slug,) in rows]
        self._database.executemany("REPLACE INTO portal VALUES (?, ?)", pairs)

    def _name_people(self, record: Mapping[str, Any]) -> None:
        self._do("DELETE FROM person WHERE id = ?", (record["id"],))
        people = [(role, name) for role in ("author", "editor") for name in record[role]]
        self._database.executemany(
            "INSERT INTO person VALUES (?, ?, ?)",
            [(record["id"], role, name) for role, name in dict.fromkeys(people)],
        )

    def _mark_gone(self, name: str) -> None:
        later = (
            "EXISTS (SELECT 1 FROM gone WHERE gone.id = :id AND gone.revision >= article.revision)"
        )
        self._do(
            f"UPDATE article SET status = '{GONE}' WHERE id = :id AND {later}",  # noqa: S608
            {"id": name},
        )

    def _unindex(self, number: int, key: tuple[str, int]) -> None:
        sql = "SELECT record FROM version WHERE id = ? AND revision = ?"
        [line] = self._do(sql, key).fetchone()
        # An index without a text of its own has to be told what it forgets.
        self._do(
            "INSERT INTO search (search, rowid, title, body, people) VALUES ('delete', ?, ?, ?, ?)",
            (number, *_searched(json.loads(line))),
        )

    def _do(self, sql: str, values: Any) -> sqlite3.Cursor:
        return self._database.execute(sql, values)


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    same = ("id", "published", "title", "portal", "column", "source", "revision", "url")
    return {
        **{key: record[key] for key in same},
        "author": json.dumps(record["author"], ensure_ascii=False),
        "editor": json.dumps(record["editor"], ensure_ascii=False),
        "day": record["published"][:10],
        "status": ONLINE,
        "chars": len(record["body"]),
    }


def _searched(record: Mapping[str, Any]) -> tuple[str, str, str]:
    people = [record["source"] or "", *(credit["name"] for credit in record["credits"])]
    people += [*record["author"], *record["editor"]]
    title = f"{record['title']}\n{record['subtitle'] or ''}"
    return indexed(title), indexed(record["body"]), indexed("\n".join(dict.fromkeys(people)))
