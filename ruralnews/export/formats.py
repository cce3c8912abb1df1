"""The formats of an export and how each is opened."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ruralnews.errors import UsageError
from ruralnews.export.writers import comma_separated, json_lines, sqlite_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ruralnews.export.columns import Column
    from ruralnews.export.writers import Write


class Format(StrEnum):
    """What an export can be."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    SQLITE = "sqlite"


WRITERS = {
    Format.CSV: comma_separated,
    Format.JSONL: json_lines,
    Format.SQLITE: sqlite_table,
}
SUFFIXES = {f".{name}": name for name in Format} | {".db": Format.SQLITE}


def format_of(path: Path) -> Format:
    """The format that a file name ends with. Raises UsageError for another ending."""
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError as error:
        raise UsageError(
            f"{path}: does not say its format; end it with {', '.join(SUFFIXES)}, or use --format"
        ) from error


def writer_of(kind: Format) -> Callable[[Path, Sequence[Column]], AbstractContextManager[Write]]:
    """The writer of a format. Raises UsageError when it needs a library that is not installed."""
    if kind is not Format.PARQUET:
        return WRITERS[kind]
    try:
        from ruralnews.export.parquet import row_groups  # noqa: PLC0415 - pyarrow is an extra
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        raise UsageError(
            "--format parquet needs pyarrow; `pip install 'ruralnews[export]'` brings it"
        ) from error
    return row_groups
