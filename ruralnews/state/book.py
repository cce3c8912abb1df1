"""The state of one crawl: the store, seen from the event loop."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from ruralnews.state import queue
from ruralnews.state.commit import Now, commit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ruralnews.items import Article
    from ruralnews.state.commit import Committed, PageResult
    from ruralnews.state.queue import Link, Scope, Task
    from ruralnews.state.store import Store

    _Waiting = tuple[PageResult, asyncio.Future[Committed]]

GROUP = 64
"""Pages committed together at most. A page waits for the commit before it, never for a clock."""


class Book:
    """Gives out the pages to ask for and takes back what became of them."""

    def __init__(
        self,
        store: Store,
        scope: Scope,
        seeds: Sequence[Link],
        *,
        at: Callable[[str], None],
        give_up: Callable[[BaseException], None],
    ) -> None:
        """`at` is called with the name of each point passed, `give_up` when a commit fails."""
        self.store = store
        self.scope = scope
        self._at = at
        self._give_up = give_up
        with store.transaction() as connection:
            self.run = queue.begin_run(connection, scope, seeds, _now())
        self._lists: set[int] = set()
        self._lists_waiting = True
        self._last = 0
        self._results: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "commit")
        self._open: dict[int, PageResult] = {}

    # -- What to ask for ----------------------------------------------------------------------

    def next_lists(self) -> list[Task]:
        """The list pages to ask for that were not given out before."""
        if not self._lists_waiting:
            return []
        with self.store.transaction() as connection:
            tasks = queue.pending_lists(connection, self.scope, self._lists)
        self._lists.update(task.id for task in tasks)
        self._lists_waiting = False
        return tasks

    def next_articles(self, limit: int) -> list[Task]:
        """The next articles to ask for; each is given out once."""
        with self.store.transaction() as connection:
            tasks = queue.pending_articles(connection, self.scope, self._last, limit)
        if tasks:
            self._last = tasks[-1].id
        return tasks

    def is_waiting(self) -> bool:
        """Whether there is something left to ask for."""
        if self._lists_waiting:
            return True
        with self.store.transaction() as connection:
            return bool(queue.pending_articles(connection, self.scope, self._last, 1))

    # -- What became of it --------------------------------------------------------------------

    def expect(self, article: Article, result: PageResult) -> None:
        """Notes which page an article is of, while it passes the pipelines."""
        self._open[id(article)] = result

    def expected(self, article: Article) -> PageResult | None:
        """The result of an article's page; None when it is settled already."""
        return self._open.pop(id(article), None)

    async def record(self, article: Article) -> Committed | None:
        """What the store made of an article's page; None for one that belongs to no page."""
        result = self.expected(article)
        if result is None:
            return None
        said = article.to_record()
        return await self.commit(replace(result, record=said, published=article.published))

    async def commit(self, result: PageResult) -> Committed:
        """What the store made of a page; on disk when this returns."""
        answer: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self._results.append((result, answer))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all())
        return await answer

    async def _commit_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._results:
                group, self._results = self._results[:GROUP], self._results[GROUP:]
                results = [result for result, _ in group]
                work = loop.run_in_executor(self._thread, self._commit, results)
                await asyncio.wait([work])
                error = work.exception()
                if error is not None:
                    self._fail(group, error)
                    continue
                for (_, answer), made in zip(group, work.result(), strict=True):
                    answer.set_result(made)
                self._lists_waiting |= any(result.following or result.lists for result in results)
        finally:
            self._committing = None

    def _fail(self, group: Sequence[_Waiting], error: BaseException) -> None:
        """Tells every page of the group, and the run that it cannot go on."""
        for _, answer in group:
            answer.set_exception(error)
        self._give_up(error)

    def _commit(self, results: Sequence[PageResult]) -> list[Committed]:
        scope = self.scope
        now = Now(scope.portal, self.run, _now(), scope.max_pages, scope.overlap)
        with self.store.transaction() as connection:
            made = [commit(connection, now, result) for result in results]
            self._at("before-commit")
        self._at("after-commit")
        return made

    async def close(self, outcome: str, *, whole: bool) -> None:
        """Waits for what is still to be committed and notes how the run ended."""
        if self._committing is not None:
            await self._committing
        self._thread.shutdown()
        with self.store.transaction() as connection:
            queue.end_run(connection, self.run, outcome, _now(), whole=whole)


def _now() -> int:
    return int(time.time())
