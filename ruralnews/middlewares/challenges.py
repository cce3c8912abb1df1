"""Which answers are a challenge, a log-in or a block in place of the page. Pure.

A challenge is recognised, reported and obeyed: the host does not want us just now.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from re import Pattern

LONGEST = 200_000
"""Bytes; scripts of a challenge reach 150 kB, and no article page is judged by its scripts."""
MAX_TEXT = 300
"""Visible characters: of 134 portal pages (2026-11) one list has fewer, 250, and no article; a
challenge says one sentence."""
UNSEEN = {"<script": "</script", "<style": "</style", "<noscript": "</noscript", "<!--": "--"}
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
    if len("".join(visible_text(text).split())) > MAX_TEXT:
        return None
    title = TITLE.search(text)
    places = {
        "header": "\n".join(f"{name}: {value}" for name, value in headers.items()),
        "title": title[1] if title else "",
        "body": text,
    }
    return next((rule.code for rule in rules() if rule.fits(status, places)), None)


def visible_text(text: str) -> str:
    """The text between the tags, without scripts, styles and comments; in linear time."""
    lower, at, seen = text.lower(), 0, []
    while (start := text.find("<", at)) >= 0:
        seen.append(text[at:start])
        closer = next((c for o, c in UNSEEN.items() if lower.startswith(o, start)), "")
        inner = lower.find(closer, start + 4) if closer else start
        end = text.find(">", inner) if inner >= 0 else -1
        if end < 0:
            return "".join(seen)
        at = end + 1
    return "".join([*seen, text[at:]])


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
