"""The state store: one database that knows every page and record. Durability lives here.

Every change is one transaction, on disk when the block ends (WAL, synchronous=FULL). Nothing
else remembers anything: what is not committed here did not happen.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, insert, inspect, select, text, update
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from ruralnews.errors import OutputError, StateError, UsageError
from ruralnews.state.schema import VERSION, meta, metadata
from ruralnews.state.upgrade import OLDER, upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

FILE = "state.sqlite"
"""Name of the store below OUTPUT_DIR."""
SQLITE = "sqlite"
CHECKED_BYTES = 256 * 1024 * 1024
"""A store up to this size is checked whole at every start (0.5 s); a larger one by verify."""
DAMAGED = ("malformed", "not a database", "corrupt", "no such table", "no such column")


def store_url(folder: Path, url: str = "") -> str:
    """The URL as given, or that of the file in the output folder."""
    return url or f"{SQLITE}:///{folder / FILE}"


class Store:
    """An open store. Threads take turns."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._turn = RLock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose changes are durable when the block ends, or not made at all.

        Raises OutputError when they cannot be written, StateError when the store is damaged.
        """
        try:
            with self._turn, self.engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            raise _explained(self.engine, error) from error

    @contextmanager
    def outside(self) -> Iterator[sqlite3.Connection]:
        """SQLite's own connection, for what no transaction may hold. Raises as `transaction`."""
        try:
            with self._turn, self.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None, "the connection was opened above"
                connection.rollback()
                yield raw
        except (DatabaseError, sqlite3.DatabaseError) as error:
            raise _explained(self.engine, error) from error

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, *, check: bool = True, reading: bool = False) -> Store:
    """The store at an SQLAlchemy URL, its tables made when there are none.

    With `reading` its transactions see it as it is when they begin, and no run waits for them.

    Raises StateError for one that is damaged or of another version, OutputError for one that
    cannot be written, UsageError for a URL that names no database.
    """
    try:
        engine = _engine(url, reading=reading)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise UsageError(
            f"STATE_URL={url}: names no database that can be opened: {error}"
        ) from error
    store = Store(engine)
    with ExitStack() as undo:
        undo.callback(store.close)
        with store.transaction() as connection:
            _check(connection, url, whole=check)
        undo.pop_all()
    return store


def _engine(url: str, *, reading: bool) -> Engine:
    if not url.startswith(f"{SQLITE}:"):
        return create_engine(url, isolation_level="REPEATABLE READ")
    # One connection, no transactions begun by the driver: ours begin by themselves, below.
    options: dict[str, Any] = {"check_same_thread": False, "isolation_level": None}
    engine = create_engine(url, poolclass=StaticPool, connect_args=options)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin_reading if reading else _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    # FULL: a commit is on disk when it returns, also when the power goes.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # Not the driver's deferred BEGIN: it takes the write lock when it is too late to wait for it.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    # No write lock: a crawl that could not commit for 10 s would end.
    connection.exec_driver_sql("BEGIN")


def _check(connection: Connection, url: str, *, whole: bool) -> None:
    if not inspect(connection).get_table_names():
        metadata.create_all(connection)
        connection.execute(insert(meta).values(name="version", value=str(VERSION)))
        return
    found = connection.scalar(select(meta.c.value).where(meta.c.name == "version"))
    if whole:
        # A store that cannot be written is told before the first request, not after it.
        connection.execute(update(meta).values(value=meta.c.value))
    if found in OLDER:
        upgrade(connection)
    elif found != str(VERSION):
        raise StateError(
            f"{url}: is a store of version {found}; this program reads version {VERSION}. "
            "Install the version that wrote it, or set STATE_URL to another store"
        )
    if whole and connection.dialect.name == SQLITE:
        _quick_check(connection, url)


def _quick_check(connection: Connection, url: str) -> None:
    size = connection.scalar(
        text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    )
    if (size or 0) > CHECKED_BYTES:
        return
    said = connection.scalar(text("PRAGMA quick_check(1)"))
    if said != "ok":
        raise StateError(_damaged(url, str(said)))


def _explained(engine: Engine, error: DatabaseError | sqlite3.DatabaseError) -> Exception:
    """The error of ours that a database error is."""
    cause = error.orig if isinstance(error, DatabaseError) else error
    url, said = str(engine.url), str(cause)
    if any(word in said for word in DAMAGED):
        return StateError(_damaged(url, said))
    if isinstance(cause, sqlite3.IntegrityError | sqlite3.ProgrammingError):
        return error
    return OutputError(f"{url}: cannot be written: {said}; free space or rights, run again")


def _damaged(url: str, said: str) -> str:
    path = Path(url.removeprefix(f"{SQLITE}:///"))
    return (
        f"{url}: is damaged ({said}). Published files are not touched. Recover what can be "
        f"read: `sqlite3 {path} .recover | sqlite3 {path}.new`, then put {path.name}.new in its "
        "place; or restore a backup"
    )
