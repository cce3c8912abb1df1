"""A TOML document becomes a `Portal`, or sentences that say what is wrong with it.

`model` declares the keys; here each key has the function that reads its value and raises
ValueError with the rest of a sentence (`must be text, not 3`).
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from cssselect import HTMLTranslator, SelectorError

from ruralnews.portals.hosts import covers_host, is_loopback, split_entry
from ruralnews.portals.model import (
    LIST_KINDS,
    ArticleRules,
    Column,
    Family,
    ListFields,
    ListingRules,
    Portal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from re import Pattern

MIN_DELAY = 2.0
"""Seconds between two requests to a public host, at least."""
MAX_DELAY = 60.0
"""Seconds; slower, and one column takes a night."""
MAX_PAGES = 1000
"""List pages per column; more is a typing error, not a plan."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_SLUGS = ("archive", "site")
"""`site` is the spider for portals without profile, `archive` a folder of the output."""


def read_profile(
    slug: str, document: Mapping[str, Any], family: Mapping[str, Any], place: str
) -> tuple[Portal | None, list[str]]:
    """The portal, and what is wrong with its document; no portal when anything is.

    `family` is the checked document of the profile's family; a list of the profile replaces
    the family's list. `place` stands in front of every sentence.
    """
    faults: list[str] = []
    if not SLUG.fullmatch(slug) or slug in RESERVED_SLUGS:
        faults.append(
            f"{place}: the file name '{slug}' is no portal slug; use small letters, digits and "
            f"hyphens, and none of {', '.join(RESERVED_SLUGS)}"
        )
    values = _read_table(document, PORTAL_KEYS, place, faults)
    values["columns"] = _read_columns(values.get("columns", []), place, faults)
    for section, (keys, rules) in SECTIONS.items():
        own = _read_table(values.get(section, {}), keys, f"{place} [{section}]", faults)
        inherited = _read_table(family.get(section, {}), keys, place, [])
        values[section] = rules(**(inherited | own))
    faults += [f"{place}: '{key}' is missing" for key in REQUIRED if not document.get(key)]
    if faults:
        return None, faults
    portal = Portal(slug=slug, **values)
    faults = [f"{place}: {fault}" for fault in _contradictions(portal)]
    return (None if faults else portal), faults


def check_family(document: Mapping[str, Any], place: str) -> list[str]:
    """What is wrong with a family document: it may hold `note`, `signs` and the rule sections."""
    faults: list[str] = []
    keys = {key: PORTAL_KEYS[key] for key in ("note", *SECTIONS)} | {"signs": _patterns}
    values = _read_table(document, keys, place, faults)
    for section, (section_keys, _) in SECTIONS.items():
        _read_table(values.get(section, {}), section_keys, f"{place} [{section}]", faults)
    return faults


