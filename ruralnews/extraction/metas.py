"""What a page declares: metas, JSON-LD, microdata, scripts, comments; read in one pass."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruralnews.extraction.nodes import behind, folded_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from ruralnews.extraction.walk import Walk

PROPERTIES = "enpproperty"
PROPERTY = re.compile(r"<(title|author|date|source|sourcename)>([^<]+)</")
"""What Founder's content systems leave in a comment of each article of a paper."""
JSON_KEYS = {
    "headline": "jsonld:headline",
    "datepublished": "jsonld:datePublished",
    "pubdate": "jsonld:pubDate",
    "keywords": "jsonld:keywords",
}
LONGEST_VALUE = 2_000
"""Characters kept of a declared value; summaries on the saved pages stay below 800."""
LONGEST_LD = 200_000
"""Characters of one JSON-LD script that are parsed."""
DEPTH = 4
"""Levels of its objects that are read: `@graph`, `itemListElement`, `mainEntity`, the article."""


@dataclass(slots=True)
class Metas:
    """Declared values by lower-cased name; the first non-empty one of a name is kept."""

    values: dict[str, str] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    """The name as the page writes it, for `provenance`."""
    title: str = ""
    """Text of `<title>`."""
    headings: list[LexborNode] = field(default_factory=list)
    """Each `<h1>`."""
    scripts: list[str] = field(default_factory=list)
    """The inline scripts."""
    comments: list[str] = field(default_factory=list)
    base: str = ""
    """The first target of a `<base>`."""

    def get(self, *names: str) -> Iterator[tuple[str, str]]:
        """The values of `names` that are there, with the name as printed, in the order asked."""
        for name in names:
            if name in self.values:
                yield self.printed[name], self.values[name]

    def add(self, name: str, value: str | None) -> None:
        """Keep `value` unless it is empty or `name` already has one."""
        value = " ".join((value or "")[:LONGEST_VALUE].split())
        key = name.strip().lower()
        if value and key and key not in self.values:
            self.values[key] = value
            self.printed[key] = name.strip()


def read_metas(root: LexborNode, walk: Walk) -> Metas:
    """The declared values of a page, those of its head first."""
    metas = Metas(headings=[block.node for block in walk.blocks if block.tag == "h1"])
    head = root.parser.head
    # Comments may stand behind the body, and behind the document.
    for node in (*(head.traverse() if head else ()), *walk.declared, *root.iter(), *behind(root)):
        tag, said = node.tag, node.attributes
        if tag == "meta":
            name = said.get("name") or said.get("property") or said.get("itemprop")
            metas.add(name or "", said.get("content") or said.get("value"))
        elif tag == "script":
            _add_script(metas, node.text_lexbor(), said.get("type"))
        elif tag == "-comment":
            _add_comment(metas, node.comment_content or "")
        elif tag == "title":
            metas.title = metas.title or folded_text(node)[:LONGEST_VALUE]
        elif tag == "link":
            if (said.get("rel") or "").lower() == "canonical":
                metas.add("canonical", said.get("href"))
        elif tag == "time":
            metas.add("time", said.get("datetime") or said.get("content"))
        elif tag == "base":
            metas.base = metas.base or (said.get("href") or "").strip()
    return metas


def _add_script(metas: Metas, text: str, kind: str | None) -> None:
    if text:
        metas.scripts.append(text)
        if kind == "application/ld+json":
            _add_json(metas, text)


def _add_comment(metas: Metas, comment: str) -> None:
    metas.comments.append(comment)
    if PROPERTIES in comment[:20]:
        for name, value in PROPERTY.findall(comment):
            metas.add(f"enp:{name}", value)


def _add_json(metas: Metas, text: str) -> None:
    try:
        data = json.loads(text[:LONGEST_LD], strict=False)
    except (ValueError, RecursionError):
        return
    for node in _nodes(data):
        for key, value in node.items():
            name = JSON_KEYS.get(key.lower())
            if name and isinstance(value, str):
                metas.add(name, value)
        author = node.get("author")
        authors = author if isinstance(author, list) else [author]
        named = [
            one for one in authors if isinstance(one, dict) and isinstance(one.get("name"), str)
        ]
        metas.add("jsonld:author", "、".join(one["name"] for one in named))
        persons = [one["name"] for one in named if one.get("@type") == "Person"]
        metas.add("jsonld:person", "、".join(persons))


def _nodes(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object of a JSON-LD document, outermost first."""
    if depth > DEPTH:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _nodes(entry, depth + 1)
    elif isinstance(data, dict):
        yield data
        for value in data.values():
            if isinstance(value, list | dict):
                yield from _nodes(value, depth + 1)
