"""Lists that are data: JSON, JSONP, and arrays inside a script or a page (MI4, 共产党员网)."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

from ruralnews.errors import ExtractionError
from ruralnews.extraction.list_entries import Entry, list_day
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ruralnews.portals.model import ListingRules

OPENING = re.compile(r"[\[{]")
HTML_START = re.compile(r"\s*<(?:!doctype|html|head|body|script)\b", re.IGNORECASE)
TAG = re.compile(r"<[^<>]{0,500}>")
PAIR = re.compile(
    r"(['\"])(?P<key>\w{1,40})\1\s*:\s*(?P<quote>['\"])(?P<value>.{0,2000}?)(?P=quote)"
    r"(?=\s*(?:,\s*['\"]\w{1,40}['\"]\s*:|\}))",
    re.DOTALL,
)
"""A key and its text; a quote inside the text is one that no further key or `}` follows."""
ARRAY_END = re.compile(r"\}\s*,?\s*\]")


def read_entries(text: str, rules: ListingRules) -> list[Entry]:
    """The entries of the list in `text`, in its order.

    Raises:
        ExtractionError: `list-unreadable` when there is no such list; an empty list is one.
    """
    entries = _descend(read_document(text, rules), rules.array)
    return [
        Entry(
            _first(entry, rules.fields.url),
            _plain(_first(entry, rules.fields.title)),
            list_day(_first(entry, rules.fields.date)),
        )
        for entry in entries
        if isinstance(entry, dict)
    ]


def read_document(text: str, rules: ListingRules) -> Any:
    """The first value behind the start of the rules, of JSON or of a script's literals.

    Raises:
        ExtractionError: `list-unreadable` when there is none.
    """
    at = 0
    if rules.start:
        mark = rules.start.search(text)
        if mark is None:
            raise _unreadable(f"nothing in it is {rules.start.pattern!r}; it starts {_head(text)}")
        at = mark.end()
    elif HTML_START.match(text):
        raise _unreadable(f"it is a page, no JSON; it starts {_head(text)}")
    opening = OPENING.search(text, at)
    if opening is None:
        raise _unreadable(f"it holds no array and no object; it starts {_head(text)}")
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, opening.start())[0]
    except (ValueError, RecursionError) as error:
        loose = list(_loose(text, opening.start()))
        if not loose:
            raise _unreadable(f"it is no JSON: {str(error)[:80]}") from error
        return loose


def _loose(text: str, start: int) -> Iterator[dict[str, str]]:
    """The objects of a flat array in a script, where quotes are single, or broken by a title."""
    end = ARRAY_END.search(text, start)
    if end is None:
        return
    entry: dict[str, str] = {}
    for pair in PAIR.finditer(text, start, end.end()):
        if pair["key"] in entry:
            yield entry
            entry = {}
        entry[pair["key"]] = pair["value"].replace("\\'", "'").replace('\\"', '"')
    if entry:
        yield entry


def _descend(document: Any, way: str) -> Sequence[Any]:
    for name in way.split(".") if way else ():
        document = document.get(name) if isinstance(document, dict) else None
    if not isinstance(document, list):
        raise _unreadable(f"there is no list at {way or 'its top'!r}")
    return document


def _first(entry: Mapping[str, Any], names: Sequence[str]) -> str:
    """The first of the named values that is not empty, as text."""
    values = (entry.get(name) for name in names)
    texts = (str(v).strip() for v in values if isinstance(v, str | int) and v is not True)
    return next((text for text in texts if text), "")


def _plain(title: str) -> str:
    return " ".join(html.unescape(TAG.sub("", title)).split())


def _head(text: str) -> str:
    return repr(text.strip()[:40])


def _unreadable(detail: str) -> ExtractionError:
    return ExtractionError(Reason.LIST_UNREADABLE, detail)
