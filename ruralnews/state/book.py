"""The state of one crawl: the store, seen from the event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ruralnews import clock
from ruralnews.state import queue
from ruralnews.state.captures import add_captures
from ruralnews.state.commit import Now, commit
from ruralnews.state.rules import is_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ruralnews.archive.warc import Capture, Place
    from ruralnews.items import Article
    from ruralnews.state.commit import Committed, PageResult
    from ruralnews.state.queue import Link, Scope, Task
    from ruralnews.state.store import Store

    Keep = Callable[[Sequence[Capture]], Sequence[Place]]
    """Puts answers on disk and says where; called in the committing thread."""

GROUP = 64
"""Pages committed together at most."""
GATHER = 0.05
"""Seconds in which a group gathers. A transaction costs twice what a page in it does, and syncing
three times as much; a page is on its way for a quarter of a second at full speed."""


@dataclass(slots=True)
class _Waiting:
    """A page that waits for its commit."""

    result: PageResult
    kept: list[tuple[int | None, Capture]]
    """Answers for the archive, each with the id of its page."""
    made: asyncio.Future[Committed]


class Book:
    """Gives out the pages to ask for and takes back what became of them."""

    def __init__(  # noqa: PLR0913 - the crawl's doors to the outside
        self,
        store: Store,
        scope: Scope,
        seeds: Sequence[Link],
        *,
        at: Callable[[str], None],
        give_up: Callable[[BaseException], None],
        keep: Keep | None = None,
    ) -> None:
        """`at` is called with the name of each point passed, `give_up` when a commit fails.

        Without `keep` there is no archive.
        """
        self.store = store
        self.scope = scope
        self._at = at
        self._give_up = give_up
        self._keep = keep
        with store.transaction() as connection:
            self.run = queue.begin_run(connection, scope, seeds, _now())
        self._lists: set[int] = set()
        self._lists_waiting = True
        self._articles_waiting = True
        """Whether the store may hold articles to ask for beyond the last one given out."""
        self._last = 0
        self._results: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "commit")
        self._open: dict[int, PageResult] = {}
        self._answers: dict[int | None, dict[str, Capture]] = {}

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
        if not self._articles_waiting:
            return []
        with self.store.transaction() as connection:
            tasks = queue.pending_articles(connection, self.scope, self._last, limit)
        if tasks:
            self._last = tasks[-1].id
        # Only a list that is committed brings more.
        self._articles_waiting = len(tasks) == limit
        return tasks

    def is_waiting(self) -> bool:
        """Whether there is something left to ask for."""
        if self._lists_waiting:
            return True
        if not self._articles_waiting:
            return False
        with self.store.transaction() as connection:
            return bool(queue.pending_articles(connection, self.scope, self._last, 1))

    # -- What became of it --------------------------------------------------------------------

    def answered(self, page: int | None, answer: Capture) -> None:
        """Notes an answer that a page got, or a host's robots.txt (None), for the archive.

        A later one to the same URL takes its place: what was asked for again was of no use.
        """
        if self._keep is not None:
            self._answers.setdefault(page, {})[answer.url] = answer

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
        made: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self._results.append(_Waiting(result, self._kept(result), made))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all())
        return await made

    def _kept(self, result: PageResult) -> list[tuple[int | None, Capture]]:
        """What the archive keeps of a page, and of the hosts first asked since the last page."""
        answers = self._answers.pop(result.page, {}).values()
        kept: list[tuple[int | None, Capture]] = []
        if is_kept(result.state, result.reason):
            kept += [(result.page, answer) for answer in answers]
        return kept + [(None, answer) for answer in self._answers.pop(None, {}).values()]

    async def _commit_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._results:
                if len(self._results) < GROUP:
                    await asyncio.sleep(GATHER)
                group, self._results = self._results[:GROUP], self._results[GROUP:]
                work = loop.run_in_executor(self._thread, self._commit, group)
                await asyncio.wait([work])
                error = work.exception()
                if error is not None:
                    self._fail(group, error)
                    continue
                for waiting, made in zip(group, work.result(), strict=True):
                    waiting.made.set_result(made)
                    self._lists_waiting |= waiting.result.leads_on
                    self._articles_waiting |= bool(made.new)
        finally:
            self._committing = None

    def _fail(self, group: Sequence[_Waiting], error: BaseException) -> None:
        """Tells every page of the group, and the run that it cannot go on."""
        for waiting in group:
            waiting.made.set_exception(error)
        self._give_up(error)

    def _commit(self, group: Sequence[_Waiting]) -> list[Committed]:
        """Archives the group, and then commits it: no record is without its page."""
        scope = self.scope
        now = Now(scope.portal, self.run, _now(), scope.max_pages, scope.overlap)
        kept = [one for waiting in group for one in waiting.kept]
        places = self._keep([answer for _, answer in kept]) if self._keep and kept else ()
        with self.store.transaction() as connection:
            made = [commit(connection, now, waiting.result) for waiting in group]
            add_captures(connection, now, kept, places)
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
    return int(clock.now())
