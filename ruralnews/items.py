"""The record: what one article is in the output.

This declaration is the only one. The JSON Schema (`record_schema`), the field table of
docs/DATA_FORMAT.md and the key order of the output are read from it. Every field has a default,
because a loader fills it step by step; an absent value is None, [] or {} and never missing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any

SCHEMA_VERSION = 1


@dataclass(slots=True)
class Credit:
    """One credited person and the role as printed."""

    role: str
    """作者, 记者, 通讯员, 责编, 编辑, 审核, 校对, 监制, 摄影 …"""
    name: str
    """One name."""


@dataclass(slots=True)
class Image:
    """One picture of the body."""

    url: str
    """Absolute URL."""
    caption: str | None = None
    """图注, as printed under the picture."""


@dataclass(slots=True)
class Attachment:
    """One file the body links to."""

    url: str
    """Absolute URL."""
    name: str | None = None
    """Text of the link."""


@dataclass(slots=True)
class Repair:
    """One kind of repair and how often it was made."""

    step: str
    """Name of the step, as docs/RESTORATION.md lists them."""
    count: int
    """How many places it mended."""


@dataclass(slots=True)
class Removal:
    """One boilerplate rule and how much it removed."""

    rule: str
    """Name of the rule."""
    chars: int
    """Characters removed, white space not counted."""


@dataclass(slots=True)
class Article:
    """One article of one portal."""

    id: str = ""
    """Stable id: portal and native article id, else a hash of the canonical URL."""
    revision: int = 1
    """1 for the first version seen, counting up when a field of `content_sha` changes."""
    url: str | None = None
    """URL as fetched; null when a saved page came without one."""
    canonical_url: str | None = None
    """URL without session, tracking and spelling differences; null as `url`."""
    portal: str | None = None
    """Slug of the portal profile; null without a profile."""
    column: str | None = None
    """栏目: the column the article was listed in or names itself."""
    title: str = ""
    """Headline without site or column suffix."""
    subtitle: str | None = None
    """副题 or 引题."""
    published: str = ""
    """Publication time, ISO 8601 with +08:00; as precise as `published_precision` says."""
    published_precision: str = field(
        default="", metadata={"json_schema_extra": {"enum": ["second", "minute", "day"]}}
    )
    """`second`, `minute` or `day`; with `day` the time of `published` is 00:00:00."""
    source: str | None = None
    """来源: who published it first, without label."""
    author: list[str] = field(default_factory=list)
    """作者, 记者, 通讯员 and bylines: people only, one name each, in printed order."""
    editor: list[str] = field(default_factory=list)
    """责编, 责任编辑, 编辑: one name each, in printed order."""
    credits: list[Credit] = field(default_factory=list)
    """Every credited role with its name, also 审核, 校对, 监制, 摄影."""
    body: str = ""
    """Paragraphs joined by line feeds: no boilerplate, no editor line, no repeated title."""
    images: list[Image] = field(default_factory=list)
    """Pictures of the body, in body order."""
    attachments: list[Attachment] = field(default_factory=list)
    """Documents (doc, pdf, xls …) linked from the body, in body order."""
    pages: int = 1
    """How many pages the article was stitched from."""
    keywords: list[str] = field(default_factory=list)
    """Keywords as the page declares them."""
    summary: str | None = None
    """Summary as the page declares it."""
    reprint_of: str | None = None
    """`id` of the earliest record with the same text, of any portal; see Reprints."""
    restored: list[Repair] = field(default_factory=list)
    """What was repaired in the page's text, in order; empty on a healthy page."""
    removed: list[Removal] = field(default_factory=list)
    """Which boilerplate rule removed how much."""
    provenance: dict[str, str] = field(default_factory=dict)
    """Which rule gave each field, e.g. `infobar:来源`."""
    raw: dict[str, str] = field(default_factory=dict)
    """The text each normalised field was read from; `removed`: the hosts of a dropped link farm."""
    warnings: list[str] = field(default_factory=list)
    """Reason codes a reader should know of."""
    content_sha: str = ""
    """SHA-256, hexadecimal, over title, body, published, source, author and editor."""
    fetched_at: str = ""
    """When the page was fetched, ISO 8601 with offset."""
    schema: int = SCHEMA_VERSION
    """Version of this format."""

    def to_record(self) -> dict[str, Any]:
        """The article as plain JSON values, keys in declared order; lists are not copied."""
        return {declared.name: _plain(getattr(self, declared.name)) for declared in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, list) and value and is_dataclass(value[0]):
        names = [declared.name for declared in fields(value[0])]
        return [{name: getattr(part, name) for name in names} for part in value]
    return value


@dataclass(slots=True)
class Gone:
    """One article that its portal no longer has (`output/<portal>/gone/`)."""

    id: str
    """`id` of the article's records."""
    revision: int
    """The last revision that was published."""
    url: str
    """URL that was asked for."""
    portal: str
    """Slug of the portal profile."""
    reason: str
    """`http-404`, `http-410`, or `soft-404`: the portal sends another page instead."""
    noticed_at: str
    """When the second run in a row found it missing, ISO 8601 with offset."""
    schema: int = SCHEMA_VERSION
    """Version of this format."""

    def to_record(self) -> dict[str, Any]:
        """The tombstone as plain JSON values, keys in declared order."""
        return asdict(self)


REQUIRED_TEXT = (
    "id",
    "title",
    "published",
    "published_precision",
    "body",
    "content_sha",
    "fetched_at",
)
"""Fields that are never empty in a published record."""


def record_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one output line, read from the declaration."""
    return _schema(Article, "record", REQUIRED_TEXT)


def gone_schema() -> dict[str, Any]:
    """The JSON Schema of one line of a file of tombstones."""
    return _schema(Gone, "tombstone", ("id", "url", "portal", "reason", "noticed_at"))


def _schema(declared: type, name: str, required_text: tuple[str, ...]) -> dict[str, Any]:
    # Here, because it imports Scrapy, which a process that reads pages needs not.
    from itemadapter import ItemAdapter  # noqa: PLC0415

    schema: dict[str, Any] = ItemAdapter.get_json_schema(declared)
    for key in required_text:
        schema["properties"][key]["minLength"] = 1
    schema["required"] = list(schema["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"ruralnews {name}, version {SCHEMA_VERSION}",
        **schema,
    }
