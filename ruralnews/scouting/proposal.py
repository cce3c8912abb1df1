"""The profile that follows from what was fetched, as TOML, and what a person must still say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ruralnews.errors import ExtractionError
from ruralnews.extraction.listing import Listing, is_article_url
from ruralnews.extraction.lists import read_list
from ruralnews.extraction.metas import read_metas
from ruralnews.extraction.page import parse
from ruralnews.extraction.walk import Walk
from ruralnews.portals.hosts import covers_host
from ruralnews.portals.model import Column, ListFields, ListingRules, Portal
from ruralnews.scouting.families import Recognised, recognise
from ruralnews.scouting.patterns import article_patterns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from re import Pattern

    from ruralnews.portals.model import Family
    from ruralnews.scouting.fetched import Fetched
    from ruralnews.scouting.lists import FoundList
    from ruralnews.scouting.survey import Survey

TITLE_MARKS = re.compile(r"\s*(?:[_|–—>»]+|(?<!\d)-+(?!\d))\s*")
LONGEST_NAME = 20
"""Characters of the name of a portal or a column; more is a slogan."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A profile in the making."""

    portal: Portal
    recognised: Recognised | None
    found: FoundList
    stray: tuple[str, ...]
    """Addresses that the list names and the profile's patterns or hosts leave out."""
    guessed: Mapping[str, str] = field(default_factory=dict)
    """What was not read but made up, and from what: `name`, `column`."""


def propose(
    survey: Survey, found: FoundList, names: Mapping[str, str], families: Mapping[str, Family]
) -> Proposal:
    """The profile of a portal whose pages are in the survey.

    `found` is the list in the last of its lists; `names` are those that are known: `name`,
    `column`.
    """
    portal = survey.portal
    sources = [f"{page.url}\n{text}" for page in survey.pages if (text := _text(page)) is not None]
    recognised = recognise(sources, list(families.values()))
    base, rules = ListingRules(), found.rules
    if recognised:
        fitting = _fit(recognised.family, survey.lists[-1], found, portal)
        base, rules = (recognised.family.listing, fitting) if fitting else (base, rules)
        recognised = recognised if fitting else None
    guesses = {key: guess for key, guess in guess_names(survey.pages).items() if key not in names}
    named = {key: text for key, (text, _) in guesses.items()} | dict(names)
    urls = [link.url for link in found.listing.links if covers_host(portal.hosts, link.url)]
    listing = replace(rules, article=_article(base, urls, found.url))
    proposed = replace(
        portal,
        name=named["name"],
        family=recognised.family.name if recognised else None,
        columns=(Column(named["column"], found.url),),
        listing=listing,
        article=recognised.family.article if recognised else portal.article,
    )
    missed = [
        link.url
        for link in found.listing.links
        if link.url not in urls or not any(p.search(link.url) for p in listing.article)
    ]
    made_up = {key: f"{text}, from {place}" for key, (text, place) in guesses.items()}
    return Proposal(proposed, recognised, found, tuple(missed), made_up)


def _text(page: Fetched) -> str | None:
    try:
        return page.text
    except ExtractionError:
        return None


def _fit(family: Family, page: Fetched, found: FoundList, portal: Portal) -> ListingRules | None:
    """The rules for the list over a family; None when the family's own stand in their way."""
    base = family.listing
    own = base if found.rules.kind in (base.kind, "html") else found.rules
    asked = replace(portal, listing=replace(own, article=()), columns=(Column("", found.url),))
    try:
        same = read_list(
            page.body, page.url, asked, headers=page.headers, fetched_at=page.fetched_at
        )
    except ExtractionError:
        same = Listing()
    if own is base and {link.url for link in found.listing.links} <= {
        link.url for link in same.links
    }:
        return base
    if base.pages or base.array or base.start:
        return None
    return replace(found.rules, max_pages=base.max_pages)


def _article(base: ListingRules, urls: Sequence[str], column: str) -> tuple[Pattern[str], ...]:
    """The family's patterns when most addresses meet them, else patterns made from these."""
    known = [url for url in urls if any(pattern.search(url) for pattern in base.article)]
    if len(known) > len(urls) / 2:
        return base.article
    likely = [url for url in urls if is_article_url(url)] or urls
    patterns = (re.compile(text) for text in article_patterns(likely))
    return tuple(pattern for pattern in patterns if not pattern.search(column))


