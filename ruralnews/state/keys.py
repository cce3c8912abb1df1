"""What identifies a page, a record and a version of a record. Pure."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import unicodedata
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from ruralnews.extraction.boilerplate import COMMON_MARKS

if TYPE_CHECKING:
    from ruralnews.items import Article
    from ruralnews.portals.model import Portal

DEFAULT_PORTS = {"http": 80, "https": 443}
SESSION_SUFFIX = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
HASH_DIGITS = 16
"""Hexadecimal digits of a hash in a record id: 64 bits, no clash below 10^9 pages."""


SHORTEST_TEXT = 100
"""Letters of a text that is somebody's; the caption of a picture and a notice have fewer."""


def _read_parameters() -> list[tuple[str, str]]:
    text = files("ruralnews.state").joinpath("data/parameters.tsv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:], delimiter="\t")
    return [(name, value) for name, value, _ in rows]


DROPPED_PARAMETERS = _read_parameters()


# A page is asked for its address six times on its way, 0.1 ms each.
@lru_cache(maxsize=1024)
def canonical_url(url: str) -> str:
    """The URL without the differences that do not choose the content.

    Scheme and host are lower case; default port, user name, fragment, session ids and known
    tracking parameters are dropped; dot segments and doubled slashes collapse; the query is
    sorted. Unknown parameters stay. What is no http(s) URL comes back stripped, nothing else.

    >>> canonical_url("HTTP://www.X.cn:80/a/../b//t1.html;jsessionid=F00?utm_source=wx&id=3#top")
    'http://www.x.cn/b/t1.html?id=3'
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if parts.scheme not in DEFAULT_PORTS or not host:
        return url
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    query = "&".join(pair for pair in parts.query.split("&") if not _is_dropped(pair))
    path = SESSION_SUFFIX.sub("", parts.path)
    parts = urlsplit(canonicalize_url(urlunsplit((parts.scheme, netloc, path, query, ""))))
    return urlunsplit(parts._replace(path=_collapse(parts.path)))


def record_id(
    portal: Portal | None, url: str | None, canonical: str | None, content: str = ""
) -> str:
    """`<slug>:<native article id>`, else `<slug or 'page'>:<16 hexadecimal digits>`.

    The native id is the group `id` of the portal's article pattern. The digits come from the
    canonical URL or, for a saved page without URL, from `content` (a content_sha).
    """
    owner = portal.slug if portal else "page"
    # Portals without profile share a slug: two of them may have the same native id.
    own = portal is not None and not portal.listing.tentative
    for pattern in portal.listing.article if portal and own else ():
        for address in (url, canonical):
            match = pattern.search(address) if address else None
            native = match.groupdict().get("id") if match else None
            if native:
                return f"{owner}:{native}"
    digest = (
        hashlib.sha256(canonical.encode(errors="replace")).hexdigest() if canonical else content
    )
    return f"{owner}:{digest[:HASH_DIGITS]}"


def content_sha(article: Article) -> str:
    """SHA-256 (hexadecimal) over what makes a version: title, body, date, source and names.

    White space and Unicode composition do not count, nor do view counters, URLs or fetch times.
    """
    values = [
        _fold(article.title),
        _fold(article.body),
        article.published,
        _fold(article.source or ""),
        [_fold(name) for name in article.author],
        [_fold(name) for name in article.editor],
    ]
    return hashlib.sha256(json.dumps(values, ensure_ascii=True).encode()).hexdigest()


def text_sha(body: str) -> str | None:
    """SHA-256 (hexadecimal) over the letters and digits of a body; None for one of few.

    Reprints differ in white space, punctuation and full or half width. Bodies shorter than
    SHORTEST_TEXT are alike without being reprints.
    """
    # The marks first: composing a text with full-width marks takes ten times as long.
    words = unicodedata.normalize("NFKC", COMMON_MARKS.sub("", body))
    letters = words if words.isalnum() else "".join(filter(str.isalnum, words))
    if len(letters) < SHORTEST_TEXT:
        return None
    return hashlib.sha256(letters.encode(errors="replace")).hexdigest()


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _is_dropped(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name, value = unquote_plus(name).lower(), unquote_plus(value)
    return any(
        fnmatchcase(name, dropped) and fnmatchcase(value, wanted)
        for dropped, wanted in DROPPED_PARAMETERS
    )


def _collapse(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    tail = "/" if segments[-1] in ("", ".", "..") and kept else ""
    return "/" + "/".join(kept) + tail
