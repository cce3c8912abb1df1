"""Rule: a file of records appears under its name when it is whole, or not at all.

<OUTPUT_DIR>/<slug>/<start of the run, UTC: YYYYMMDDTHHMMSSZ>.jsonl
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from errno import EEXIST
from io import FileIO
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured

from ruralnews.archive.folders import output_folder
from ruralnews.errors import OutputError
from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.items import Article

LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}
"""Characters that some readers take for the end of a line, though JSON does not."""


def record_line(record: dict[str, object]) -> str:
    """The record as one JSON line: keys in their order, readable Chinese, no NaN.

    Raises ValueError for a number that JSON does not have.
    """
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    return text.translate(LINE_ENDS) + "\n"


class JsonLinesPipeline:
    """Writes the records of one run to one file; none when -o or -O names another place."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.path: Path | None = None
        self.records = 0
        self._file: FileIO | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if crawler.settings.getdict("FEEDS"):
            raise NotConfigured("the records go where -o or -O says")
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        line = record_line(item.to_record()).encode()
        try:
            append_whole(self._file or self._open(item), line)
        except OSError as error:
            raise self._failure(error) from error
        self.records += 1
        return item

    def close_spider(self) -> None:
        if self._file is None or self.path is None:
            return
        try:
            with self._file as file:
                os.fsync(file.fileno())
            if self.records:
                _temporary(self.path).rename(self.path)
                _sync_folder(self.path.parent)
        except OSError as error:
            raise self._failure(error) from error
        if self.records:
            self.crawler.stats.set_value(Key.RECORDS, self.records)
            self.crawler.stats.set_value(Key.FILE, str(self.path))

    def _open(self, item: Article) -> FileIO:
        start = self.crawler.stats.get_value("start_time") or datetime.now(UTC)
        folder = output_folder(self.crawler.settings) / (item.portal or "site")
        self.path = folder / f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            raise FileExistsError(EEXIST, "another run of this second has written it")
        # Exclusive: two runs that began in the same second must not share a file.
        self._file = FileIO(_temporary(self.path), "x")
        return self._file

    def _failure(self, error: OSError) -> OutputError:
        self.crawler.stats.inc_value(Key.WRITE_ERRORS)
        return OutputError(
            f"{self.path}: cannot be written: {error.strerror}; free space or rights, run again"
        )


def append_whole(file: FileIO, line: bytes) -> None:
    """Appends the line; when that fails, nothing of it stays in the file. Raises OSError."""
    end = file.tell()
    rest = memoryview(line)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.truncate(end)
        file.seek(end)
        raise


def _temporary(path: Path) -> Path:
    return path.with_name(path.name + ".tmp")


def _sync_folder(folder: Path) -> None:
    """A rename is safe on disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
