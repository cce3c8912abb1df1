"""Brings the tables of an older store up to date, inside the transaction that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, update
from sqlalchemy.schema import CreateColumn

from ruralnews.state.schema import VERSION, meta, metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

OLDER = ("1", "2")
"""Versions that lack only tables, indexes, and columns that may be NULL or have a default."""


def upgrade(connection: Connection) -> None:
    """Adds what is missing, and notes the version. A kill in between leaves the store as it was."""
    there = inspect(connection)
    known = set(there.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in known:
            table.create(connection)
            continue
        columns = {column["name"] for column in there.get_columns(table.name)}
        name = connection.dialect.identifier_preparer.format_table(table)
        for column in table.columns:
            if column.name not in columns:
                words = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {words}")
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    connection.execute(update(meta).where(meta.c.name == "version").values(value=str(VERSION)))
