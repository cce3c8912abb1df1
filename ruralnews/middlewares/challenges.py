"""Which answers are a challenge, a log-in or a block in place of the page. Pure.

A challenge is recognised, reported and obeyed: the host does not want us just now.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from re import Pattern

LONGEST = 200_000
"""Bytes; scripts of a challenge reach 150 kB, and no article page is judged by its scripts."""
MAX_TEXT = 300
"""Visible characters: of 134 portal pages (2026-11) one list has fewer, 250, and no article; a
challenge says one sentence."""
TAGS = re.compile(r"(?:\s++|<(?!script|style|noscript|!--)[^>]*+>)*+", re.IGNORECASE)
"""Tags and blanks in a row: passed over at once, for most of a page is such rows."""
OPENING = re.compile(r"<(script|style|noscript|!--)", re.IGNORECASE)
UNSEEN = {
    "script": re.compile("</script", re.IGNORECASE),
    "style": re.compile("</style", re.IGNORECASE),
    "noscript": re.compile("</noscript", re.IGNORECASE),
    "!--": re.compile("--"),
}
"""What ends the things that nobody sees."""
TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,200})", re.IGNORECASE)
CHARSET_GBK = re.compile(rb"charset\s*=\s*[\"']?gb", re.IGNORECASE)


class Rule(NamedTuple):
    """A row of challenges.tsv."""

    code: str
    statuses: frozenset[int]
    where: str
    pattern: Pattern[str]

    def fits(self, status: int, places: Mapping[str, str]) -> bool:
        """Whether the answer has the status and the pattern at its place."""
        if self.statuses and status not in self.statuses:
            return False
        return not self.where or self.pattern.search(places[self.where]) is not None


def challenge_in(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Code of the first rule that fits the answer; None for a page.

    Only an answer with next to no visible text is a challenge: an article about captchas is none.
    """
    if len(body) > LONGEST:
        return None
    text = body.decode("gb18030" if CHARSET_GBK.search(body[:2048]) else "utf-8", "replace")
    seen = 0
    for piece in visible_text(text):
        seen += len("".join(piece.split()))
        if seen > MAX_TEXT:
            return None
    title = TITLE.search(text)
    places = {
        "header": "\n".join(f"{name}: {value}" for name, value in headers.items()),
        "title": title[1] if title else "",
        "body": text,
    }
    return next((rule.code for rule in rules() if rule.fits(status, places)), None)


def visible_text(text: str) -> Iterator[str]:
    """The texts between the tags, without scripts, styles and comments; in linear time."""
    at = 0
    while tags := TAGS.match(text, at):
        at = tags.end()
        if opening := OPENING.match(text, at):
            closing = UNSEEN[opening[1].lower()].search(text, opening.end())
            at = text.find(">", closing.start()) + 1 if closing else 0
            if not at:
                return
            continue
        end = text.find("<", at)
        if end in (at, -1):  # a tag without an end, or no further one
            yield text[at:] if end < 0 else ""
            return
        yield text[at:end]
        at = end


@cache
def rules() -> tuple[Rule, ...]:
    """The rows of challenges.tsv."""
    table = files(__package__).joinpath("challenges.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    flags = re.IGNORECASE | re.MULTILINE | re.DOTALL
    return tuple(
        Rule(code, frozenset(map(int, statuses.split())), where, re.compile(pattern, flags))
        for code, statuses, where, pattern in rows
    )
