"""What is in an exported file is what was published, in every format."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet as pq
from recorded import article, gone

from ruralnews.export.columns import Column, Shape, gone_columns, record_columns
from ruralnews.export.formats import Format, writer_of
from ruralnews.export.formulas import STARTS, guarded, unguarded
from ruralnews.export.parquet import arrow_schema
from ruralnews.export.rows import Row
from ruralnews.items import Article
from ruralnews.state.lines import record_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

COLUMNS = record_columns()
HOSTILE = ['=HYPERLINK("http://x.example")', "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", "'=1"]


def values(*, bare: bool = False, **said: Any) -> dict[str, Any]:
    """A record; a bare one has no value where none is needed."""
    made = article(1, **said).to_record()
    if bare:
        empty = {Shape.LIST: [], Shape.OBJECT: {}}
        made |= {one.name: empty.get(one.shape) for one in COLUMNS if one.nullable}
        made |= {one.name: empty[one.shape] for one in COLUMNS if one.shape in empty}
    return made


RECORDS = [
    values(),
    values(bare=True),
    values(title='引号"、逗号,、\u2028和𠮷', body="第一段。\n\n“第二段”\r\n第三段"),
    *(values(title=text, body=text, source=text) for text in HOSTILE),
]


def written(kind: Format, path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    rows = [Row(record_line(record), dict(record)) for record in records]
    with writer_of(kind)(path, COLUMNS) as write:
        write(rows[:2])
        write(rows[2:])
    return path


def from_cell(column: Column, cell: Any) -> Any:
    """The value of a cell of a table, as docs/USING_THE_RECORDS.md says it is read."""
    if column.shape.is_nested:
        return json.loads(cell)
    if column.shape is Shape.INTEGER:
        return int(cell)
    return None if column.nullable and cell in (None, "") else cell


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def read_csv(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {one.name: from_cell(one, unguarded(row[one.name])) for one in COLUMNS}
            for row in csv.DictReader(file)
        ]


def read_sqlite(path: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT * FROM record ORDER BY rowid").fetchall()
    return [
        {one.name: from_cell(one, cell) for one, cell in zip(COLUMNS, row, strict=True)}
        for row in rows
    ]


def read_parquet(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist(maps_as_pydicts="strict")
    return rows


READERS = {
    Format.JSONL: read_jsonl,
    Format.CSV: read_csv,
    Format.SQLITE: read_sqlite,
    Format.PARQUET: read_parquet,
}


@pytest.mark.parametrize("kind", Format)
def test_what_is_read_back_is_what_was_published(kind: Format, tmp_path: Path) -> None:
    records = [record | {"id": f"hemiao:{n}"} for n, record in enumerate(RECORDS)]
    path = written(kind, tmp_path / "made", records)
    read = READERS[kind](path)
    assert read == records
    assert [list(record) for record in read] == [list(record) for record in records]


def test_json_lines_are_the_published_bytes(tmp_path: Path) -> None:
    path = written(Format.JSONL, tmp_path / "made", RECORDS)
    assert path.read_bytes() == "".join(map(record_line, RECORDS)).encode()


@pytest.mark.parametrize("kind", Format)
def test_an_empty_export_is_a_file_of_its_format(kind: Format, tmp_path: Path) -> None:
    assert READERS[kind](written(kind, tmp_path / "made", [])) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_file_begins_like_a_formula(text: str, tmp_path: Path) -> None:
    path = written(Format.CSV, tmp_path / "made", [values(title=text, source=text)])
    with path.open(encoding="utf-8-sig", newline="") as file:
        [_, row] = csv.reader(file)
    assert not [cell for cell in row if cell[:1] in tuple(STARTS)]
    assert f"'{text}" in row


@given(st.text(st.sampled_from(f"{STARTS}'a1收 ")))
def test_a_guarded_cell_is_no_formula_and_gives_its_text_back(text: str) -> None:
    cell = guarded(text)
    assert cell[:1] not in tuple(STARTS)
    assert unguarded(cell) == text


def test_a_csv_file_says_that_it_is_utf_8(tmp_path: Path) -> None:
    assert written(Format.CSV, tmp_path / "made", []).read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_columns_are_the_fields_of_the_record_with_their_meaning() -> None:
    schema = arrow_schema(COLUMNS)
    declared = [field.name for field in fields(Article)]
    assert schema.names == declared == [column.name for column in COLUMNS]
    for field in schema:
        assert field.metadata[b"description"].decode()
        assert field.nullable == (getattr(Article(), field.name) is None), field.name


def test_parquet_holds_lists_structs_and_maps() -> None:
    schema = arrow_schema(COLUMNS)
    assert schema.field("author").type.value_type == pa.string()
    credit = schema.field("credits").type.value_type
    assert [(field.name, field.type, field.nullable) for field in credit] == [
        ("role", pa.string(), False),
        ("name", pa.string(), False),
    ]
    assert schema.field("raw").type == pa.map_(pa.string(), pa.string())
    assert schema.field("images").type.value_type.field("caption").nullable


def test_tombstones_are_written_too(tmp_path: Path) -> None:
    said = gone(1).to_record()
    declared = gone_columns()
    for kind in Format:
        with writer_of(kind)(tmp_path / kind, declared) as write:
            write([Row(record_line(said), said)])
    assert pq.read_table(tmp_path / "parquet").to_pylist() == [said]
    with closing(sqlite3.connect(tmp_path / "sqlite")) as database:
        assert database.execute("SELECT * FROM record").fetchall() == [tuple(said.values())]


def test_row_groups_are_bounded_by_rows_and_by_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ruralnews.export.parquet.GROUP_ROWS", 4)
    monkeypatch.setattr("ruralnews.export.parquet.GROUP_BYTES", 100_000)
    small = [Row("", values() | {"id": str(n)}) for n in range(2)]
    large = [Row("", values(body="麦" * 40_000))]
    with writer_of(Format.PARQUET)(tmp_path / "made", COLUMNS) as write:
        for batch in (small, small, small, large, small, []):
            write(batch)
    found = pq.ParquetFile(tmp_path / "made").metadata
    assert [found.row_group(n).num_rows for n in range(found.num_row_groups)] == [4, 3, 2]
