"""Reading saved pages: HTML files, compressed ones, WARC files, folders and standard input."""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from ruralnews.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

STDIN = "-"
PAGE_ENDINGS = (".html", ".htm", ".shtml", ".html.gz", ".htm.gz", ".shtml.gz")
WARC_ENDINGS = (".warc", ".warc.gz")
ENDINGS = PAGE_ENDINGS + WARC_ENDINGS
MAX_BYTES = 8 * 1024 * 1024
"""Of one page; the crawl takes no larger one either (DOWNLOAD_MAXSIZE)."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One saved page, as it was received."""

    name: str
    """The path as given; within a WARC file followed by `#` and the number of the record."""
    body: bytes
    url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fetched_at: datetime | None = None
    """Aware; None when nobody wrote it down."""


def find_saved(paths: Iterable[str]) -> Iterator[str]:
    """Every file to read, folders opened (all levels, sorted), other paths as they are."""
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            files = (str(file) for file in Path(path).rglob("*") if file.is_file())
            yield from sorted(file for file in files if file.lower().endswith(ENDINGS))
        else:
            yield path


def read_saved(path: str) -> Iterator[SavedPage]:
    """The pages of one file, or of standard input for `-`, which is one HTML page.

    `NAME.meta.json` beside `NAME.html` (`meta.json` beside `page.html`) gives `url`,
    `fetched_at` and `headers`; a WARC file says them itself. Raises InputError when the file,
    its description or one of its records cannot be read.
    """
    try:
        if path == STDIN:
            yield SavedPage(STDIN, _read(sys.stdin.buffer))
        elif path.lower().endswith(WARC_ENDINGS):
            with Path(path).open("rb") as file:
                yield from _read_warc(path, file)
        else:
            yield _read_page(Path(path), path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (EOFError, zlib.error, ArchiveLoadFailed, ValueError) as error:
        raise InputError(f"{path}: is damaged: {error}") from error


def _read_page(path: Path, name: str) -> SavedPage:
    with path.open("rb") as file:
        if path.suffix == ".gz":
            with gzip.open(file) as inner:
                body = _read(inner)
        else:
            body = _read(file)
    meta = _read_meta(path)
    fetched_at = meta.get("fetched_at")
    return SavedPage(
        name,
        body,
        url=meta.get("url"),
        headers={str(key): str(value) for key, value in (meta.get("headers") or {}).items()},
        fetched_at=_moment(fetched_at) if fetched_at else None,
    )


def _read_meta(page: Path) -> dict[str, Any]:
    stem = page.name.removesuffix(".gz").rpartition(".")[0]
    names = [f"{stem}.meta.json"] + (["meta.json"] if stem == "page" else [])
    for name in names:
        path = page.with_name(name)
        if path.is_file():
            try:
                meta = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise ValueError(f"{name} beside it is no JSON: {error}") from error
            if not isinstance(meta, dict) or not isinstance(meta.get("url"), str | None):
                raise ValueError(f"{name} beside it must be an object whose 'url' is text")
            return meta
    return {}


def _read_warc(name: str, file: IO[bytes]) -> Iterator[SavedPage]:
    number = 0
    for record in ArchiveIterator(file):
        if record.rec_type != "response":
            continue
        number += 1
        moment = record.rec_headers.get_header("WARC-Date")
        headers = record.http_headers.headers if record.http_headers else []
        yield SavedPage(
            f"{name}#{number}",
            _read(record.content_stream()),
            url=record.rec_headers.get_header("WARC-Target-URI"),
            headers=dict(headers),
            fetched_at=_moment(moment) if moment else None,
        )


def _read(file: IO[bytes] | gzip.GzipFile) -> bytes:
    body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1024 // 1024} MiB")
    return body


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the time {text!r} has no zone; write it like 2026-11-03T08:00:00+08:00")
    return moment
