"""Pages that are made to exhaust a parser, told before they are parsed: lexbor has no limits."""

from __future__ import annotations

import re
from collections import Counter

from ruralnews.errors import ExtractionError
from ruralnews.reasons import Reason

TAG_LIMIT = 100_000
"""Tags of a page, ends included; the largest of 360 saved pages has 15,754 (2026-11)."""
LARGE = 40_000
"""Tags of a page whose depth is looked at. A tag may cost the parser a walk along all elements that
are open: so many in each other take 2 s, and four times that twice as many."""
DEEPEST = 2_000
"""Elements in each other, and blocks of any page: the readers look at what is around a line. Saved
pages have 24 blocks at most."""
TAG = re.compile(rb"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)")
UNCOUNTED = frozenset(
    b"area base br col embed hr img input link meta param source track wbr"
    b" dd dt li option p tbody td th thead tr".split()
)
"""Elements that hold nothing, and those that need no end tag: what is around them counts."""
REOPENED_LIMIT = 2_000_000
"""Elements that a page may become. A formatting element left open is opened again in every later
block: 3,000 `<p><font size=…>` become 4.5 million elements, 1.6 GB. Two million take 700 MB and a
second; the most that a saved page could become is 1.1 million (2026-11)."""
SAME = 3
"""Formatting elements of the same attributes that are opened again, by the HTML standard."""
FEW = 2_500
"""Tags that cannot become so many elements: half of them opened again at each of the others."""
FORMATS = "b big code em font i nobr s small strike strong tt u".split()
"""The formatting elements of the HTML standard but for `<a>`, which ends the one before it."""
FORMATTING = re.compile(
    # The first letter rules out most tags; re.IGNORECASE would take twice as long.
    "<(?=[bcefinstuBCEFINSTU])(?:{})(?=[\\s/>])[^>]*".format(
        "|".join("".join(f"[{x}{x.upper()}]" for x in name) for name in FORMATS)
    ).encode()
)
GIANT_TAG = 5_000
"""Bytes of a tag whose attributes may be too many."""
SEPARATOR = re.compile(rb"[\s/]+|(?<=[\"'])(?=[^\s/=\"'])")
"""What parts attributes: blanks, slashes, or nothing behind a quote."""
QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
ATTRIBUTE_LIMIT = 2_000
"""The parser compares every attribute of a tag with every other: 100,000 cost 18 s. No tag of 131
saved pages has 60."""


def check_markup(data: bytes) -> None:
    """Raise ExtractionError with `page-rejected` for a page that takes too long or too much."""
    tags = data.count(b"<")
    if tags > TAG_LIMIT:
        raise _rejected(f"{tags} tags", TAG_LIMIT)
    if tags > LARGE and (depth := _depth(data)) > DEEPEST:
        raise _rejected(f"elements {depth} deep in each other", DEEPEST)
    if tags > FEW:
        formats = len(set(FORMATTING.findall(data)))
        if (elements := SAME * formats * tags) > REOPENED_LIMIT:
            detail = f"{formats} kinds of formatting in {tags} tags, up to {elements} elements"
            raise _rejected(detail, REOPENED_LIMIT)
    _check_attributes(data)


def _depth(data: bytes) -> int:
    """How deep the elements of a page are in each other, without what a parser mends."""
    around: list[bytes] = []
    counts: Counter[bytes] = Counter()
    deepest = 0
    for match in TAG.finditer(data):
        name = match["name"].lower()
        if match["end"]:
            while counts[name]:
                counts[ended := around.pop()] -= 1
                if ended == name:
                    break
        elif name not in UNCOUNTED:
            around.append(name)
            counts[name] += 1
            deepest = max(deepest, len(around))
    return deepest


def _check_attributes(data: bytes) -> None:
    at = 0
    while at < len(data):
        # A giant tag fills a window of its size; few pages have one without `<` or `>`.
        if data.find(b"<", at, at + GIANT_TAG) < 0:
            start, end = data.rfind(b"<", 0, at), data.find(b"<", at)
        elif data.find(b">", at, at + GIANT_TAG) < 0:
            start, end = data.find(b"<", data.rfind(b">", 0, at) + 1), data.find(b">", at)
        else:
            at += GIANT_TAG
            continue
        at = len(data) if end < 0 else end
        tag = data[start + 1 : at]
        if not tag[:1].isalpha():
            continue
        whole = tag.partition(b">")[0]
        if whole.count(b'"') % 2 or whole.count(b"'") % 2:
            whole = tag
        names = QUOTED.sub(b'"', whole).partition(b">")[0]
        if (attributes := len(SEPARATOR.split(names))) > ATTRIBUTE_LIMIT:
            raise _rejected(f"a tag with {attributes} attributes", ATTRIBUTE_LIMIT)


def _rejected(found: str, limit: int) -> ExtractionError:
    return ExtractionError(Reason.PAGE_REJECTED, f"{found}; {limit} are allowed")
