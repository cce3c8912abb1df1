"""One answer of a portal in, what it says or why it says nothing out. Pure, and sent as bytes.

Jobs and answers cross the border between two processes as MessagePack, checked against these
classes: what comes back was made beside hostile pages, so it is data and never code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime  # noqa: TC003 - msgspec looks at it
from typing import Any

import msgspec

from ruralnews.errors import ExtractionError
from ruralnews.extraction.article import read_article
from ruralnews.extraction.candidates import RawArticle
from ruralnews.extraction.listing import Listing  # noqa: TC001 - msgspec looks at run time
from ruralnews.extraction.lists import read_list
from ruralnews.extraction.page import read_page
from ruralnews.items import Article  # noqa: TC001 - the same
from ruralnews.portals.model import Portal  # noqa: TC001 - the same
from ruralnews.reading.composing import compose
from ruralnews.reasons import Reason
from ruralnews.restoration import Step  # noqa: TC001 - the same


@dataclass(frozen=True, slots=True)
class Job:
    """One answer of a portal, to be read."""

    body: bytes
    """Content-Encoding undone."""
    url: str
    headers: dict[str, str]
    fetched_at: datetime
    """Aware."""
    portal: Portal
    kind: str | None = None
    """Of a list, one of LIST_KINDS; None: an article."""
    said: dict[str, str] | None = None
    """What the list says of an article, by field; None: a further page of one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page says about its article, and what of the page itself goes into the record."""

    url: str
    fetched_at: datetime
    restored: tuple[Step, ...]
    raw: RawArticle = field(default_factory=RawArticle)
    """Empty once the article is loaded."""
    mended: tuple[tuple[str, str], ...] = ()
    """Texts before and after restoration, for the report."""
    article: Article | None = None
    """The article as loaded, when it has no other page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What reading gave: one of the three."""

    reading: Reading | None = None
    listing: Listing | None = None
    reason: Reason | None = None
    """Why it gave nothing, with `detail`."""
    detail: str = ""
    bug: str = ""
    """The traceback when our own code failed."""

    @property
    def the_reading(self) -> Reading:
        """What an article's page says. Raises ExtractionError when it says nothing."""
        if self.reading is None:
            raise self._error
        return self.reading

    @property
    def the_listing(self) -> Listing:
        """What a list page says. Raises ExtractionError when it says nothing."""
        if self.listing is None:
            raise self._error
        return self.listing

    @property
    def _error(self) -> ExtractionError:
        # An answer without a reason is none that we make: a page has taken the process over.
        return ExtractionError(self.reason or Reason.READER_DIED, self.detail)


def read(job: Job) -> Answer:
    """The article or the list of an answer, or the reason why there is none."""
    about: dict[str, Any] = {"headers": job.headers, "fetched_at": job.fetched_at}
    try:
        if job.kind is not None:
            listing = read_list(job.body, job.url, job.portal, kind=job.kind, **about)
            return Answer(listing=listing)
        page = read_page(job.body, job.url, data=job.portal.article.data, **about)
        raw = read_article(page, job.portal)
        reading = Reading(job.url, job.fetched_at, page.restored, raw, page.mended)
        if job.said is not None and not raw.parts:
            article = compose([raw], reading, job.said, job.portal)
            reading = replace(reading, raw=RawArticle(), article=article)
        return Answer(reading=reading)
    except ExtractionError as error:
        return Answer(reason=error.reason, detail=error.detail)


def encode(thing: Job | Answer) -> bytes:
    """The MessagePack of a job or an answer."""
    return msgspec.msgpack.encode(thing, enc_hook=_pattern_out)


def decode_job(data: bytes) -> Job:
    """The job again. Raises msgspec.ValidationError or DecodeError for what is none."""
    return msgspec.msgpack.decode(data, type=Job, dec_hook=_pattern_in)


def decode_answer(data: bytes) -> Answer:
    """The answer again. Raises msgspec.ValidationError or DecodeError for what is none."""
    return msgspec.msgpack.decode(data, type=Answer)


def _pattern_out(thing: Any) -> tuple[str, int]:
    """Patterns of a profile are all that MessagePack has no word for."""
    if isinstance(thing, re.Pattern):
        return thing.pattern, thing.flags
    raise NotImplementedError(f"{type(thing)} cannot be sent")


def _pattern_in(_: Any, sent: Any) -> re.Pattern[str]:
    text, flags = sent
    return re.compile(text, flags)
