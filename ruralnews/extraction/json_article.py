"""Articles that are data: JSON or JSONP whose keys a profile maps to fields (学习强国)."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ruralnews.errors import ExtractionError
from ruralnews.extraction.candidates import Candidate
from ruralnews.extraction.dates import china_time
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ruralnews.portals.model import ArticleData

OPENING = re.compile(r"^[^<{]{0,200}(?=\{)")
"""What may stand in front of an object: nothing, a byte order mark, the name of a call."""
IMAGE_MARK = re.compile(r"<!--\s*\{img:(\d{1,3})\}\s*-->")
ROLES = {"author": "作者", "editor": "编辑"}
MILLISECONDS = 10**11
"""A count of seconds this large lies beyond the year 5000."""


def read_object(text: str) -> Mapping[str, Any] | None:
    """The object that the text is, in a call or alone; None for any other text.

    Raises:
        ExtractionError: `page-truncated` when the object does not end.
    """
    opening = OPENING.match(text.lstrip())
    if opening is None:
        return None
    try:
        found = json.JSONDecoder(strict=False).raw_decode(text.lstrip(), opening.end())[0]
    except (ValueError, RecursionError) as error:
        detail = f"the data of the article does not end well: {str(error)[:80]}"
        raise ExtractionError(Reason.PAGE_TRUNCATED, detail) from error
    return found if isinstance(found, dict) else None


def as_markup(document: Mapping[str, Any], data: ArticleData) -> str:
    """The article as a page: headline and body, and nothing else.

    Raises:
        ExtractionError: `article-missing` when there is neither.
    """
    title, body = value(document, data, "title"), value(document, data, "body")
    if not title or not body:
        keys = ", ".join(list(document)[:8])
        raise ExtractionError(Reason.ARTICLE_MISSING, f"no title or no body in its keys: {keys}")
    name = html.escape(_plain(title))
    return (
        f"<html><head><title>{name}</title></head><body><h1>{name}</h1>"
        f"<div>{_with_images(body, document, data)}</div></body></html>"
    )


def data_candidates(
    document: Mapping[str, Any], data: ArticleData
) -> Iterator[tuple[str, Candidate]]:
    """Field and value of everything that the data says beside the body."""
    for field in data.fields:
        text = "" if field in ("body", "images") else value(document, data, field)
        if text:
            text = _moment(text) if field == "published" else _plain(text)
            yield field, Candidate(f"data:{field}", text, ROLES.get(field))


def value(document: Mapping[str, Any], data: ArticleData, field: str) -> str:
    """The first value of a field that is not empty, as text; a list joined by 、."""
    for name in data.fields.get(field, ()):
        found = _at(document, name)
        parts = found if isinstance(found, list) else [found]
        texts = [str(p).strip() for p in parts if isinstance(p, str | int) and p is not True]
        text = "、".join(text for text in texts if text)
        for pattern in data.strip:
            text = pattern.sub("", text)
        if text:
            return text
    return ""


def _at(document: Any, way: str) -> Any:
    for name in way.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _with_images(body: str, document: Mapping[str, Any], data: ArticleData) -> str:
    """The body with a picture in the place of each mark (`<!--{img:0}-->`)."""
    lists = (_at(document, name) for name in data.fields.get("images", ()))
    found = next((entries for entries in lists if isinstance(entries, list)), [])
    urls = [entry.get("url") for entry in found if isinstance(entry, dict)]

    def image(mark: re.Match[str]) -> str:
        number = int(mark[1])
        url = urls[number] if number < len(urls) else None
        return f'<p><img src="{html.escape(url)}"></p>' if isinstance(url, str) else ""

    return IMAGE_MARK.sub(image, body)


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^<>]{0,500}>", "", text)).split())


def _moment(text: str) -> str:
    """A printed date as it is, a Unix time in seconds or milliseconds as China time."""
    if not (text.isascii() and text.isdecimal() and len(text) in (10, 13)):
        return text
    seconds = int(text) // 1000 if int(text) > MILLISECONDS else int(text)
    return f"{china_time(datetime.fromtimestamp(seconds, UTC)):%Y-%m-%d %H:%M:%S}"
