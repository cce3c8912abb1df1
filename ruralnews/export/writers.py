"""Writers: batches of records in, one new file out, in little memory.

Each is a block that hands out a function to write some rows with; the file is whole when the
block ends well.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ruralnews.errors import OutputError
from ruralnews.export.columns import Column, Shape, cell
from ruralnews.export.formulas import guarded
from ruralnews.export.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Write = Callable[[Sequence[Row]], None]
TABLE = "record"
ENCODING = "utf-8"
WITH_BOM = "utf-8-sig"
"""Of a CSV file: Excel reads UTF-8 without a mark as the code page of the system."""


@contextmanager
def json_lines(path: Path, _: Sequence[Column]) -> Iterator[Write]:
    """The lines as they were published."""
    with path.open("w", encoding=ENCODING, newline="") as file:
        yield lambda rows: file.writelines(row.line for row in rows)


@contextmanager
def comma_separated(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    """Comma-separated values, RFC 4180, for spreadsheets too: see `formulas`."""

    def safe(column: Column, row: Row) -> str | int | None:
        value = cell(column, row.values)
        return guarded(value) if isinstance(value, str) else value

    with path.open("w", encoding=WITH_BOM, newline="") as file:
        table = csv.writer(file)
        table.writerow([column.name for column in columns])
        yield lambda rows: table.writerows([safe(one, row) for one in columns] for row in rows)


@contextmanager
def sqlite_table(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    """A database with one table, one column a key."""
    insert = f"INSERT INTO {TABLE} VALUES ({', '.join('?' for _ in columns)})"  # noqa: S608 - ours
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            # A file that is not whole is thrown away: nothing needs a journal.
            database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF")
            database.execute(create_table(columns))
            database.execute("BEGIN")
            yield lambda rows: _fill(
                database, insert, ([cell(one, row.values) for one in columns] for row in rows)
            )
            if any(column.name == "published" for column in columns):
                database.execute(f"CREATE INDEX by_portal ON {TABLE} (portal, published)")
                database.execute(f"CREATE INDEX by_time ON {TABLE} (published)")
            database.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise OutputError(
            f"{path}: cannot be written: {error}; free space or rights, run again"
        ) from error


def _fill(
    database: sqlite3.Connection, insert: str, rows: Iterator[Sequence[str | int | None]]
) -> None:
    database.executemany(insert, rows)


def create_table(columns: Sequence[Column]) -> str:
    """The statement that makes the table of an export."""
    lines = [
        f'"{column.name}" {"INTEGER" if column.shape is Shape.INTEGER else "TEXT"}'
        f"{'' if column.nullable else ' NOT NULL'}"
        for column in columns
    ]
    return f"CREATE TABLE {TABLE} ({', '.join(lines)}, PRIMARY KEY (id, revision))"
