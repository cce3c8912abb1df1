"""A store with records that nobody crawled. All of them are invented."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generated import SENTENCES
from sqlalchemy import insert

from ruralnews.items import Article, Attachment, Credit, Gone, Image, Removal, Repair
from ruralnews.state import schema
from ruralnews.state.lines import record_line
from ruralnews.state.rules import Kind
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HOST = "http://hemiao.example"
BATCH = 5000


def article(number: int, **values: Any) -> Article:
    """An article of 2026, a later one for a higher number; every field has a value."""
    body = "\n".join(SENTENCES[(number + i) % len(SENTENCES)] * 4 for i in range(8))
    url = f"{HOST}/t{number}.html"
    day = f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    said = {
        "id": f"hemiao:{number}",
        "url": url,
        "canonical_url": url,
        "portal": "hemiao",
        "column": ("要闻", "三农", "党建")[number % 3],
        "title": f"第{number}块地的小麦颗粒归仓",
        "subtitle": "青禾县夏收见闻",
        "published": f"{day}T08:30:00+08:00",
        "published_precision": "minute",
        "source": ("青禾日报", "柳湾融媒")[number % 2],
        "author": ["田小满", "谷雨生"],
        "editor": ["麦青禾"],
        "credits": [Credit("作者", "田小满"), Credit("责编", "麦青禾")],
        "body": body,
        "images": [Image(f"{HOST}/{number}.jpg", "开镰"), Image(f"{HOST}/{number}-2.jpg")],
        "attachments": [Attachment(f"{HOST}/{number}.pdf", "附件")],
        "keywords": ["夏收", "小麦"],
        "summary": body[:40],
        "restored": [Repair("pinyin", 3)],
        "removed": [Removal("share-bar", 12)],
        "provenance": {"title": "headline:h1", "source": "infobar:来源"},
        "raw": {"published": f"{day} 08:30"},
        "warnings": ["title-disagrees"],
        "content_sha": f"{number:064x}",
        "fetched_at": f"{day}T18:00:00+00:00",
    }
    return Article(**(said | values))


def gone(number: int, revision: int = 1) -> Gone:
    """The tombstone of an article."""
    url, noticed = f"{HOST}/t{number}.html", "2026-11-02T18:00:00+00:00"
    return Gone(f"hemiao:{number}", revision, url, "hemiao", "http-404", noticed)


@dataclass(frozen=True, slots=True)
class Kept:
    """A record in the store."""

    what: Article | Gone
    file: str | None = "hemiao/20261103T180000Z.jsonl"
    """None: not published yet."""
    line: str | None = None
    """None: as the program writes it."""
    portal: str | None = None
    """As the store names it: `site:HOST` for a portal without profile."""


def fill(folder: Path, records: Iterable[Kept]) -> None:
    """Adds the records to the store of an output folder, in their order."""
    with closing(open_store(store_url(folder), check=False)) as store:
        rows: list[dict[str, Any]] = []
        for kept in records:
            rows.append(_row(kept))
            if len(rows) == BATCH:
                _add(store, rows)
        _add(store, rows)


def _row(kept: Kept) -> dict[str, Any]:
    what = kept.what
    return {
        "portal": kept.portal or what.portal,
        "id": what.id,
        "revision": what.revision,
        "kind": Kind.ARTICLE if isinstance(what, Article) else Kind.GONE,
        "content_sha": getattr(what, "content_sha", ""),
        "page": 1,
        "line": record_line(what.to_record()) if kept.line is None else kept.line,
        "file": kept.file,
    }


def _add(store: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        with store.transaction() as connection:
            connection.execute(insert(schema.record), rows)
    rows.clear()
