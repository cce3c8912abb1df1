"""Reason codes: why a page gave no record, and what a reader of a record should know.

The codes are data for users: they stand in `warnings`, in reports and in exit messages, and
docs/DATA_FORMAT.md lists them from here. The part comes first (`body-missing`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A code with its explanation."""

    explanation: str

    def __new__(cls, code: str, explanation: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.explanation = explanation
        return member


class Reason(Code):
    """Why a page was held back: it gives no record."""

    PAGE_EMPTY = "page-empty", "the response has no content"
    PAGE_NOT_HTML = "page-not-html", "the content is no HTML page"
    PAGE_REJECTED = "page-rejected", "the markup is beyond the limits that keep parsing bounded"
    PAGE_TRUNCATED = "page-truncated", "the page is cut off"
    READER_MEMORY = "reader-memory", "reading the page takes more memory than READER_MEMORY_MB"
    READER_TIME = "reader-time", "reading the page takes longer than READER_SECONDS"
    READER_DIED = "reader-died", "the process that read the page died over it"
    LIST_UNREADABLE = "list-unreadable", "the list is not of the kind that its profile names"
    CHARSET_UNDECIDED = "charset-undecided", "no encoding reads the bytes as text"
    TEXT_BEYOND_REPAIR = "text-beyond-repair", "the text is damaged and the original is lost"
    ARTICLE_MISSING = "article-missing", "no article was found: a list, a notice or an error page"
    TITLE_MISSING = "title-missing", "no headline was found"
    DATE_MISSING = "date-missing", "no publication date was found"
    DATE_IMPOSSIBLE = "date-impossible", "the publication date lies in the future or before the web"
    BODY_MISSING = "body-missing", "no body text was found"
    PARTS_MISSING = "parts-missing", "a page of an article in several pages could not be had"
    DUPLICATE = "duplicate", "the same article was already read in this run"
    RECORD_INVALID = "record-invalid", "the record breaks the data format"


class Warn(Code):
    """What a reader of the record should know; the record stands."""

    CHARSET_OVERRIDDEN = "charset-overridden", "the declared encoding was wrong; evidence decided"
    DECODE_ERRORS = "decode-errors", "single bytes could not be read and stand as U+FFFD"
    TITLE_DISAGREES = "title-disagrees", "the list, a meta tag or the page title has another title"
    DATE_DISAGREES = "date-disagrees", "a meta tag, the URL or the list names another day"
    DATE_FROM_URL = "date-from-url", "the page prints no date; the day is the one in the URL"
    PARTS_UNREAD = "parts-unread", "the article has further pages which were not at hand"
    RESTORED_UNCERTAIN = "restored-uncertain", "some restored characters are the likeliest reading"
    SPAM_DROPPED = "spam-dropped", "links planted by a third party were dropped"
    PERSONAL_DATA_MASKED = (
        "personal-data-masked",
        "numbers of private persons (ID card, bank card, mobile) were masked",
    )
