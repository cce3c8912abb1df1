"""Writing the archive: one compressed page and one description per fetched page.

    <folder>/<2 hex>/<sha>.html.gz       the bytes as received, transport coding undone
    <folder>/<2 hex>/<sha>.meta.json     url, fetched_at, headers, sha256 of the bytes

`saved` reads the same layout. A page is its address and its bytes: fetching it again unchanged
writes nothing. Files appear whole or not at all.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from typing import TYPE_CHECKING

from ruralnews.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path


def write_page(
    folder: Path, body: bytes, url: str, headers: Mapping[str, str], fetched_at: datetime
) -> Path:
    """The file that holds the page, written or already there.

    Raises OutputError when it cannot be written.
    """
    sha = hashlib.sha256(url.encode() + b"\n" + body).hexdigest()
    page = folder / sha[:2] / f"{sha}.html.gz"
    if page.exists():
        return page
    meta = {
        "url": url,
        "fetched_at": fetched_at.isoformat(),
        "headers": dict(headers),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    described = json.dumps(meta, ensure_ascii=False, indent=1).encode(errors="replace")
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        # The description first: a page in the archive is never without its address.
        _write(page.with_name(f"{sha}.meta.json"), described)
        _write(page, gzip.compress(body, mtime=0))
    except OSError as error:
        raise OutputError(f"{page}: the archive cannot be written: {error.strerror}") from error
    return page


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
