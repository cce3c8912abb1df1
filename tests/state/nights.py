"""A store in memory, and a crawl of it without a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruralnews.state import queue
from ruralnews.state.commit import Committed, Now, PageResult, commit
from ruralnews.state.queue import Link, Scope, Task
from ruralnews.state.rules import Kind, State
from ruralnews.state.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "http://hemiao.example"
START = 1_790_000_000
"""2026-09-21, Unix seconds."""
NIGHT = 24 * 3600
SEED = Link(f"{HOST}/", f"{HOST}/", Kind.LIST, "要闻", 1)


def article(number: int, **known: Any) -> Link:
    url = f"{HOST}/t{number}.html"
    return Link(url, url, Kind.ARTICLE, "要闻", **known)


def following(number: int) -> Link:
    url = f"{HOST}/index_{number}.html"
    return Link(url, url, Kind.LIST, "要闻", number)


def record(number: int, sha: str = "a") -> dict[str, Any]:
    said = {"id": f"hemiao:{number}", "revision": 1, "content_sha": f"{sha}{number}"}
    return said | {"body": "", "reprint_of": None}


def done(number: int, sha: str = "a") -> PageResult:
    """The article as it was published long ago."""
    return PageResult(
        0, State.DONE, record=record(number, sha), published="2024-01-01T00:00:00+08:00"
    )


@dataclass
class Nights:
    """Runs of one portal, one night after another."""

    scope: Scope = field(default_factory=lambda: Scope("hemiao"))
    store: Store = field(default_factory=lambda: open_store("sqlite://"))
    now: int = START
    run: int = 0
    last: int = 0
    taken: set[int] = field(default_factory=set)

    def begin(self) -> int:
        """Id of the run that begins, or goes on."""
        with self.store.transaction() as connection:
            self.run = queue.begin_run(connection, self.scope, [SEED], self.now)
        self.last, self.taken = 0, set()
        return self.run

    def lists(self) -> list[Task]:
        with self.store.transaction() as connection:
            tasks = queue.pending_lists(connection, self.scope, self.taken)
        self.taken |= {task.id for task in tasks}
        return tasks

    def articles(self, limit: int = 99) -> list[Task]:
        with self.store.transaction() as connection:
            tasks = queue.pending_articles(connection, self.scope, self.last, limit)
        self.last = tasks[-1].id if tasks else self.last
        return tasks

    def commit(self, task: Task, result: PageResult) -> Committed:
        scope = self.scope
        now = Now(scope.portal, self.run, self.now, scope.max_pages, scope.overlap)
        values = {name: getattr(result, name) for name in PageResult.__slots__}
        with self.store.transaction() as connection:
            return commit(connection, now, PageResult(**(values | {"page": task.id})))

    def end(self) -> None:
        with self.store.transaction() as connection:
            queue.end_run(connection, self.run, "finished", self.now, whole=True)
        self.now += NIGHT

    def night(
        self, links: list[Link], answer: Callable[[int], PageResult], *, ends: bool = True
    ) -> list[int]:
        """Numbers of the articles asked for, in a night with one list page."""
        self.begin()
        for task in self.lists():
            self.commit(task, PageResult(0, State.DONE, links=tuple(links)))
        asked = []
        for task in self.articles():
            number = int(task.url.rpartition("/t")[2].removesuffix(".html"))
            asked.append(number)
            self.commit(task, answer(number))
        if ends:
            self.end()
        return asked
