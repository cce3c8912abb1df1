"""Conditional requests: what a portal gave to recognise a page by, and how it is sent back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Response

    from ruralnews.state.queue import Task

NOT_MODIFIED = int(HTTPStatus.NOT_MODIFIED)
LONGEST = 200
"""Characters of a validator that is kept; ETags are shorter than 80 (2026-11)."""


def validators(response: Response) -> tuple[str | None, str | None]:
    """ETag and Last-Modified of a page, None where it has none."""
    return _header(response, "ETag"), _header(response, "Last-Modified")


def _header(response: Response, name: str) -> str | None:
    value = (response.headers.get(name) or b"").decode("latin-1").strip()
    return value if value and value.isprintable() and len(value) <= LONGEST else None


def conditions(task: Task) -> dict[str, str]:
    """The headers that ask for a page only if it changed; none for a page not read before."""
    headers = {"If-None-Match": task.etag, "If-Modified-Since": task.modified}
    return {name: value for name, value in headers.items() if value}
