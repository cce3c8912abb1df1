"""One answer out of the archive, byte for byte as it was received."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from ruralnews.archive.warc import ARTICLE, KIND, OPEN, Capture
from ruralnews.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from ruralnews.archive.warc import Place


def read_capture(folder: Path, place: Place, sha256: str) -> Capture:
    """The capture at a place below ARCHIVE_DIR, whose body has this sha256.

    Raises InputError with the reason `missing`, `unreadable`, `truncated`, `damaged` or
    `wrong-sha`.
    """
    where = f"{folder / place.file} at byte {place.offset}"
    try:
        content = _member(folder, place)
    except FileNotFoundError as error:
        raise InputError(f"{where}: the file is not there", "missing") from error
    except OSError as error:
        raise InputError(f"{where}: cannot be read: {error.strerror}", "unreadable") from error
    if len(content) < place.length:
        raise InputError(f"{where}: the file ends before the record does", "truncated")
    try:
        found = _parse(gzip.decompress(content))
    except (OSError, EOFError, zlib.error, ArchiveLoadFailed, ValueError, IndexError) as error:
        raise InputError(f"{where}: is no record of ours: {error}") from error
    if found.sha256 != sha256:
        raise InputError(f"{where}: is not what was answered: its sha256 differs", "wrong-sha")
    return found


def _member(folder: Path, place: Place) -> bytes:
    path = folder / place.file
    if not path.exists():
        path = path.with_name(path.name + OPEN)
    with path.open("rb") as file:
        file.seek(place.offset)
        return file.read(place.length)


def _parse(record: bytes) -> Capture:
    # Without parsing the HTTP head: warcio reads its bytes as text, and they must stay bytes.
    found = next(ArchiveIterator(BytesIO(record), no_record_parse=True), None)
    if found is None:
        raise ValueError("it is empty")
    head, _, body = found.raw_stream.read().partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    names = (line.partition(b": ") for line in lines)
    about = found.rec_headers
    return Capture(
        about.get_header("WARC-Target-URI"),
        int(status.split(b" ")[1]),
        tuple((name, value) for name, _, value in names),
        body,
        datetime.fromisoformat(about.get_header("WARC-Date")).astimezone(UTC),
        about.get_header(KIND, ARTICLE),
    )
