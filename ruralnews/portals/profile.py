"""A TOML document becomes a `Portal`, or sentences that say what is wrong with it.

`model` declares the keys, `values` reads what stands behind them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ruralnews.portals import values as read
from ruralnews.portals.hosts import covers_host, is_loopback
from ruralnews.portals.model import (
    ArticleRules,
    Column,
    Family,
    Layout,
    ListingRules,
    Portal,
)
from ruralnews.portals.values import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MIN_DELAY = 2.0
"""Seconds between two requests to a public host, at least."""
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
    layouts = values.get("layouts", family.get("layouts", []))
    values["layouts"] = _read_layouts(layouts, values["article"], place, faults)
    faults += [f"{place}: '{key}' is missing" for key in REQUIRED if not document.get(key)]
    if faults:
        return None, faults
    portal = Portal(slug=slug, **values)
    faults = [f"{place}: {fault}" for fault in _contradictions(portal)]
    return (None if faults else portal), faults


def check_family(document: Mapping[str, Any], place: str) -> list[str]:
    """What is wrong with a family document.

    It may hold `note`, `signs`, `lists` and the rule sections.
    """
    faults: list[str] = []
    keys = {key: PORTAL_KEYS[key] for key in ("note", "layouts", *SECTIONS)} | FAMILY_KEYS
    values = _read_table(document, keys, place, faults)
    for section, (section_keys, _) in SECTIONS.items():
        _read_table(values.get(section, {}), section_keys, f"{place} [{section}]", faults)
    _read_layouts(values.get("layouts", []), ArticleRules(), place, faults)
    return faults


def read_family(name: str, document: Mapping[str, Any]) -> Family:
    """The family of a document in which `check_family` found nothing wrong."""
    listing = _read_table(document.get("listing", {}), LISTING_KEYS, name, [])
    article = _read_table(document.get("article", {}), ARTICLE_KEYS, name, [])
    own = {key: reader(document[key]) for key, reader in FAMILY_KEYS.items() if key in document}
    return Family(name, listing=ListingRules(**listing), article=ArticleRules(**article), **own)


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


def _read_layouts(
    tables: list[Any], now: ArticleRules, place: str, faults: list[str]
) -> tuple[Layout, ...]:
    """The former layouts, the oldest first; what one does not name is as it is now."""
    layouts = []
    for number, table in enumerate(tables, start=1):
        where = f"{place} [layouts] number {number}"
        before = len(faults)
        values = _read_table(table, LAYOUT_KEYS, where, faults)
        if "until" not in table:
            faults.append(f"{where}: 'until' is missing")
        if len(faults) == before:
            layouts.append(Layout(values.pop("until"), replace(now, **values)))
    return tuple(sorted(layouts, key=lambda layout: layout.until))


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


REQUIRED = ("name", "hosts", "columns")
PORTAL_KEYS: dict[str, Callable[[Any], Any]] = {
    "name": read.text,
    "family": read.text,
    "hosts": read.hosts,
    "columns": read.tables,
    "layouts": read.tables,
    "listing": read.table,
    "article": read.table,
    "delay": read.seconds,
    "verify_tls": read.flag,
    "verify_tls_note": read.text,
    "verified": read.flag,
    "usual_since": read.day,
    "note": read.text,
}
FAMILY_KEYS: dict[str, Callable[[Any], Any]] = {"signs": read.patterns, "lists": read.addresses}
COLUMN_KEYS: dict[str, Callable[[Any], Any]] = {
    "name": read.text,
    "url": read.text,
    "kind": read.kind,
}
LISTING_KEYS: dict[str, Callable[[Any], Any]] = {
    "kind": read.kind,
    "article": read.patterns,
    "links": read.selectors,
    "next": read.selectors,
    "issues": read.selectors,
    "pages": read.page_name,
    "pages_from": read.start_number,
    "array": read.text,
    "named": read.pattern,
    "named_url": read.text,
    "start": read.pattern,
    "fields": read.fields,
    "max_pages": read.page_count,
    "overlap": read.count,
    "days": read.count,
}
SELECTORS: dict[str, Callable[[Any], Any]] = dict.fromkeys(
    ("title", "published", "source", "author", "editor", "column", "body", "drop"), read.selectors
)
ARTICLE_KEYS = SELECTORS | {"data": read.data}
LAYOUT_KEYS = SELECTORS | {"until": read.day}
SECTIONS: dict[str, tuple[dict[str, Callable[[Any], Any]], type[ListingRules | ArticleRules]]] = {
    "listing": (LISTING_KEYS, ListingRules),
    "article": (ARTICLE_KEYS, ArticleRules),
}
