"""Records of WARC files overwritten, so that every other record stays where the index has it."""

from __future__ import annotations

import os
import struct
import uuid
import zlib
from typing import TYPE_CHECKING

from ruralnews import clock
from ruralnews.archive.warc import OPEN
from ruralnews.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import IO

TEMPORARY = ".tmp"
CHUNK = 1024 * 1024
HEAD = (
    "WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Date: {}\r\n"
    "Content-Type: text/plain\r\nContent-Length: {:010d}\r\n\r\n"
)
END = b"\r\n\r\n"
BLOCK = 65_535
"""Bytes of a stored block of deflate at most; each has 5 bytes in front."""
AROUND = 18
"""Bytes of a gzip member around its blocks."""


def erase(folder: Path, name: str, places: Iterable[tuple[int, int]]) -> None:
    """Overwrites the members at these offsets, of these lengths, in a file below ARCHIVE_DIR.

    The file stands whole under its name before and after. Raises OutputError when it cannot be
    written. A file that is not there holds nothing to erase.
    """
    path = folder / name
    path = path if path.exists() else path.with_name(path.name + OPEN)
    if not path.exists():
        return
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        with path.open("rb") as old, temporary.open("wb") as new:
            for offset, length in sorted(places):
                _copy(old, new, offset - old.tell())
                new.write(filler(length))
                old.seek(length, os.SEEK_CUR)
            _copy(old, new, os.fstat(old.fileno()).st_size - old.tell())
            new.flush()
            os.fsync(new.fileno())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written: {error.strerror}; free space or rights, run again"
        ) from error


def filler(length: int) -> bytes:
    """A gzip member of exactly this length, with a record that says nothing (blanks).

    Raises ValueError below 230 bytes: no answer takes so few.
    """
    blocks = (length - AROUND) // (BLOCK + 5) + 1
    size = length - AROUND - 5 * blocks
    now = clock.utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")
    blank = size - len(HEAD.format(uuid.uuid4(), now, 0)) - len(END)
    if blank < 0:
        raise ValueError(f"a record of {length} bytes is too short to be overwritten")
    content = HEAD.format(uuid.uuid4(), now, blank).encode() + b" " * blank + END
    pieces = [content[n * size // blocks : (n + 1) * size // blocks] for n in range(blocks)]
    stored = b"".join(
        struct.pack("<BHH", number == blocks - 1, len(piece), len(piece) ^ 0xFFFF) + piece
        for number, piece in enumerate(pieces)
    )
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    return head + stored + struct.pack("<II", zlib.crc32(content), len(content))


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    while size and (piece := source.read(min(size, CHUNK))):
        target.write(piece)
        size -= len(piece)
