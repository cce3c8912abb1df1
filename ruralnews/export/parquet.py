"""Parquet: lists, structs and maps as such, with the schema of the record. Needs pyarrow."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet as pq

from ruralnews.export.columns import Column, Shape, columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ruralnews.export.rows import Row
    from ruralnews.export.writers import Write

GROUP_ROWS = 20_000
GROUP_BYTES = 64 * 1024 * 1024
"""A row group ends with the batch that reaches one of them; it is what writer and reader hold."""


def arrow_schema(declared: Sequence[Column]) -> pa.Schema:
    """The Arrow schema of some columns, with their descriptions as metadata of the fields."""
    return pa.schema([_field(column) for column in declared])


def _field(column: Column) -> pa.Field:
    said = {"description": column.description} if column.description else None
    return pa.field(column.name, _type(column), nullable=column.nullable, metadata=said)


def _type(column: Column) -> pa.DataType:
    if column.shape is Shape.LIST:
        # An item has no name and is never null.
        [item] = columns({"properties": {"item": column.schema["items"]}})
        return pa.list_(_field(item))
    if column.shape is Shape.OBJECT:
        return _object(column.schema)
    return pa.string() if column.shape is Shape.TEXT else pa.int64()


def _object(schema: Mapping[str, Any]) -> pa.DataType:
    if schema.get("properties"):
        return pa.struct([_field(column) for column in columns(schema)])
    return pa.map_(pa.string(), pa.string())


@contextmanager
def row_groups(path: Path, declared: Sequence[Column]) -> Iterator[Write]:
    """Row groups of bounded size, compressed."""
    schema = arrow_schema(declared)
    # As Arrow holds them: rows as Python objects take several times as much.
    waiting: list[pa.RecordBatch] = []

    with pq.ParquetWriter(path, schema, compression="zstd") as file:

        def flush() -> None:
            if waiting:
                file.write_table(pa.Table.from_batches(waiting))
            waiting.clear()

        def write(rows: Sequence[Row]) -> None:
            waiting.append(pa.RecordBatch.from_pylist([row.values for row in rows], schema))
            count = sum(batch.num_rows for batch in waiting)
            if count >= GROUP_ROWS or sum(batch.nbytes for batch in waiting) >= GROUP_BYTES:
                flush()

        yield write
        flush()
