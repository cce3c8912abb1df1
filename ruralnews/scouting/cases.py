"""Fetched pages as test cases: the bytes, where they are from, and what the rules read.

tests/test_portals.py says what a case is. What is written here is marked `checked: false`: a
person compares it with the page, and sets that to true.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruralnews import clock
from ruralnews.errors import ExtractionError, OutputError
from ruralnews.extraction.lists import read_list
from ruralnews.extraction.page import read_page
from ruralnews.library import article_from_page
from ruralnews.processors.dates import CHINA

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ruralnews.items import Article
    from ruralnews.portals.model import Portal
    from ruralnews.scouting.fetched import Fetched

FIELDS = ("title", "published", "published_precision", "source", "author", "editor", "column")
MAY_BE_EMPTY = ("source", "author", "editor")
WHY = "no rule found one: say why the page has none, or correct expected.json"


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """One fetched article page and what the rules make of it."""

    name: str
    """What the case is for: `plain`, `second` …; its folder carries it."""
    page: Fetched
    article: Article | None
    fault: ExtractionError | None = None


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be written."""

    name: str
    page: Fetched
    expected: dict[str, Any]


def read_article_page(name: str, page: Fetched, portal: Portal) -> ReadArticle:
    """The article of a page, or why there is none."""
    try:
        parsed = read_page(
            page.body,
            page.url,
            headers=page.headers,
            fetched_at=page.fetched_at,
            data=portal.article.data,
        )
        return ReadArticle(name, page, article_from_page(parsed, portal))
    except ExtractionError as error:
        return ReadArticle(name, page, None, error)


def article_case(reading: ReadArticle) -> NewCase:
    """The case of an article page; of one that gives none, that it is held back."""
    if reading.article is None:
        reason = reading.fault.reason.value if reading.fault else ""
        return NewCase(reading.name, reading.page, {"reason": reason})
    record = reading.article.to_record()
    expected = {name: record[name] for name in FIELDS} | {"body": record["body"].split("\n")}
    return NewCase(reading.name, reading.page, expected)


def list_case(name: str, page: Fetched, portal: Portal) -> NewCase:
    """The case of a list page. Raises ExtractionError as `read_list`."""
    found = read_list(page.body, page.url, portal, headers=page.headers, fetched_at=page.fetched_at)
    links = [{"url": link.url, "title": link.title, "date": link.date} for link in found.links]
    expected = {"links": links, "next_page": found.next_page, "lists": found.lists}
    return NewCase(name, page, expected)


def case_folder(cases: Path, slug: str, case: NewCase) -> Path:
    """Where the case goes: `<cases>/<slug>/<day fetched>-<name>`."""
    return cases / slug / f"{_fetched_at(case):%Y-%m-%d}-{case.name}"


def write_case(folder: Path, case: NewCase) -> None:
    """Writes the three files of a case into a new folder.

    Raises OutputError when the folder is there already or cannot be written.
    """
    meta: dict[str, Any] = {
        "url": case.page.url,
        "fetched_at": _fetched_at(case).isoformat(timespec="seconds"),
        "headers": dict(case.page.headers),
        "checked": False,
    }
    empty = [name for name in MAY_BE_EMPTY if name in case.expected and not case.expected[name]]
    if empty:
        meta["why"] = dict.fromkeys(empty, WHY)
    try:
        folder.mkdir(parents=True)
        (folder / "page.html").write_bytes(case.page.body)
        for name, value in (("meta.json", meta), ("expected.json", case.expected)):
            text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
            (folder / name).write_text(text, encoding="utf-8")
    except FileExistsError as error:
        raise OutputError(f"{folder}: is there already; remove it to save the page anew") from error
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror}") from error


def _fetched_at(case: NewCase) -> datetime:
    return (case.page.fetched_at or clock.utc_now()).astimezone(CHINA)
