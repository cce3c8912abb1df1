"""The cases of `extraction/forms/*.toml`: small pages of many portals, and what they say.

Run as a script it prints, per field, how many cases are read right, and those that are not.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruralnews.library import extract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruralnews.items import Article

FOLDER = Path(__file__).parent / "extraction/forms"
FIELDS = ("title", "published", "source", "author", "editor", "body")
FETCHED = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Form:
    """One page and the values that a reader of it would write down."""

    name: str
    family: str
    url: str | None
    html: str
    expected: dict[str, Any]
    """Every field but `body`, which a case may leave out; None, [] = the page does not say."""
    fails: frozenset[str]
    """Fields that are known to be read wrong."""


def load_forms() -> list[Form]:
    """All cases, in the order of their files."""
    texts = tomllib.loads((FOLDER / "texts.toml").read_text("utf-8"))
    paths = sorted(path for path in FOLDER.glob("*.toml") if path.name != "texts.toml")
    return [_form(path.stem, case, texts) for path in paths for case in _cases(path)]


def _cases(path: Path) -> Iterator[dict[str, Any]]:
    yield from tomllib.loads(path.read_text("utf-8"))["case"]


def _form(family: str, case: dict[str, Any], texts: dict[str, str]) -> Form:
    def filled(text: str) -> str:
        return re.sub(r"\{\{(\w+)\}\}", lambda match: texts[match[1]], text)

    expected = {
        "title": case.get("title"),
        "published": case.get("published"),
        "source": case.get("source"),
        "author": case.get("author", []),
        "editor": case.get("editor", []),
    }
    if "body" in case:
        expected["body"] = filled(case["body"])
    html = f'<!DOCTYPE html><meta charset="utf-8">{filled(case["html"])}</body></html>'
    fails = frozenset(case.get("fails", ()))
    return Form(case["name"], family, case.get("url"), html, expected, fails)


@cache
def article_of(html: str, url: str | None) -> Article | None:
    """What the extraction reads from a case."""
    return extract(html.encode(), url, fetched_at=FETCHED)


def read_form(form: Form, field: str) -> Any:
    """The value of one field in the spelling of the cases; a date as finely as it is printed."""
    article = article_of(form.html, form.url)
    if article is None:
        return [] if field in ("author", "editor") else None
    if field != "published":
        return getattr(article, field) or ([] if field in ("author", "editor") else None)
    if not article.published:
        return None
    size = {"day": 10, "minute": 16, "second": 19}[article.published_precision]
    return article.published[:size].replace("T", " ")


def is_right(form: Form, field: str) -> bool:
    """Whether the field of the case is read as it should be."""
    return bool(read_form(form, field) == form.expected[field])


def main() -> None:
    """The count of right readings per field, and the wrong ones."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    names = set(sys.argv[1:])
    for form in load_forms():
        if names and form.family not in names and form.name not in names:
            continue
        for field, value in form.expected.items():
            total[field] += 1
            right[field] += is_right(form, field)
            if not is_right(form, field):
                print(f"{form.name} {field}\n   want {value!r}\n   read {read_form(form, field)!r}")
    for field in FIELDS:
        print(f"{field:10} {right[field]:4} of {total[field]}")


if __name__ == "__main__":
    main()
