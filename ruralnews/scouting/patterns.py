"""The form of the articles' addresses, as patterns for a profile. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TOKEN = re.compile(
    r"(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"|(?P<hex>(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z]))"
    r"|(?P<code>(?<![0-9A-Za-z])(?=[0-9A-Za-z]*\d[A-Za-z])(?=[0-9A-Za-z]*[A-Za-z]\d)[0-9A-Za-z]{12,})"
    r"|(?P<digits>\d+)"
    r"|(?P<word>[A-Za-z]+)"
    r"|(?P<mark>[^0-9A-Za-z])"
)
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
HEX_DIGITS = r"[0-9a-f]{32}"
DAY = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?)?)?")
"""2026, 202611, 20261122, and with hours and minutes, perhaps seconds."""
FOLDER = re.compile(r"[a-z]?\d[\d_-]*|[0-9a-f-]{32,36}")
"""A folder that is a day or a number, not the name of a column with a digit in it."""
ID_DIGITS = 4
"""Shorter numbers count within a day or a page: they name no article of the whole portal."""
MOST = 4
"""Patterns of a profile; a list with more forms is not understood."""
NUMBERED = re.compile(r"\d")
ID_QUERY = re.compile(r"(?:^|&)(?P<name>\w*id)=(?P<value>[\w-]*\d[\w-]*)", re.IGNORECASE)


class Token(NamedTuple):
    """A piece of an address."""

    kind: str
    text: str


def article_patterns(urls: Sequence[str]) -> list[str]:
    r"""Regular expressions that all the addresses meet, the commonest form first; at most MOST.

    A group `id` stands where every address has a value of its own.

    >>> article_patterns(["http://x.cn/a/202611/t20261101_71001.html"])
    ['/\\d{6}/t\\d{8}_(?P<id>\\d+)\\.html$']
    """
    forms: dict[tuple[str, ...], list[list[Token]]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        tokens = list(_tokens(_tail(url)))
        if all(token.kind in ("mark", "word") for token in tokens):
            tokens = _named(tokens)
        forms[tuple(_shape(token) for token in tokens)].append(tokens)
    by_size = sorted(forms.values(), key=len, reverse=True)
    return list(dict.fromkeys(_pattern(form) for form in by_size))[:MOST]


def _tail(url: str) -> str:
    """The end of the address that makes it one of an article: file, numbered folders, id."""
    parts = urlsplit(url)
    query = ID_QUERY.search(parts.query)
    *folders, file = parts.path.split("/")
    if query and not NUMBERED.search(file):
        return f"/{file}?{query['name']}={query['value']}"
    kept = [file]
    while folders and FOLDER.fullmatch(folders[-1]):
        kept.insert(0, folders.pop())
    if not any(map(NUMBERED.search, kept)) and folders:
        kept.insert(0, folders.pop())
    tail = "/" + "/".join(kept).lstrip("/")
    return f"{tail}?{parts.query}" if parts.query and NUMBERED.search(tail + parts.query) else tail


def _tokens(text: str) -> Iterable[Token]:
    for match in TOKEN.finditer(text):
        yield Token(match.lastgroup or "mark", match[0])


def _named(tokens: list[Token]) -> list[Token]:
    """The tokens of a file that has a name of words and no number: the name is one token."""
    texts = [token.text for token in tokens]
    start = len(texts) - texts[::-1].index("/") if "/" in texts else 0
    end = len(texts) - 2 if "." in texts[start:] else len(texts)
    return [*tokens[:start], Token("name", "".join(texts[start:end])), *tokens[end:]]


def _shape(token: Token) -> str:
    return token.text if token.kind in ("mark", "word") else token.kind


def _pattern(form: list[list[Token]]) -> str:
    """The pattern of addresses of one shape."""
    columns = list(zip(*form, strict=True))
    dates = _dates(columns)
    native = _native(columns, dates)
    pieces = []
    for place, column in enumerate(columns):
        piece = _piece(column, is_date=place in dates)
        if place == native and not dates and column[0].kind == "digits":
            # Nothing else tells 48101.html from page 2 of a list.
            piece = rf"\d{{{ID_DIGITS},}}"
        pieces.append(f"(?P<id>{piece})" if place == native else piece)
    text = "".join(pieces)
    # Other parameters may stand in front of the id.
    is_named = any(column[0].kind == "name" for column in columns)
    end = r"(?:&|$)" if r"\?" in text else r"(?:\?|$)" if is_named else "$"
    return text.replace(r"\?", r"\?(?:.*&)?") + end


def _piece(column: Sequence[Token], *, is_date: bool) -> str:
    token = column[0]
    if is_date:
        is_fixed = len(token.text) > len("11") or any(t.text.startswith("0") for t in column)
        return rf"\d{{{len(token.text)}}}" if is_fixed else r"\d{1,2}"
    kinds = {
        "uuid": UUID,
        "hex": HEX_DIGITS,
        "code": r"\w+",
        "digits": r"\d+",
        "name": r"[^/?]+",
    }
    return kinds.get(token.kind) or re.escape(token.text).replace(r"\-", "-")


def _dates(columns: Sequence[Sequence[Token]]) -> set[int]:
    """The places of numbers that are days: a year and what follows it within two digits each."""
    found: set[int] = set()
    for place, column in enumerate(columns):
        if column[0].kind != "digits":
            continue
        lengths = {len(token.text) for token in column}
        begins = all(DAY.fullmatch(token.text) for token in column)
        follows = place - 2 in found and columns[place - 1][0].text in "/-"
        if (begins and len(lengths) == 1) or (follows and (lengths <= {1, 2} or lengths == {4})):
            found.add(place)
    return found


def _native(columns: Sequence[Sequence[Token]], dates: set[int]) -> int | None:
    """The last place where every address has another value, long enough to be an id."""
    for place in reversed(range(len(columns))):
        values = [token.text for token in columns[place]]
        if columns[place][0].kind in ("mark", "word", "name") or place in dates:
            continue
        if len(set(values)) == len(values) and min(map(len, values)) >= ID_DIGITS:
            return place
    return None
