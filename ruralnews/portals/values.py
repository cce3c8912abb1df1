"""The values of a profile: what TOML gives in, what `model` declares out.

Each function raises ValueError with the rest of a sentence (`must be text, not 3`).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from ruralnews.portals.hosts import split_entry
from ruralnews.portals.model import LIST_KINDS, ArticleData, ListFields

if TYPE_CHECKING:
    from collections.abc import Iterable
    from re import Pattern

MAX_DELAY = 60.0
"""Seconds; slower, and one column takes a night."""
MAX_PAGES = 1000
"""List pages per column; more is a typing error, not a plan."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` when a known word is close, else an empty string."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.5)
    # A long key often begins with the right word: article_link for article.
    close = close or [name for name in known if word.startswith(name)][:1]
    return f"; did you mean '{close[0]}'?" if close else ""


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {value!r}")
    return value.strip()


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


def seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_DELAY:
        raise ValueError(f"must be seconds from 0 to {MAX_DELAY:g}, not {value!r}")
    return float(value)


def page_count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_PAGES:
        raise ValueError(f"must be a whole number from 1 to {MAX_PAGES}, not {value!r}")
    return value


def count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"must be a whole number above 0, not {value!r}")
    return value


def table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a table, not {value!r}")
    return value


def tables(value: Any) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise ValueError("must be written as tables, each under [[…]]: [[columns]] with 'name'")
    return value


def day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"must be a day without quotes, such as 2024-05-01, not {value!r}")
    return value


def texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise ValueError(f"must be a list of texts, not {value!r}")
    return tuple(value)


def kind(value: Any) -> str:
    if value not in LIST_KINDS:
        hint = did_you_mean(str(value), LIST_KINDS) or f"; there are {', '.join(LIST_KINDS)}"
        raise ValueError(f"is no kind of list: {value!r}{hint}")
    return str(value)


def page_name(value: Any) -> str:
    if "{n}" not in text(value):
        raise ValueError(f"must hold {{n}}, the number of the page, not {value!r}")
    return text(value)


def start_number(value: Any) -> int:
    return 0 if value == 0 and value is not False else page_count(value)


def pattern(value: Any) -> Pattern[str]:
    return patterns([value])[0]


def fields(value: Any) -> ListFields:
    names = {}
    for key, given in table(value).items():
        if key not in ListFields.__slots__:
            hint = did_you_mean(key, ListFields.__slots__)
            known = ", ".join(ListFields.__slots__)
            raise ValueError(f"has an unknown key '{key}'{hint or f'; known keys: {known}'}")
        names[key] = texts([given] if isinstance(given, str) else given)
    return ListFields(**names)


def hosts(value: Any) -> tuple[str, ...]:
    for entry in texts(value):
        split_entry(entry)
    return tuple(entry.lower() for entry in value)


def patterns(value: Any) -> tuple[Pattern[str], ...]:
    compiled = []
    for text in texts(value):
        try:
            compiled.append(re.compile(text))
        except re.error as error:
            raise ValueError(f"is no regular expression: {text!r} ({error})") from error
    return tuple(compiled)


def addresses(value: Any) -> tuple[tuple[Pattern[str], str], ...]:
    """Patterns and the addresses that follow from them, the groups of a pattern in braces."""
    found = [(pattern(key), text(address)) for key, address in table(value).items()]
    for one, address in found:
        try:
            address.format_map(dict.fromkeys(one.groupindex, ""))
        except (KeyError, ValueError, IndexError) as error:
            raise ValueError(f"has no group for what {address!r} needs: {error}") from error
    return tuple(found)


def selectors(value: Any) -> tuple[str, ...]:
    for text in texts(value):
        try:
            LexborHTMLParser("").css(text)
        except SelectolaxError as error:
            raise ValueError(f"is no CSS selector: {text!r} ({error})") from error
    return tuple(value)


def data(value: Any) -> ArticleData:
    """The addresses and the names of the values of articles that are data."""
    given = dict(table(value))
    addresses = [text(given.pop(key, "{id}")) for key in ("url", "page")]
    for address in addresses:
        if "{id}" not in address:
            raise ValueError(f"must hold {{id}} in 'url' and 'page', not {address!r}")
    strip = patterns(given.pop("strip", []))
    known = ("title", "published", "source", "author", "editor", "column", "body", "images")
    for key in given:
        if key not in known:
            hint = did_you_mean(key, known)
            names = ", ".join(("url", "page", "strip", *known))
            raise ValueError(f"has an unknown key '{key}'{hint or f'; known keys: {names}'}")
    fields = {key: texts([name] if isinstance(name, str) else name) for key, name in given.items()}
    if "body" not in fields:
        raise ValueError('must name the key of the body: body = "content"')
    fields.setdefault("title", ("title",))
    url, page = ("" if address == "{id}" else address for address in addresses)
    return ArticleData(fields=fields, url=url, page=page, strip=strip)
