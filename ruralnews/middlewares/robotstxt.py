"""What a robots.txt says to one crawler: RFC 9309, section 2.2, and Crawl-delay. Pure.

Where the RFC is silent it reads like google/robotstxt: a missing colon and misspelt `disallow`
are understood, an unknown line never ends a group, `/dir/index.html` allows `/dir/` too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 500 * 1024
"""RFC 9309, 2.5: at least 500 KiB are parsed; the rest is dropped."""
MAX_LINE = 16_664
"""Characters of a line; google/robotstxt cuts there, a longer rule is no mistake but an attack."""
BOM = b"\xef\xbb\xbf"
LINE_END = re.compile(r"\r\n|\r|\n")
PRODUCT = re.compile(r"[A-Za-z_-]+")
KEYS = {
    "user-agent": "agent",
    "useragent": "agent",
    "user agent": "agent",
    "allow": "allow",
    "disallow": "disallow",
    "dissallow": "disallow",
    "dissalow": "disallow",
    "disalow": "disallow",
    "diasllow": "disallow",
    "disallaw": "disallow",
    "crawl-delay": "delay",
    "crawldelay": "delay",
}
ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
NON_ASCII = re.compile(r"[^\x00-\x7f]+")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class Rule(NamedTuple):
    """One Allow or Disallow line."""

    allow: bool
    pattern: str


@dataclass(slots=True)
class Robots:
    """The rules for one crawler."""

    rules: list[Rule]
    delay: float = 0.0
    """Crawl-delay in seconds; 0 when the file names none."""

    def allows(self, url: str) -> bool:
        """Whether the URL may be asked for: the longest matching rule decides, Allow wins ties."""
        parts = urlsplit(url)
        path = normalise((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        matching = [(len(r.pattern), r.allow) for r in self.rules if matches(r.pattern, path)]
        return max(matching, default=(0, True))[1]


def read_robots(body: bytes, agent: str) -> Robots:
    """The rules that `body` has for the product token `agent`: its own groups, else those of `*`.

    Never raises: what is no rule is skipped.
    """
    ours, everybody = Robots([]), Robots([])
    named = False
    groups: list[Robots] = []
    naming = False
    for key, value in _records(body):
        if key == "agent":
            if not naming:
                groups = []
            naming = True
            if value == "*" or value[:2].rstrip() == "*":
                groups.append(everybody)
            elif _product(value) == agent.lower():
                named = True
                groups.append(ours)
        elif key == "delay":
            for group in groups:
                group.delay = max(group.delay, _seconds(value))
        else:
            naming = False
            for group in groups:
                group.rules += _rules(key == "allow", value)
    return ours if named else everybody


def matches(pattern: str, path: str) -> bool:
    """Whether a normalised pattern with `*` and a closing `$` matches the path from its start.

    In time linear in both: a pattern is text from strangers.
    """
    anchored = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not others:
        return at == len(path) or not anchored
    last = others.pop() if anchored else ""
    for piece in others:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return path.endswith(last) and len(path) - len(last) >= at


def normalise(path: str) -> str:
    """The path as it is compared: ASCII, only what must be escaped is, escapes upper-case."""
    ascii_only = NON_ASCII.sub(
        lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode("utf-8", "replace")), path
    )
    return ESCAPED.sub(_escape, ascii_only)


def _escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in UNRESERVED else match[0].upper()


def _records(body: bytes) -> Iterator[tuple[str, str]]:
    """Kind and value of every line that has a meaning for us."""
    text = body[:MAX_BYTES].removeprefix(BOM).decode("utf-8", "replace")
    for line in LINE_END.split(text):
        content = line[:MAX_LINE].partition("#")[0].replace("\x00", "").strip()
        key, colon, value = content.partition(":")
        if not colon:
            words = content.split()
            if len(words) != 2:  # noqa: PLR2004 - a name and its value
                continue
            key, value = words
        kind = KEYS.get(key.strip().lower())
        if kind:
            yield kind, value.strip()


def _rules(allow: bool, value: str) -> Iterator[Rule]:
    if not value:
        return
    pattern = normalise(value)
    yield Rule(allow, pattern)
    folder, slash, name = pattern.rpartition("/")
    if allow and slash and name.startswith("index.htm"):
        yield Rule(allow, f"{folder}/$")


def _product(value: str) -> str:
    found = PRODUCT.match(value)
    return found[0].lower() if found else ""


def _seconds(value: str) -> float:
    """Crawl-delay as a number; 0 for anything else."""
    return float(value) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value) else 0.0