def guess_names(pages: Sequence[Fetched]) -> dict[str, tuple[str, str]]:
    """A name for the portal and for the column, each with the place it was taken from.

    The first of the pages is the list; the others may name the portal.
    """
    address = urlsplit(pages[0].url)
    folders = [part for part in address.path.split("/")[:-1] if part]
    guesses = {
        "name": (address.netloc, "the address"),
        "column": ((folders or [address.netloc])[-1], "the address"),
    }
    declared: dict[str, tuple[str, str]] = {}
    for page in reversed(pages):
        declared |= {
            key: pair
            for key, pair in _declared(page).items()
            if 0 < len(pair[0]) <= LONGEST_NAME and (key == "name" or page is pages[0])
        }
    return guesses | declared


def _declared(page: Fetched) -> dict[str, tuple[str, str]]:
    """The names that the head of a page gives."""
    try:
        metas = read_metas(parse(page.text.encode()), Walk())
    except ExtractionError:
        return {}
    pieces = [piece for piece in TITLE_MARKS.split(metas.title) if piece]
    names = {}
    if len(pieces) > 1:
        names = {"name": (pieces[-1], "a title"), "column": (pieces[0], "the title of the list")}
    for key, meta in (("name", "sitename"), ("column", "columnname")):
        for printed, value in metas.get(meta):
            names[key] = value, f"the meta tag {printed}"
    return names


def profile_text(proposal: Proposal, family: ListingRules, day: str) -> str:
    """The profile as TOML, at most 15 lines; `family` are its family's rules, `day` today."""
    portal = proposal.portal
    (column,) = portal.columns
    lines = [
        f"# {_line(portal.name)}. Source: one list and its first articles, fetched {day}.",
        f"name = {_quoted(portal.name)}",
        *([f"family = {_quoted(portal.family)}"] if portal.family else []),
        f"hosts = {_array(map(_quoted, portal.hosts))}",
        "verified = false",
        f'note = "Proposed by scrapy newportal on {day} and not checked by a reader yet."',
        "",
        "[[columns]]",
        f"name = {_quoted(column.name)}",
        f"url = {_quoted(column.url)}",
    ]
    own = list(_differences(portal.listing, family))
    return "\n".join([*lines, *(["", "[listing]", *own] if own else [])]) + "\n"


def _differences(rules: ListingRules, family: ListingRules) -> Iterator[str]:
    """The lines of `[listing]` that the family does not say already."""
    if rules.kind != family.kind:
        yield f"kind = {_quoted(rules.kind)}"
    if [p.pattern for p in rules.article] != [p.pattern for p in family.article]:
        yield f"article = {_array(_literal(p.pattern) for p in rules.article)}"
    if rules.array != family.array:
        yield f"array = {_quoted(rules.array)}"
    if rules.start and rules.start != family.start:
        yield f"start = {_literal(rules.start.pattern)}"
    if rules.fields != family.fields:
        yield f"fields = {_fields(rules.fields)}"
    if rules.pages != family.pages:
        yield f"pages = {_quoted(rules.pages)}"
    if rules.pages and rules.pages_from != family.pages_from:
        yield f"pages_from = {rules.pages_from}"


def _fields(fields: ListFields) -> str:
    pairs = [
        f"{name} = {_quoted(names[0]) if len(names) == 1 else _array(map(_quoted, names))}"
        for name in ListFields.__slots__
        if (names := getattr(fields, name)) != getattr(ListFields(), name)
    ]
    return f"{{ {', '.join(pairs)} }}"


def _array(texts: Iterator[str] | Sequence[str]) -> str:
    return f"[{', '.join(texts)}]"


def _quoted(text: str | None) -> str:
    """A TOML text; control characters, which no name has a use for, are left out."""
    escaped = _line(text or "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _literal(pattern: str) -> str:
    """A TOML text without escapes, for regular expressions."""
    return f"'{pattern}'" if "'" not in pattern else _quoted(pattern)


def _line(text: str) -> str:
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
