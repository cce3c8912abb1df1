"""Runs the portals of a night in one process, some at a time, each for itself."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruralnews import clock
from ruralnews.commands.told import code_of
from ruralnews.errors import RuralnewsError
from ruralnews.extensions.facts import china
from ruralnews.extensions.keeper import Keeper
from ruralnews.monitoring.night import PortalNight
from ruralnews.monitoring.outcome import STOP_REASONS, Exit
from ruralnews.portals.hosts import matching_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy.crawler import Crawler

    from ruralnews.portals.model import Portal

logger = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between two looks at the progress."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a night is to do."""

    portals: Sequence[Portal]
    at_once: int
    seconds: float | None = None
    """How long it may take; None: as long as it needs."""


class Conductor:
    """Begins a portal when there is room and no other portal is at its hosts."""

    def __init__(
        self,
        process: Any,
        make: Callable[[str], Crawler],
        plan: Plan,
        told: Callable[[Conductor], None],
    ) -> None:
        """`told` is called with every change and every second."""
        self.process = process
        self.make = make
        self.waiting = list(plan.portals)
        self.at_once = plan.at_once
        self.until = None if plan.seconds is None else time.monotonic() + plan.seconds
        self.told = told
        self.running: dict[str, Crawler] = {}
        self.ended: dict[str, PortalNight] = {}
        self.is_stopping = False
        self._tasks: dict[asyncio.Task[None], Portal] = {}
        self._main: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Returns when every portal has ended, or the night was stopped.

        Raises what went wrong in the conducting itself.
        """
        asyncio.get_event_loop().call_soon(self._begin)
        self.process.start(stop_after_crawl=False)
        if self._main is not None and self._main.done():
            self._main.result()
        for portal in [*self._tasks.values(), *self.waiting]:
            self.ended.setdefault(portal.slug, cut_short(portal, self.running.get(portal.slug)))

    def _begin(self) -> None:
        self._main = asyncio.ensure_future(self._conduct())
        self._main.add_done_callback(self._stop_process)

    async def _conduct(self) -> None:
        while self.waiting or self._tasks:
            self._start_some()
            if not self._tasks:
                return
            done, _ = await asyncio.wait(
                self._tasks, timeout=TICK, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                self._end(task)
            if self.until is not None and time.monotonic() > self.until and not self.is_stopping:
                logger.info("The time of the night is over: %d portals stop", len(self._tasks))
                self.is_stopping = True
                await self.process.stop()
            self.told(self)

    def _start_some(self) -> None:
        for portal in list(self.waiting):
            if self.is_stopping or len(self._tasks) >= self.at_once:
                return
            if any(share_a_host(portal, other) for other in self._tasks.values()):
                continue
            self.waiting.remove(portal)
            try:
                crawler = self.make(portal.slug)
            except RuralnewsError as error:
                self.ended[portal.slug] = not_started(portal, error)
                continue
            self.running[portal.slug] = crawler
            self._tasks[self.process.crawl(crawler)] = portal
            self.told(self)

    def _end(self, task: asyncio.Task[None]) -> None:
        portal = self._tasks.pop(task)
        crawler = self.running.pop(portal.slug)
        error = None if task.cancelled() else task.exception()
        facts = facts_of(crawler)
        if error is not None:
            logger.error("%s: the crawl ended with an error", portal.slug, exc_info=error)
            facts = not_started(portal, error)
        self.ended[portal.slug] = facts or cut_short(portal, crawler)
        self.is_stopping |= self.ended[portal.slug].finish_reason in STOP_REASONS

    def _stop_process(self, _: object) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

        running: Any = reactor
        # Scrapy has stopped it already when a signal ended the night.
        with suppress(RuntimeError):
            running.stop()


def share_a_host(one: Portal, other: Portal) -> bool:
    """Whether a host belongs to both, so that two crawls would double its load."""
    return any(
        matching_entry(mine.hosts, f"http://{host}/")
        for mine, theirs in ((one, other), (other, one))
        for host in theirs.hosts
    )


def facts_of(crawler: Crawler) -> PortalNight | None:
    """The books of a crawl that has ended; None when it could not draw them up."""
    keeper = crawler.get_extension(Keeper) if has_begun(crawler) else None
    return keeper.facts if keeper is not None else None


def has_begun(crawler: Crawler) -> bool:
    """Whether a crawl has its counters and extensions; before that, asking for them is an error."""
    return crawler._engine is not None  # noqa: SLF001 - so Scrapy says at its _LateAttribute


def not_started(portal: Portal, error: BaseException) -> PortalNight:
    """A portal whose crawl could not begin, or ended with an error."""
    now = china(clock.now())
    return PortalNight(
        portal.slug, portal.name, code_of(error), started=now, finished=now, error=str(error)
    )


def cut_short(portal: Portal, crawler: Crawler | None) -> PortalNight:
    """A portal that a stop kept from beginning, or from ending in order."""
    outcome = Exit.STOPPED if crawler is None else Exit.FORCED
    return PortalNight(portal.slug, portal.name, outcome, finished=china(clock.now()))
