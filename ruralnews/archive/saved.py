"""Reading saved pages: HTML files, compressed ones, WARC files, folders and standard input."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from ruralnews.archive.warc import ARTICLE, KIND, PART
from ruralnews.errors import InputError
from ruralnews.extraction.decoding import BodyError, decode_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

STDIN = "-"
PAGE_ENDINGS = (".html", ".htm", ".shtml", ".html.gz", ".htm.gz", ".shtml.gz")
WARC_ENDINGS = (".warc", ".warc.gz")
ENDINGS = PAGE_ENDINGS + WARC_ENDINGS
NO_PAGES = ("image/", "video/", "audio/", "font/", "text/css", "text/javascript")
"""Content types that other crawlers keep along with the pages."""
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
    offset: int | None = None
    """Where its record begins in a WARC file."""
    problem: InputError | None = None
    """Why a record of a WARC file cannot be read; the body is empty then."""


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
    `fetched_at`, `headers` and the `sha256` of the page; a WARC file says them itself. Of a WARC
    file the answers that may be articles are pages: no redirects, errors, pictures, nor what our
    own crawl marks as list or robots.txt. Raises InputError when the file or its description
    cannot be read; a record that cannot be read has a `problem`, and the next one follows.
    """
    try:
        if path == STDIN:
            yield SavedPage(STDIN, _read(sys.stdin.buffer))
        elif path.lower().endswith(WARC_ENDINGS):
            with Path(path).open("rb") as file:
                yield from _read_warc(path, file)
        else:
            yield _read_page(Path(path), path)
    except (OSError, EOFError, zlib.error, ArchiveLoadFailed, ValueError) as error:
        raise _explained(path, error) from error


def read_record(path: str, offset: int) -> SavedPage | None:
    """The page whose record begins there in a WARC file. Raises InputError as `read_saved`."""
    try:
        with Path(path).open("rb") as file:
            file.seek(offset)
            return next(_read_warc(path, file), None)
    except (OSError, EOFError, zlib.error, ArchiveLoadFailed, ValueError) as error:
        raise _explained(path, error) from error


def _explained(path: str, error: Exception) -> InputError:
    if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
        reason = "missing" if isinstance(error, FileNotFoundError) else "unreadable"
        return InputError(f"{path}: cannot be read: {error.strerror or error}", reason)
    if isinstance(error, _BadPageError):
        return InputError(f"{path}: is damaged: {error}", error.reason)
    reason = "truncated" if isinstance(error, EOFError) else "damaged"
    return InputError(f"{path}: is damaged: {error}", reason)


class _BadPageError(ValueError):
    """A page that is not what was saved, or too large to read."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def _read_page(path: Path, name: str) -> SavedPage:
    with path.open("rb") as file:
        if path.suffix == ".gz":
            with gzip.open(file) as inner:
                body = _read(inner)
        else:
            body = _read(file)
    meta = _read_meta(path)
    expected = meta.get("sha256")
    if expected and hashlib.sha256(body).hexdigest() != expected:
        raise _BadPageError("wrong-sha", "it is not what was saved: its sha256 differs")
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
    records = ArchiveIterator(file, check_digests=True)
    for record in records:
        if record.rec_type != "response":
            continue
        number += 1
        if not _may_be_article(record):
            continue
        body, problem = b"", None
        try:
            body = _body(record)
        except (_BadPageError, BodyError) as error:
            reason = error.fault.value if isinstance(error, BodyError) else error.reason
            problem = InputError(f"{name}#{number}: is damaged: {error}", reason)
        moment = record.rec_headers.get_header("WARC-Date")
        yield SavedPage(
            f"{name}#{number}",
            body,
            url=record.rec_headers.get_header("WARC-Target-URI"),
            headers=dict(record.http_headers.headers if record.http_headers else []),
            fetched_at=_moment(moment) if moment else None,
            offset=records.get_record_offset(),
            problem=problem,
        )


def _may_be_article(record: Any) -> bool:
    if record.rec_headers.get_header(KIND, ARTICLE) not in (ARTICLE, PART):
        return False
    if record.http_headers is None:
        return True
    mime = (record.http_headers.get_header("Content-Type") or "").partition(";")[0].lower()
    return record.http_headers.get_statuscode() == "200" and not mime.startswith(NO_PAGES)


def _body(record: Any) -> bytes:
    """The bytes of the page, its transport undone. Raises _BadPageError or BodyError."""
    if record.http_headers is None:
        return _whole(record, record.raw_stream)
    stream, coded = record.raw_stream, record.http_headers.get_header("Content-Encoding") or ""
    if (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    labels = [label for part in coded.split(",") if (label := part.strip().lower())]
    return decode_body(_whole(record, stream), labels, MAX_BYTES)


def _whole(record: Any, stream: Any) -> bytes:
    body = _read(stream)
    if getattr(record.raw_stream, "limit", 0):
        raise _BadPageError("truncated", "the file ends before the record does")
    if record.digest_checker.passed is False:
        raise _BadPageError("wrong-sha", "it is not what was saved: its digest differs")
    return body


def _read(file: Any) -> bytes:
    """The whole content, in as many reads as it takes."""
    parts, size = [], 0
    while part := file.read(MAX_BYTES + 1 - size):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise _BadPageError("too-large", f"it is larger than {MAX_BYTES // 1024 // 1024} MiB")
    return b"".join(parts)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the time {text!r} has no zone; write it like 2026-11-03T08:00:00+08:00")
    return moment
