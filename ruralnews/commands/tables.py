"""Tables for a terminal. rich is loaded only when one is printed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ruralnews.extensions.log_lines import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ruralnews.items import Article

WIDTH_OF_A_FILE = 140
"""Columns when the output is no terminal: wide enough that most headlines stay whole."""


def print_articles(articles: Sequence[Article], count: int) -> None:
    """Prints the articles as a table on stdout; `count` is how many there are in all."""
    rows = [
        (
            article.published[:16].replace("T", " "),
            article.title,
            article.source or "",
            "、".join(article.author),
            "、".join(article.editor),
            str(len(article.body)),
        )
        for article in articles
    ]
    print_table(("published", "title", "source", "author", "editor", "chars"), rows)
    if count > len(rows):
        print(f"… and {count - len(rows)} more")


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints a table on stdout; the last column is numbers when its head is `chars`."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - 0.15 s that other commands need not pay
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head, justify="right" if head == "chars" else "left", overflow="fold")
    for row in rows:
        # Text, not markup: a headline may hold brackets.
        table.add_row(*(Text(escape(cell)) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
    console.print(table)
