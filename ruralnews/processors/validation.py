"""The last check of a record: what a reader may rely on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ruralnews.errors import ExtractionError
from ruralnews.extraction.mojibake import mojibake_in
from ruralnews.items import REQUIRED_TEXT
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.items import Article

FIRST_YEAR = 1994
"""The year China came onto the internet; a page dated earlier shows another date than its own."""
CLOCK_TOLERANCE = timedelta(days=1)
"""Portals date tomorrow's paper the evening before, and clocks differ."""
PRECISIONS = ("second", "minute", "day")
MISSING = {
    "title": Reason.TITLE_MISSING,
    "published": Reason.DATE_MISSING,
    "body": Reason.BODY_MISSING,
}


def check_article(article: Article, now: datetime) -> None:
    """Returns when the article may be published.

    `now` is when its page was fetched, aware. Raises ExtractionError with the reason: a
    required field is empty, the text is mojibake, the date lies more than a day ahead of `now`
    or before 1994, or the record breaks the data format.
    """
    for field, reason in MISSING.items():
        if not getattr(article, field).strip():
            raise ExtractionError(reason, f"the article has no {field}")
    fault = mojibake_in(f"{article.title}\n{article.body}")
    if fault:
        raise ExtractionError(Reason.TEXT_BEYOND_REPAIR, fault)
    _check_date(article.published, now)
    for fault in _format_faults(article):
        raise ExtractionError(Reason.RECORD_INVALID, fault)


def _check_date(published: str, now: datetime) -> None:
    try:
        moment = datetime.fromisoformat(published)
    except ValueError as error:
        raise ExtractionError(
            Reason.RECORD_INVALID, f"published is no ISO 8601 time: {published!r}"
        ) from error
    if moment.tzinfo is None:
        raise ExtractionError(Reason.RECORD_INVALID, f"published has no zone: {published!r}")
    if moment.year < FIRST_YEAR or moment > now + CLOCK_TOLERANCE:
        raise ExtractionError(
            Reason.DATE_IMPOSSIBLE, f"published {published}, fetched {now.isoformat()}"
        )


def _format_faults(article: Article) -> Iterator[str]:
    for field in REQUIRED_TEXT:
        if not getattr(article, field):
            yield f"{field} is empty"
    if article.published_precision not in PRECISIONS:
        yield f"published_precision is {article.published_precision!r}, not one of {PRECISIONS}"
    if article.pages < 1 or article.revision < 1:
        yield f"pages is {article.pages} and revision {article.revision}; both count from 1"
    try:
        json.dumps(article.to_record(), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        # NaN, half a surrogate pair, a value of another type.
        yield f"it cannot be written as JSON in UTF-8: {error}"
