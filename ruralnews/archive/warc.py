"""The archive of a portal: WARC files (ISO 28500), one gzip member a record, for every WARC tool.

    <folder>/<slug>/<slug>-<UTC time>.warc.gz        closed
    <folder>/<slug>/<slug>-<UTC time>.warc.gz.open   being written, or left by a kill

Records are appended and synced some at a time, before the store commits the pages they are of;
the store's index (`capture`) names the place of each.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ruralnews import clock
from ruralnews.archive.syncing import sync
from ruralnews.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import IO

ENDING = ".warc.gz"
OPEN = ".open"
KIND = "Ruralnews-Kind"
"""Field of a record's head: what the answer is. WARC readers pass over fields they do not know."""
LIST, ARTICLE, PART, ROBOTS = "list", "article", "part", "robots"
KINDS = (LIST, ARTICLE, PART, ROBOTS)
MEBIBYTE = 1024 * 1024
LEVEL = 4
"""Of gzip. Of 131 portal pages of 128 kB (2026-11) a page takes 2.4 ms and 32.3 kB; at level 6 it
is 3.3 ms and 31.1 kB, at level 1 1.7 ms and 35.1 kB. warcio's own writer knows 9 only."""
HTTP = "HTTP/1.1"
NOT_KEPT = b"transfer-encoding"
"""Scrapy hands bodies over without it, so that a reader must not undo it again."""
CHUNK = 16 * 1024


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of a portal, as received."""

    url: str
    """The URL that was asked for."""
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    """As received, Content-Encoding not undone."""
    fetched_at: datetime
    """Aware, whole seconds: WARC/1.0 knows no smaller ones."""
    kind: str
    """One of KINDS."""

    @property
    def sha256(self) -> str:
        """Of the body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capture stands: one gzip member of a file."""

    file: str
    """Below ARCHIVE_DIR, with /, as it is called when closed."""
    offset: int
    length: int
    """Bytes of the member."""


class _Head(StatusAndHeaders):  # type: ignore[misc] # warcio has no types
    """The head of an HTTP answer, byte for byte; warcio would rewrite what is not ASCII."""

    def __init__(self, capture: Capture) -> None:
        super().__init__(_status(capture.status), [], protocol=HTTP)
        lines = [b"%b: %b\r\n" % pair for pair in capture.headers if pair[0].lower() != NOT_KEPT]
        self.raw = f"{HTTP} {self.statusline}\r\n".encode() + b"".join(lines) + b"\r\n"

    def to_ascii_bytes(self, _: object = None) -> bytes:
        return self.raw


def _status(code: int) -> str:
    known = code in HTTPStatus.__members__.values()
    return f"{code} {HTTPStatus(code).phrase}" if known else f"{code} -"


def member(capture: Capture) -> bytes:
    """The gzip member of one response record."""
    date = capture.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    writer, written = _writer()
    writer.write_record(
        writer.create_warc_record(
            capture.url,
            "response",
            payload=BytesIO(capture.body),
            length=len(capture.body),
            warc_headers_dict={"WARC-Date": date, KIND: capture.kind},
            http_headers=_Head(capture),
        )
    )
    return gzip.compress(written.getvalue(), LEVEL, mtime=0)


def _info(name: str, slug: str, software: str) -> bytes:
    """The gzip member that every WARC file begins with."""
    writer, written = _writer()
    about = {"software": software, "format": "WARC File Format 1.0", "isPartOf": slug}
    writer.write_record(writer.create_warcinfo_record(name, about))
    return gzip.compress(written.getvalue(), LEVEL, mtime=0)


def _writer() -> tuple[WARCWriter, BytesIO]:
    written = BytesIO()
    return WARCWriter(written, gzip=False), written


class Archive:
    """The file of one run, opened with the first record, followed by another when it is full."""

    def __init__(
        self, folder: Path, slug: str, max_bytes: int, software: str, at: Callable[[str], None]
    ) -> None:
        """`at` is called with the name of each point passed."""
        self.folder = folder
        self.slug = slug
        self.max_bytes = max_bytes
        self.software = software
        self._at = at
        self._descriptor = -1
        self._name = ""
        self._size = 0
        self.count = 0
        """Captures written."""

    def write(self, captures: Sequence[Capture]) -> list[Place]:
        """Where the captures stand; on disk when this returns.

        Raises OutputError when they cannot be written; the file is then as it was before.
        """
        try:
            if self._descriptor >= 0 and self._size >= self.max_bytes:
                self._finish()
            if self._descriptor < 0:
                self._begin()
            return self._append([member(capture) for capture in captures])
        except OSError as error:
            raise OutputError(
                f"{self.folder / self._name}: the archive cannot be written: {error.strerror}; "
                "free space or rights, run again"
            ) from error

    def _begin(self) -> None:
        """Opens a file under a name that no file has."""
        (self.folder / self.slug).mkdir(parents=True, exist_ok=True)
        base = f"{self.slug}/{self.slug}-{clock.utc_now():%Y%m%dT%H%M%SZ}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        for number in count(1):
            self._name = f"{base}-{number}{ENDING}" if number > 1 else base + ENDING
            if self._path.exists():
                continue
            with suppress(FileExistsError):
                self._descriptor, self._size = os.open(self._open_path, flags, 0o644), 0
                break
        for folder in (self.folder / self.slug, self.folder):
            sync(folder)

    @property
    def _path(self) -> Path:
        return self.folder / self._name

    @property
    def _open_path(self) -> Path:
        return self.folder / (self._name + OPEN)

    def _append(self, members: list[bytes]) -> list[Place]:
        first = (
            [] if self._size else [_info(self._name.partition("/")[2], self.slug, self.software)]
        )
        places, end = [], self._size + sum(map(len, first))
        for content in members:
            places.append(Place(self._name, end, len(content)))
            end += len(content)
        try:
            self._write(b"".join(first + members))
            os.fsync(self._descriptor)
        except OSError:
            # Nothing torn is left to readers, unless the disk is beyond that too: then the next
            # start removes it.
            os.ftruncate(self._descriptor, self._size)
            os.lseek(self._descriptor, self._size, os.SEEK_SET)
            raise
        self._size = end
        self.count += len(members)
        self._at("after-archive")
        return places

    def _write(self, content: bytes) -> None:
        half = len(content) // 2
        for piece in (content[:half], content[half:]):
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            self._at("in-archive")

    def close(self) -> None:
        """Gives the file its name. Raises OutputError when that fails; the next start does it."""
        if self._descriptor < 0:
            return
        try:
            self._finish()
        except OSError as error:
            raise OutputError(f"{self._open_path}: cannot be renamed: {error.strerror}") from error

    def _finish(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1
        self._at("before-archive-rename")
        _settle(self._open_path, self._size)


def mend(
    folder: Path, committed: Callable[[str], int], at: Callable[[str], None] = lambda _: None
) -> list[str]:
    """The names of the files that killed runs left open, cut to whole records and closed.

    `committed(name)` is the end of the last record of a file that the store knows, 0 for none;
    what lies before it is not read again. `at` is called with the name of each point passed.
    Raises OutputError for a file that cannot be closed.
    """
    mended = []
    for path in sorted(folder.glob(f"*/*{ENDING}{OPEN}")):
        name = path.relative_to(folder).as_posix().removesuffix(OPEN)
        try:
            with path.open("r+b") as file:
                end = whole_until(file, committed(name))
                file.truncate(end)
                os.fsync(file.fileno())
            at("in-archive-recovery")
            _settle(path, end)
        except OSError as error:
            raise OutputError(f"{path}: cannot be closed: {error.strerror}") from error
        mended.append(name)
    return mended


def whole_until(file: IO[bytes], start: int) -> int:
    """The end of the last whole gzip member, when one begins at `start`."""
    size = file.seek(0, os.SEEK_END)
    end = position = start if start <= size else 0
    file.seek(end)
    decoder, data = zlib.decompressobj(zlib.MAX_WBITS + 16), b""
    while data or (data := file.read(CHUNK)):
        try:
            decoder.decompress(data)
        except zlib.error:
            break
        position += len(data) - len(decoder.unused_data)
        data = decoder.unused_data
        if decoder.eof:
            end, decoder = position, zlib.decompressobj(zlib.MAX_WBITS + 16)
    return end


def _settle(path: Path, size: int) -> None:
    """Gives a synced open file its name; one without content goes."""
    if size:
        path.rename(path.with_name(path.name.removesuffix(OPEN)))
    else:
        path.unlink()
    sync(path.parent)
