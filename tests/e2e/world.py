"""The web as the profiles describe it: every portal under its own host names, on this machine.

A portal's articles are the pages of its saved cases with another title, day and address each; its
lists are written from its profile. A new profile is in this world without a line of code.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import listing
from listing import PAGE, Item, Served

from ruralnews.extraction.encoding import decode

if TYPE_CHECKING:
    from ruralnews.portals.model import Column, Portal

CASES = Path(__file__).parent.parent / "portals"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
"""Two characters that make a title its own."""
ARTICLES = 2 * PAGE + 1
"""Of a column: two whole list pages and one article on a third."""
DAYS = (
    "%Y-%m-%d",
    "%Y年%m月%d日",
    "%Y年%-m月%-d日",
    "%Y/%m/%d",
    "%Y/%-m/%-d",
    "%Y.%m.%d",
    "%Y-%m/%d",
    "%Y/%m%d",
    "%Y%m/%d",
    "%Y%m%d",
)
MARK = r"(?:<[^<>]*>|[\s/-])+"


@dataclass(frozen=True)
class Template:
    """A saved article page."""

    url: str
    title: str
    day: date
    text: str
    encoding: str
    headers: dict[str, str]

    @classmethod
    def of(cls, folder: Path) -> Template | None:
        """The case as a template; None for a list, a held page and one without its title."""
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
        expected: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
        if "body" not in expected or expected.get("restored") or "page" in meta:
            return None
        headers = meta.get("headers", {})
        decoded = decode((folder / "page.html").read_bytes(), headers)
        if expected["title"] not in decoded.text:
            return None
        day = datetime.fromisoformat(expected["published"]).date()
        return cls(meta["url"], expected["title"], day, decoded.text, decoded.encoding, headers)

    def item(self, portal: Portal, words: str, day: date, number: int) -> Item:
        """A new article of the portal; `number` is the end of its native id."""
        title = f"{words}年{self.title}"
        url = redated(with_id(self.url, portal, number), self.day, day)
        text = redated(self.text.replace(self.title, title), self.day, day)
        text = text.replace(redated(self.url, self.day, day), url)
        body = text.encode(self.encoding, "replace")
        headers = {"Content-Type": "text/html"} | self.headers
        data, native = portal.article.data, portal.native_id(url)
        link = data.page.replace("{id}", native or "") if data else url
        return Item(link, title, day, Served(body, headers), url)


def redated(text: str, old: date, new: date) -> str:
    """The text with another day in every form that pages and addresses write."""
    for form in DAYS:
        text = text.replace(old.strftime(form), f"\0{DAYS.index(form)}\0")
    for form in DAYS:
        text = text.replace(f"\0{DAYS.index(form)}\0", new.strftime(form))
    # A page may set year, month and day in elements of their own.
    parted = re.compile(f"{old:%Y}({MARK}){old:%m}({MARK}){old:%d}(?!\\d)")
    text = parted.sub(rf"{new:%Y}\g<1>{new:%m}\g<2>{new:%d}", text)
    return text.replace(f"/{old:%Y%m}/", f"/{new:%Y%m}/")


def with_id(url: str, portal: Portal, number: int) -> str:
    """The address of another article: the end of the native id is `number`."""
    match = next(match for p in portal.listing.article if (match := p.search(url)))
    if "id" not in match.groupdict():
        # No id is known in these addresses; a number at their end tells them apart as well.
        return re.sub(r"\d+(?=\D*$)", str(number), url)
    start, end = match.span("id")
    native = f"{match['id'][:-4]}{number:04d}"
    return url[:start] + native + url[end:]


@dataclass
class ColumnWorld:
    """A column and what stands in it, the newest first."""

    column: Column
    template: Template
    items: list[Item]
    late: list[Item] = field(default_factory=list)
    """What was published after the first look."""


@dataclass
class Site:
    """One portal as it is served."""

    portal: Portal
    columns: list[ColumnWorld]

    def kind(self, at: ColumnWorld) -> str:
        return at.column.kind or self.portal.listing.kind

    def pages(self) -> dict[str, Served]:
        """Every page by its address without scheme."""
        found: dict[str, Served] = {}
        for at in self.columns:
            portal = self.portal
            rules = replace(portal.listing, kind=self.kind(at))
            found |= listing.pages(replace(portal, listing=rules), at.column, at.items)
            found |= {item.at: item.page for item in at.items}
        return {url.partition("://")[2]: page for url, page in found.items()}

    @property
    def hosts(self) -> set[str]:
        return {url.partition("/")[0] for url in self.pages()}

    def publish_late(self) -> None:
        """Puts an article among the older ones of every column, on its second page."""
        for number, at in enumerate(self.columns):
            ids = self.kind(at) == "ids"
            place, where = (0, at.items[0]) if ids else (PAGE + 1, at.items[PAGE + 1])
            words = STEMS[number] + BRANCHES[-1]
            # Ids grow with time; elsewhere a late article has the day of its neighbours.
            end = 9_000 + 10 * number if not ids else 8_001
            late = [at.template.item(self.portal, words, where.day, end)]
            if ids:
                late.append(at.template.item(self.portal, words + "闰", where.day, end + 1))
                late.reverse()
            at.items[place:place] = late
            at.late = late


def build(portal: Portal, today: date, cases: str = "") -> Site:
    """The portal, its articles made of the saved cases of the portal `cases`, by default its own.

    `today` is the day in China.
    """
    folders = sorted((CASES / (cases or portal.slug)).iterdir(), reverse=True)
    templates = [made for folder in folders if (made := Template.of(folder))]
    columns = []
    for number, column in enumerate(portal.columns):
        host = urlsplit(column.url).hostname
        own = [template for template in templates if urlsplit(template.url).hostname == host]
        template = (own or templates)[0]
        epaper = (column.kind or portal.listing.kind) == "epaper"
        items = []
        for place in range(ARTICLES):
            age = timedelta(days=place // 3 if epaper else place)
            day = (today if epaper else template.day) - age
            words = STEMS[number] + BRANCHES[place]
            items.append(template.item(portal, words, day, 8_000 - 100 * number - place))
        columns.append(ColumnWorld(column, template, items))
    return Site(portal, columns)
