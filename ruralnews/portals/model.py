"""The profile of a portal: where its lists are and how its articles look.

A profile is a TOML file; docs/ADDING_A_PORTAL.md explains every key. These classes are its
schema: a key that is no field here is an error.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec looks at run time
from dataclasses import dataclass, field, replace
from datetime import date
from re import Pattern  # noqa: TC003 - the same

LIST_KINDS = ("html", "json", "feed", "sitemap", "hanweb", "epaper", "issues", "ids")
"""What a list can be; docs/ADDING_A_PORTAL.md says what each means."""

OVERLAP = 50
"""Known articles in a row that end a list: two pages of 25, as MI4 sends them. An article put late
among older ones is found while it stands among the latest 50 of its column. Of ten saved lists
(2026-11) half have up to 31 articles a page."""


@dataclass(frozen=True, slots=True)
class Column:
    """栏目: one list of the portal."""

    name: str
    url: str
    """Absolute URL of the first list page; of an e-paper with {YYYY}, {MM} and {DD} in it."""
    kind: str | None = None
    """What the list is, where it is another kind than the portal's others."""


@dataclass(frozen=True, slots=True)
class ListFields:
    """Names of the values of one entry in a JSON list; the first that is not empty wins."""

    url: tuple[str, ...] = ("url",)
    title: tuple[str, ...] = ("title",)
    date: tuple[str, ...] = ("date",)


@dataclass(frozen=True, slots=True)
class ListingRules:
    """How the list pages of a portal work."""

    kind: str = "html"
    """One of LIST_KINDS."""
    article: tuple[Pattern[str], ...] = ()
    """URL patterns of articles, searched in the absolute URL; a group named `id` is the native
    article id. Empty: article links are found by their form."""
    links: tuple[str, ...] = ()
    """Selectors of the regions that hold the article links; empty: the whole page."""
    next: tuple[str, ...] = ()
    """Selectors of the link to the next list page, for lists without a paging script."""
    pages: str = ""
    """Name of a further list page with `{n}` in it (`index_{n}.html`; `{name}` stands for the
    first page's own name), or the parameter to set (`?page={n}`). For lists that name no next."""
    pages_from: int = 2
    """`{n}` of the second list page."""
    issues: tuple[str, ...] = ()
    """Of a magazine: selectors of the regions with the links to its issues."""
    array: str = ""
    """Of a JSON list: the way to its entries (`data.list`); empty: the document itself."""
    named: Pattern[str] | None = None
    """Of a JSON list that its column's page names: what holds its `id` there."""
    named_url: str = ""
    """The address of that list, with `{id}`, from the page's own."""
    start: Pattern[str] | None = None
    """Of a JSON list inside a script: what stands in front of it (`item\\s*=`)."""
    fields: ListFields = field(default_factory=ListFields)
    max_pages: int = 20
    """List pages read per column and run."""
    overlap: int = OVERLAP
    """Known articles in a row after which a list is read no further."""
    days: int | None = None
    """Articles older than so many days when the crawl begins are left alone; None: none are."""

    tentative: bool = False
    """Whether `article` is only likely to fit: of a portal without profile. No key of a file."""

    @property
    def guesses(self) -> bool:
        """Whether the links of the lists may lead to what is no article."""
        return self.kind == "ids" or not self.article or self.tentative


@dataclass(frozen=True, slots=True)
class ArticleData:
    """How an article that is no page but JSON or JSONP is read."""

    fields: Mapping[str, tuple[str, ...]]
    """Field of the record -> names of its value, with dots into tables; the first that is not
    empty counts. `body` is HTML; `images` is a list of tables with `url`, for its marks."""
    url: str = ""
    """Where the data of an article is, with `{id}`; empty: the links of the list lead to it."""
    page: str = ""
    """The address of its page, with `{id}`."""
    strip: tuple[Pattern[str], ...] = ()
    """What is cut from values."""


@dataclass(frozen=True, slots=True)
class ArticleRules:
    """Selectors of an article page; the first that gives a value wins, then the general rules."""

    title: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    """Elements that leave the page before the body is read."""
    data: ArticleData | None = None
    """For articles that are data; the selectors then see the HTML of the body alone."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How articles looked before a redesign."""

    until: date
    """The first day of the next layout: a page fetched before it has this one."""
    article: ArticleRules


@dataclass(frozen=True, slots=True)
class Family:
    """A CMS and what the portals made by it share."""

    name: str
    signs: tuple[Pattern[str], ...] = ()
    """What stands in the source of its pages and of no other's; `scrapy newportal` looks for it."""
    lists: tuple[tuple[Pattern[str], str], ...] = ()
    """What in a column's page tells where its list is, and the address, the groups in braces."""
    listing: ListingRules = field(default_factory=ListingRules)
    article: ArticleRules = field(default_factory=ArticleRules)


@dataclass(frozen=True, slots=True)
class Portal:
    """One portal, its family already merged in."""

    slug: str
    """Short name, `[a-z0-9-]+`: file, spider, output folder and record ids carry it."""
    name: str
    """Chinese name."""
    hosts: tuple[str, ...]
    """Registrable domains or hosts the crawl may ask; each covers its subdomains."""
    columns: tuple[Column, ...]
    family: str | None = None
    """The CMS family whose rules the profile builds on."""
    listing: ListingRules = field(default_factory=ListingRules)
    article: ArticleRules = field(default_factory=ArticleRules)
    layouts: tuple[Layout, ...] = ()
    """Former ones, the oldest first: a page that was saved before a redesign stays readable."""
    delay: float = 2.0
    """Seconds between two requests to a host; below 2 only for the bundled demo portal."""
    verify_tls: bool = True
    """Whether the certificates of its hosts are checked."""
    verify_tls_note: str = ""
    """Why they are not: which certificate is broken and how, with the date seen."""
    verified: bool = False
    """Whether the rules were checked against the live portal."""
    usual_since: date = date.min
    """The first day (China time) whose nights show what is usual, for the monitors: after it the
    portal prints other fields, or other columns, than before, and rightly so."""
    note: str = ""
    """Evidence and what is not known."""

    def native_id(self, url: str) -> str | None:
        """The id that the patterns find in the address of an article."""
        found = (pattern.search(url) for pattern in self.listing.article)
        match = next((match for match in found if match), None)
        return match.groupdict().get("id") if match else None

    def data_url(self, url: str) -> str | None:
        """Where the data of the article at this address is; None when the page has it."""
        data, native = self.article.data, self.native_id(url)
        return data.url.replace("{id}", native) if data and data.url and native else None

    def as_of(self, day: date) -> Portal:
        """The portal with the layout it had on that day (China time)."""
        layout = next((layout for layout in self.layouts if day < layout.until), None)
        return replace(self, article=layout.article) if layout else self
