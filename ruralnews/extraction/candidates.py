"""What extraction hands to the loader: raw values, each with the rule that found it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ruralnews.items import Attachment, Image, Removal  # noqa: TC001 - msgspec looks at run time
from ruralnews.reasons import Warn  # noqa: TC001 - the same

TEXT_FIELDS = (
    "title",
    "subtitle",
    "published",
    "source",
    "author",
    "editor",
    "column",
    "keywords",
    "summary",
    "canonical_url",
)
"""Record fields that are read from candidates."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One raw value of one field."""

    rule: str
    """`kind:detail`: profile:title, infobar:来源, meta:PubDate, url:date, byline:本报记者 …"""
    raw: str
    """The text as printed; a label in front of it is already cut."""
    role: str | None = None
    """For author, editor and credits: the label that named the person (记者, 责编, 校对 …)."""


@dataclass(slots=True)
class RawBody:
    """The text of the article, before the boilerplate rules."""

    lines: list[str]
    """Paragraphs in page order, white space folded, never empty strings."""
    rule: str
    """What chose the container: `profile:body`, `cms:.TRS_Editor`, `density` …"""


@dataclass(slots=True)
class RawArticle:
    """Everything one page says about its article."""

    candidates: dict[str, list[Candidate]] = field(default_factory=dict)
    """Per field of TEXT_FIELDS, the most trusted first."""
    credits: list[Candidate] = field(default_factory=list)
    """Credited persons beside author and editor (审核, 校对, 监制, 摄影 …), each with its role."""
    body: RawBody | None = None
    """None: no body was found."""
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    removed: list[Removal] = field(default_factory=list)
    """What left the page before the body was read (link farms)."""
    farm_hosts: tuple[str, ...] = ()
    """The hosts that link farms on the page point to."""
    parts: list[str] = field(default_factory=list)
    """Absolute URLs of the article's other pages (分页), in order, this page left out."""
    warnings: list[Warn] = field(default_factory=list)
