"""The index of the archive: where the answer to each request stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from ruralnews.state.keys import canonical_url
from ruralnews.state.schema import capture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from ruralnews.archive.warc import Capture, Place
    from ruralnews.state.commit import Now

ADD = insert(capture)


def add_captures(
    connection: Connection,
    now: Now,
    kept: Sequence[tuple[int | None, Capture]],
    places: Iterable[Place],
) -> None:
    """Notes where the archive holds the answers, each with the id of its page (None: no page)."""
    rows = [
        {
            "portal": now.portal,
            "run": now.run,
            "page": page,
            "url": canonical_url(answer.url),
            "time": int(answer.fetched_at.timestamp()),
            "file": place.file,
            "offset": place.offset,
            "length": place.length,
            "sha256": answer.sha256,
        }
        for (page, answer), place in zip(kept, places, strict=True)
    ]
    if rows:
        connection.execute(ADD, rows)


def committed_end(connection: Connection, file: str) -> int:
    """Where the last record of an archive file ends that the store knows; 0 for none."""
    end = func.max(capture.c.offset + capture.c.length)
    return connection.scalar(select(end).where(capture.c.file == file)) or 0


def archive_files(connection: Connection, portal: str) -> list[str]:
    """The archive files that hold a portal's answers."""
    mine = select(capture.c.file).where(capture.c.portal == portal).distinct()
    return list(connection.scalars(mine))