def read_family(name: str, document: Mapping[str, Any]) -> Family:
    """The family of a document in which `check_family` found nothing wrong."""
    listing = _read_table(document.get("listing", {}), LISTING_KEYS, name, [])
    article = _read_table(document.get("article", {}), ARTICLE_KEYS, name, [])
    signs = _patterns(document["signs"]) if "signs" in document else ()
    return Family(name, signs, ListingRules(**listing), ArticleRules(**article))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` when a known word is close, else an empty string."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.5)
    # A long key often begins with the right word: article_link for article.
    close = close or [name for name in known if word.startswith(name)][:1]
    return f"; did you mean '{close[0]}'?" if close else ""


def _read_table(
    table: Mapping[str, Any],
    keys: Mapping[str, Callable[[Any], Any]],
    place: str,
    faults: list[str],
) -> dict[str, Any]:
    values = {}
    for key, value in table.items():
        if key not in keys:
            hint = did_you_mean(key, keys) or f"; known keys: {', '.join(keys)}"
            faults.append(f"{place}: unknown key '{key}'{hint}")
            continue
        try:
            values[key] = keys[key](value)
        except ValueError as error:
            faults.append(f"{place}: '{key}' {error}")
    return values


def _read_columns(tables: list[Any], place: str, faults: list[str]) -> tuple[Column, ...]:
    columns = []
    for number, table in enumerate(tables, start=1):
        where = f"{place} [columns] number {number}"
        before = len(faults)
        values = _read_table(table, COLUMN_KEYS, where, faults)
        missing = [key for key in ("name", "url") if key not in table]
        faults += [f"{where}: '{key}' is missing" for key in missing]
        if len(faults) == before:
            columns.append(Column(**values))
    return tuple(columns)


def _contradictions(portal: Portal) -> Iterable[str]:
    names = [column.name for column in portal.columns]
    if len(set(names)) < len(names):
        yield "two columns have the same name; `-a column=NAME` could not tell them apart"
    for column in portal.columns:
        try:
            covered = covers_host(portal.hosts, column.url)
        except ValueError as error:
            yield f"the URL of column '{column.name}' cannot be used: {error}"
            continue
        if not covered:
            yield (
                f"column '{column.name}' lies at {column.url}, which none of the hosts "
                f"({', '.join(portal.hosts)}) covers; add its host to 'hosts'"
            )
    if not portal.verify_tls and not portal.verify_tls_note:
        yield (
            "'verify_tls' is false without a reason; say in 'verify_tls_note' what is wrong with "
            "the certificate and when it was seen"
        )
    if portal.delay < MIN_DELAY and not all(is_loopback(host) for host in portal.hosts):
        yield (
            f"'delay' is {portal.delay:g} seconds; at least {MIN_DELAY:g} between two requests "
            "to a public host"
        )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {value!r}")  # noqa: TRY004 - data, not a call
    return value.strip()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")  # noqa: TRY004
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_DELAY:
        raise ValueError(f"must be seconds from 0 to {MAX_DELAY:g}, not {value!r}")
    return float(value)


def _page_count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_PAGES:
        raise ValueError(f"must be a whole number from 1 to {MAX_PAGES}, not {value!r}")
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"must be a whole number above 0, not {value!r}")
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a table, not {value!r}")  # noqa: TRY004
    return value


def _tables(value: Any) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise ValueError("must be written as [[columns]] tables with 'name' and 'url'")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise ValueError(f"must be a list of texts, not {value!r}")
    return tuple(value)


def _kind(value: Any) -> str:
    if value not in LIST_KINDS:
        hint = did_you_mean(str(value), LIST_KINDS) or f"; there are {', '.join(LIST_KINDS)}"
        raise ValueError(f"is no kind of list: {value!r}{hint}")
    return str(value)


def _page_name(value: Any) -> str:
    if "{n}" not in _text(value):
        raise ValueError(f"must hold {{n}}, the number of the page, not {value!r}")
    return _text(value)


def _start_number(value: Any) -> int:
    return 0 if value == 0 and value is not False else _page_count(value)


def _pattern(value: Any) -> Pattern[str]:
    return _patterns([value])[0]


def _fields(value: Any) -> ListFields:
    names = {}
    for key, given in _table(value).items():
        if key not in ListFields.__slots__:
            hint = did_you_mean(key, ListFields.__slots__)
            known = ", ".join(ListFields.__slots__)
            raise ValueError(f"has an unknown key '{key}'{hint or f'; known keys: {known}'}")
        names[key] = _texts([given] if isinstance(given, str) else given)
    return ListFields(**names)


def _hosts(value: Any) -> tuple[str, ...]:
    for entry in _texts(value):
        split_entry(entry)
    return tuple(entry.lower() for entry in value)


def _patterns(value: Any) -> tuple[Pattern[str], ...]:
    compiled = []
    for text in _texts(value):
        try:
            compiled.append(re.compile(text))
        except re.error as error:
            raise ValueError(f"is no regular expression: {text!r} ({error})") from error
    return tuple(compiled)


def _selectors(value: Any) -> tuple[str, ...]:
    for text in _texts(value):
        try:
            HTMLTranslator().css_to_xpath(text)
        except SelectorError as error:
            raise ValueError(f"is no CSS selector: {text!r} ({error})") from error
    return tuple(value)


REQUIRED = ("name", "hosts", "columns")
PORTAL_KEYS: dict[str, Callable[[Any], Any]] = {
    "name": _text,
    "family": _text,
    "hosts": _hosts,
    "columns": _tables,
    "listing": _table,
    "article": _table,
    "delay": _seconds,
    "verify_tls": _flag,
    "verify_tls_note": _text,
    "verified": _flag,
    "note": _text,
}
COLUMN_KEYS: dict[str, Callable[[Any], Any]] = {"name": _text, "url": _text, "kind": _kind}
LISTING_KEYS: dict[str, Callable[[Any], Any]] = {
    "kind": _kind,
    "article": _patterns,
    "links": _selectors,
    "next": _selectors,
    "pages": _page_name,
    "pages_from": _start_number,
    "array": _text,
    "start": _pattern,
    "fields": _fields,
    "max_pages": _page_count,
    "overlap": _count,
    "days": _count,
}
ARTICLE_KEYS: dict[str, Callable[[Any], Any]] = dict.fromkeys(
    ("title", "published", "source", "author", "editor", "column", "body", "drop"), _selectors
)
SECTIONS: dict[str, tuple[dict[str, Callable[[Any], Any]], type[ListingRules | ArticleRules]]] = {
    "listing": (LISTING_KEYS, ListingRules),
    "article": (ARTICLE_KEYS, ArticleRules),
}
