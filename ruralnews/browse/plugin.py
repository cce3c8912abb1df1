"""What Datasette does not do by itself: a Chinese search, and reading an article."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.utils import tilde_encode
from markupsafe import Markup, escape

from ruralnews.browse.database import NAME
from ruralnews.browse.search import excerpt, match_query, pieces

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

LENGTH = 160
"""Characters of an excerpt: three lines of a list."""
WEB = ("http://", "https://")
ORDER = ("status", "portal", "column", "source", "author", "editor", "day")
"""Of the facets on the page."""


# Last: Datasette's own function of that name, which quotes words, is registered first.
@hookimpl(trylast=True)  # type: ignore[untyped-decorator] # Datasette has no types
def prepare_connection(conn: sqlite3.Connection) -> None:
    """The function through which every `_search` goes to FTS5."""
    conn.create_function("escape_fts", 1, lambda query: match_query(str(query)))


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """What the templates call."""
    database = datasette.get_database(NAME)

    async def reading(article: str, revision: str | None) -> dict[str, Any] | None:
        return await read_article(database, article, revision)

    async def texts(rows: Iterable[Any], query: str | None) -> dict[str, Markup]:
        return await read_excerpts(database, rows, query or "")

    async def portal_names() -> dict[str, str]:
        return dict(list(await database.execute("SELECT slug, name FROM portal")))

    labels = read_labels()
    env.globals.update(
        reading=reading,
        texts=texts,
        portal_names=portal_names,
        label=lambda key: labels.get(key, key),
        marked=marked,
        is_web=is_web,
        article_url=article_url,
        kept=kept,
        with_values=with_values,
        in_order=in_order,
        first_page=first_page,
        from_json=json.loads,
    )


def read_labels() -> dict[str, str]:
    """The Chinese name of each key."""
    text = files("ruralnews.browse").joinpath("data/labels.tsv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:], delimiter="\t")
    return dict(rows)


async def read_article(database: Any, article: str, revision: str | None) -> dict[str, Any] | None:
    """The record of a version, the numbers of all versions, and the last tombstone.

    The latest version when there is none of that number; None for an article without any.
    """
    sql = "SELECT revision, record FROM version WHERE id = ? ORDER BY revision"
    versions = {str(row[0]): row[1] for row in await database.execute(sql, [article])}
    if not versions:
        return None
    shown = revision if revision in versions else list(versions)[-1]
    sql = "SELECT reason, noticed_at FROM gone WHERE id = ? AND revision >= ? ORDER BY revision"
    gone = list(await database.execute(sql, [article, int(list(versions)[-1])]))
    return {
        "record": json.loads(versions[shown]),
        "revisions": [int(number) for number in versions],
        "gone": gone[-1] if gone else None,
    }


async def read_excerpts(database: Any, rows: Iterable[Any], query: str) -> dict[str, Markup]:
    """By the id of each row, the part of its text where the query stands, with marks."""
    keys = [value for row in rows for value in (row["id"], row["revision"])]
    places = ", ".join("(?, ?)" for _ in keys[::2])
    sql = f"SELECT id, record FROM version WHERE (id, revision) IN (VALUES {places})"  # noqa: S608
    found = await database.execute(sql, keys) if keys else ()
    return {
        row[0]: marked(excerpt(json.loads(row[1])["body"], query, LENGTH), query) for row in found
    }


def marked(text: str, query: str | None) -> Markup:
    """The text, escaped, with `<mark>` around what was searched for."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece.text) if piece.hit else escape(piece.text)
        for piece in pieces(text, query or "")
    )


def is_web(url: str | None) -> bool:
    """Whether a link may lead there: a page can name `javascript:` addresses."""
    return url is not None and url.lower().startswith(WEB)


def article_url(article: str, **values: Any) -> str:
    """The page of an article."""
    said = urlencode({key: value for key, value in values.items() if value})
    return f"/{NAME}/article/{tilde_encode(article)}" + (f"?{said}" if said else "")


def kept(request: Any, *without: str) -> list[tuple[str, str]]:
    """What a form hands on of the address: all but its own fields and the page number."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    return [(key, value) for key, value in pairs if key not in {*without, "_next"}]


def with_values(request: Any, **values: str | None) -> str:
    """The address with other values for some keys, without those that are None."""
    pairs = kept(request, *values)
    pairs += [(key, value) for key, value in values.items() if value is not None]
    return f"{request.path}?{urlencode(pairs)}"


def first_page(url: str) -> str:
    """The address without its page number: another facet begins anew.

    >>> first_page("/articles/article?portal=moa&_next=2026,x")
    '/articles/article?portal=moa'
    """
    path, _, query = url.partition("?")
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "_next"]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def in_order(facets: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facets as they stand on the page; Datasette sorts them by their number of values."""
    places = {name: place for place, name in enumerate(ORDER)}
    return sorted(facets, key=lambda facet: places.get(facet["name"], len(places)))
