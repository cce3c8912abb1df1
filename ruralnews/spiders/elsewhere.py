"""Where a link led to: the page asked for, or one that a portal sends in its place. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ruralnews.state.keys import canonical_url

if TYPE_CHECKING:
    from ruralnews.items import Article
    from ruralnews.portals.model import Portal
    from ruralnews.state.queue import Task

LOGIN = re.compile(
    r"(?:^|[/.])(?:login|signin|passport|sso|cas|authserver)(?=[/.?]|$)", re.IGNORECASE
)
"""A label of the host or a part of the path that log-ins have."""


SENT = {"home": "soft-404", "list": "soft-404", "article": "soft-404", "login": "login"}
"""Reason of a page in whose place such a page came."""


def place_of(asked: str, got: str, portal: Portal) -> str | None:
    """`home`, `list`, `login` or `article` when the answer comes from such a page instead.

    `got` is the address after redirects. Another address of the page asked for is None: https
    for http, the article under a new folder with its old id.
    """
    if canonical_url(asked) == canonical_url(got):
        return None
    parts = urlsplit(got)
    if parts.path.strip("/") in ("", "index.html", "index.htm", "index.shtml"):
        return "home" if urlsplit(asked).path.strip("/") != parts.path.strip("/") else None
    if canonical_url(got) in {canonical_url(column.url) for column in portal.columns}:
        return "list"
    if LOGIN.search(f"{parts.hostname}{parts.path}"):
        return "login"
    before, after = portal.native_id(asked), portal.native_id(got)
    return "article" if before and after and before != after else None


def confirms(task: Task, article: Article) -> bool:
    """Whether the list named an article of this title."""
    listed, title = _letters(task.title or ""), _letters(article.title)
    return bool(listed) and (listed in title or title in listed)


def disagreements(task: Task, article: Article) -> list[str]:
    """The fields, `title` and `published`, in which the list says something else."""
    named = {"title": task.title and not confirms(task, article)}
    named["published"] = task.listed and task.listed != article.published[:10]
    return [field for field, differs in named.items() if differs]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
