"""What the scripts of a page say about its article (`window.DATA = {"media": …}`).

Portals that build the info bar in the browser keep its values in a script, next to the headline.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NEAR = 1_500
"""Characters around the headline in which its object is looked for."""
SHORTEST = 8
"""Characters of a headline that is told from other texts."""
TITLE = re.compile(r"\b\w{0,8}title[\"']?\s*[:=]", re.IGNORECASE)
BRACE = re.compile("[{}]")
PAIR = re.compile(
    r"\b(?P<key>source|media|source_?name|media_?name|pub_?time|publish_?time|news_?time)"
    r"[\"']?\s*[:=]\s*[\"'](?P<value>(?:[^\"'\\<>{}]|\\u[0-9a-f]{4}|\\/){2,40})[\"']",
    re.IGNORECASE,
)


WRITTEN = re.compile(r"[\"']publish_time[\"']\s*\)")
QUOTED_DATE = re.compile(r"[\"']((?:19|20)\d\d-\d\d?-\d\d?(?:\s\d\d?:\d\d(?::\d\d)?)?)[\"']")
BEFORE = 400


def script_values(scripts: Iterable[str], headline: str) -> Iterator[tuple[str, str]]:
    """Field (`source`, `published`) and value of every pair beside `headline` in the scripts."""
    if len(headline) < SHORTEST:
        return
    spellings = dict.fromkeys((headline, json.dumps(headline)[1:-1]))
    for text in scripts:
        at = next((at for spelling in spellings if (at := text.find(spelling)) >= 0), -1)
        if at < 0:
            continue
        for pair in PAIR.finditer(_around(text, at)):
            field = "published" if pair["key"].lower().endswith("time") else "source"
            yield field, _decoded(pair["value"])


def written_dates(scripts: Iterable[str]) -> Iterator[str]:
    """The dates that a script writes into the empty info bar of an account's post.

    `createTime = '2023-08-25 18:30'; … getElementById('publish_time')`: the last one before the
    name of the element.
    """
    for text in scripts:
        for match in WRITTEN.finditer(text) if "publish_time" in text else ():
            dates = QUOTED_DATE.findall(text, max(0, match.start() - BEFORE), match.start())
            yield from dates[-1:]


def _around(text: str, at: int) -> str:
    """The rest of the object that holds the headline at `at`, up to another title."""
    opening = text.rfind("{", max(0, at - NEAR), at)
    behind = text[at : at + NEAR]
    following = TITLE.search(behind)
    end = following.start() if following else len(behind)
    depth = 0
    for brace in BRACE.finditer(behind, 0, end):
        depth += 1 if brace[0] == "{" else -1
        if depth < 0:
            end = brace.start()
            break
    return text[opening + 1 if opening >= 0 else at : at] + behind[:end]


def _decoded(value: str) -> str:
    """A value of a script with its escapes read."""
    escaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), value)
    return escaped.replace("\\/", "/").strip()
