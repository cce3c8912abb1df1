"""The lists of articles in JSON or in a script, and which of their values are what. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from ruralnews.errors import ExtractionError
from ruralnews.extraction.list_entries import list_day
from ruralnews.extraction.list_json import read_document
from ruralnews.portals.model import ListFields, ListingRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from re import Pattern

    Entries = Sequence[dict[str, Any]]

ASSIGNMENT = re.compile(r"\b(?P<name>[A-Za-z_$][\w$]{0,40})\s*=\s*(?=[\[{])")
DATA = re.compile(r"\s*(?:/\*.*?\*/\s*)?(?:[\w$.]{1,60}\s*\(\s*)?[\[{]", re.DOTALL)
"""JSON, perhaps in a JSONP call."""
ADDRESS = re.compile(r"(?:https?:)?//\S+|(?:\.{0,2}/)?[\w./-]*\w/?(?:\.\w{2,5})?(?:\?\S*)?")
LETTER = re.compile(r"[A-Za-z]")
"""What an address has and a day or a version has not."""
PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|mp4|mp3|pdf)(?:\?|$)", re.IGNORECASE)
HAN = re.compile(r"[\u4e00-\u9fff]")
DEPTH = 5
"""Objects around the entries; no list met has more than three."""
LEAST = 3
"""Entries of an array inside a page that is a list and no menu."""
MOST_ASSIGNMENTS = 200
SHARE = 0.8
"""Of the entries that must have a value; lists name a column or a front page among articles."""
FITTING = 0.6
"""Of the values under one name that must fit."""
HAN_LEAST = 5
"""Characters of a headline."""
URL_NAMES = re.compile(r"url|link|href", re.IGNORECASE)
TITLE_NAMES = re.compile(r"title|topic|headline", re.IGNORECASE)
DATE_NAMES = re.compile(r"date|time|pub|day", re.IGNORECASE)
SUMMARY_NAMES = re.compile(r"sum|desc|abstract|content|brief|intro|sub", re.IGNORECASE)


class Array(NamedTuple):
    """A list in data, and how a profile reads it."""

    rules: ListingRules
    size: int
    """Its entries."""


def find_arrays(text: str, *, is_page: bool) -> list[Array]:
    """Every list of articles in the text, the longest first.

    `is_page`: only arrays that a script of the page assigns, of at least LEAST entries.
    """
    starts: list[Pattern[str] | None] = [] if is_page or not DATA.match(text) else [None]
    names = list(dict.fromkeys(m["name"] for m in ASSIGNMENT.finditer(text)))[:MOST_ASSIGNMENTS]
    starts += [re.compile(rf"\b{re.escape(name)}\s*=") for name in names]
    found = [array for start in starts for array in _arrays(text, start)]
    least = LEAST if is_page else 1
    return sorted((a for a in found if a.size >= least), key=lambda a: a.size, reverse=True)


def _arrays(text: str, start: Pattern[str] | None) -> Iterator[Array]:
    try:
        document = read_document(text, ListingRules(kind="json", start=start))
    except ExtractionError:
        return
    for way, entries in _lists(document, ()):
        fields = _fields(entries)
        if fields:
            rules = ListingRules(kind="json", array=".".join(way), start=start, fields=fields)
            yield Array(rules, len(entries))


def _lists(value: Any, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Entries]]:
    """Every list of objects within objects, with the names that lead to it."""
    if isinstance(value, list):
        entries = [entry for entry in value if isinstance(entry, dict)]
        if entries:
            yield way, entries
    elif isinstance(value, dict) and len(way) < DEPTH:
        for name, inner in value.items():
            if "." not in name:
                yield from _lists(inner, (*way, name))


def _fields(entries: Entries) -> ListFields | None:
    """Which value is which; None when the entries have no address or no headline."""
    url = _names(entries, _is_address, URL_NAMES)
    title = _names(entries, _is_title, TITLE_NAMES, SUMMARY_NAMES)
    if not url or not title:
        return None
    rest = [{n: v for n, v in entry.items() if n not in (*url, *title)} for entry in entries]
    date = _names(rest, _is_day, DATE_NAMES)
    return ListFields(url, title, date or ("date",))


def _names(
    entries: Entries,
    fits: Callable[[str], bool],
    likely: Pattern[str],
    unlikely: Pattern[str] | None = None,
) -> tuple[str, ...]:
    """The names under which most entries have a value that fits, the likeliest first.

    Several where an entry has its value under the one or the other; empty when most have none.
    """
    scored = []
    for place, name in enumerate(dict.fromkeys(name for entry in entries for name in entry)):
        texts = {n: text for n, entry in enumerate(entries) if (text := _text(entry.get(name)))}
        having = {n for n, text in texts.items() if fits(text)}
        if having and len(having) >= FITTING * len(texts):
            liked = bool(likely.search(name)) - bool(unlikely and unlikely.search(name))
            # Other values (a column, a source) are the same in many entries.
            scored.append((liked, len(set(texts.values())), -place, name, having))
    scored.sort(reverse=True)
    chosen: list[str] = []
    covered: set[int] = set()
    for liked, _, _, name, having in scored:
        if liked == scored[0][0] and not having <= covered:
            chosen.append(name)
            covered |= having
        if len(covered) >= SHARE * len(entries):
            return tuple(chosen)
    return ()


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""


def _is_address(text: str) -> bool:
    return bool(
        ADDRESS.fullmatch(text)
        and ("/" in text or "." in text)
        and LETTER.search(text)
        and not PICTURE.search(text)
    )


def _is_title(text: str) -> bool:
    return len(HAN.findall(text)) >= HAN_LEAST


def _is_day(text: str) -> bool:
    return list_day(text) is not None and len(text) <= len("Mon, 20 May 2024 17:00:00 +0800") + 9
