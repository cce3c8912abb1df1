"""The articles that a list names: which are new, and how far the list is worth reading on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, insert, select, update

from ruralnews.state.queue import Link, new_page
from ruralnews.state.schema import listed, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    Rows = dict[str, Any]
    """By URL: id of the page, and the runs that named it in the column."""

SETTLED = 2
"""Runs that must have named an article before it counts as known: what a list hides from one
run, because articles above were withdrawn while it was read, the second run finds."""
TOGETHER = 500
"""Links looked up at a time; databases bound the values of one statement."""
# Made once: SQLAlchemy takes longer to build a statement than SQLite to run it.
HERE = and_(listed.c.page == page.c.id, listed.c.column == bindparam("column"))
KNOWN = (
    select(page.c.url, page.c.id, listed.c.runs, listed.c.run)
    .join_from(page, listed, HERE, isouter=True)
    .where(page.c.portal == bindparam("portal"), page.c.url.in_(bindparam("urls", expanding=True)))
)
IDS = select(page.c.url, page.c.id).where(
    page.c.portal == bindparam("portal"), page.c.url.in_(bindparam("urls", expanding=True))
)
ADD_PAGE = insert(page)
ADD_NAMED = insert(listed)
COUNT = (
    update(listed)
    .where(listed.c.page == bindparam("id"), listed.c.column == bindparam("in_column"))
    .values(runs=bindparam("times"), run=bindparam("now"))
)


@dataclass
class Naming:
    """The articles of one list page, taken down in its order."""

    portal: str
    column: str
    run: int
    known: int
    """Known articles in a row; at first, those at the end of the page before."""
    new: int = 0
    """Articles the portal had not named before."""
    brings: bool = False
    """Whether there is an article that no page of this column has named in this run."""

    def add(self, connection: Connection, links: Sequence[Link]) -> None:
        """Takes down what the page names."""
        for some, rows in self._looked_up(connection, links):
            for link in some:
                runs = self._runs(rows.get(link.url))
                if runs is not None:
                    self.known = self.known + (runs >= SETTLED) if runs else 0
            self._name(connection, some, rows)

    def guess(self, connection: Connection, links: Sequence[Link], overlap: int) -> None:
        """Takes down what the page may hide, until `overlap` known ones in a row."""
        for some, rows in self._looked_up(connection, links):
            taken = []
            for link in some:
                if self.known >= overlap:
                    break
                taken.append(link)
                runs = self._runs(rows.get(link.url))
                if runs is not None:
                    self.known = self.known + 1 if runs else 0
            self._name(connection, taken, rows)
            if self.known >= overlap:
                return

    def _looked_up(
        self, connection: Connection, links: Sequence[Link]
    ) -> Iterator[tuple[Sequence[Link], Rows]]:
        for start in range(0, len(links), TOGETHER):
            some = links[start : start + TOGETHER]
            mine = {"portal": self.portal, "column": self.column, "urls": [a.url for a in some]}
            yield some, {row.url: row for row in connection.execute(KNOWN, mine)}

    def _runs(self, row: Any) -> int | None:
        """In how many earlier runs the column named the article; None when it did in this one."""
        if row is None or row.runs is None:
            return 0
        return None if row.run == self.run else int(row.runs)

    def _name(self, connection: Connection, links: Sequence[Link], rows: Rows) -> None:
        """Notes that the column names these articles in this run."""
        unknown = {link.url: new_page(self.portal, link) for link in links if link.url not in rows}
        ids = {url: row.id for url, row in rows.items()}
        if unknown:
            connection.execute(ADD_PAGE, list(unknown.values()))
            mine = {"portal": self.portal, "urls": list(unknown)}
            ids |= {row.url: row.id for row in connection.execute(IDS, mine)}
        runs = {link.url: self._runs(rows.get(link.url)) for link in links}
        fresh = [
            {"page": ids[url], "column": self.column, "runs": 1, "run": self.run}
            for url, before in runs.items()
            if before == 0
        ]
        again = [
            {"id": ids[url], "in_column": self.column, "times": before + 1, "now": self.run}
            for url, before in runs.items()
            if before
        ]
        if fresh:
            connection.execute(ADD_NAMED, fresh)
        if again:
            connection.execute(COUNT, again)
        self.new += len(unknown)
        self.brings |= bool(fresh or again)
