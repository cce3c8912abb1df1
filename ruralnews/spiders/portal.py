"""The spider of every portal: lists, then articles, then an article's further pages.

What to ask for comes from the store, by way of the scheduler; the spider makes the requests,
and hands what a page brought to the book. What a page says is read by `extraction`, what a
field means by `loaders`.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.http import Request, Response

from ruralnews import clock
from ruralnews.errors import ExtractionError
from ruralnews.extensions.stopping import StoppedError
from ruralnews.extraction.dates import china_time
from ruralnews.extraction.list_xml import form_of
from ruralnews.middlewares.archive import fetched_at, text_headers
from ruralnews.middlewares.conditional import VALIDATORS, read_validators
from ruralnews.monitoring.outcome import GONE
from ruralnews.monitoring.stats import Key
from ruralnews.portals.model import Column
from ruralnews.portals.registry import SITE
from ruralnews.reading.pages import Job
from ruralnews.reading.pool import OwnReader
from ruralnews.reasons import Reason
from ruralnews.spiders.arguments import Arguments, read_arguments
from ruralnews.spiders.elsewhere import SENT, confirms, disagreements, place_of
from ruralnews.spiders.failures import failure_name, fate_of
from ruralnews.spiders.links import article_links, column_links, list_result
from ruralnews.spiders.story import Story
from ruralnews.state.commit import PageResult
from ruralnews.state.queue import OLD, Scope
from ruralnews.state.rules import Kind, State, Verdict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from scrapy.settings import BaseSettings

    from ruralnews.items import Article
    from ruralnews.monitoring.samples import Samples
    from ruralnews.portals.model import Portal
    from ruralnews.reading.pages import Answer
    from ruralnews.reading.pool import Reader
    from ruralnews.state.book import Book
    from ruralnews.state.queue import Link, Task


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class PortalSpider(scrapy.Spider):
    """Crawls one portal by its profile."""

    portal: Portal
    book: Book
    """Set when the crawl begins."""
    samples: Samples | None = None
    """The same; what the report shows of the work on the texts."""
    readers: Reader = OwnReader()
    """What reads its pages; the crawl has others."""
    began: datetime | None = None
    """When the night of a replay began; None: now."""

    def __init__(self, name: str | None = None, **given: str) -> None:
        """Raises UsageError for an argument that does not fit."""
        super().__init__(name)
        self.given = given
        self.today = china_time(self.began or clock.utc_now()).date()
        self.arguments: Arguments = read_arguments(self.portal, given, self.today)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        portal = getattr(cls, "portal", None)
        if portal is not None:
            settings.set("DOWNLOAD_DELAY", portal.delay, priority="spider")
            if not portal.verify_tls:
                settings.set("DOWNLOAD_VERIFY_CERTIFICATES", False, priority="spider")
        if settings["CONTACT"]:
            product = settings["USER_AGENT"].partition(" ")[0]
            agent = f"{product} (+{settings['CONTACT']})"
            settings.set("USER_AGENT", agent, priority="spider")

    # -- What to ask for ----------------------------------------------------------------------

    @property
    def scope(self) -> Scope:
        """What this run reads, for the store."""
        names = tuple(column.name for column in self.arguments.columns)
        since = self.arguments.since
        return Scope(
            portal=f"{SITE}:{self.portal.name}" if self.portal.slug == SITE else self.portal.slug,
            columns=names if "column" in self.given else None,
            since=since.isoformat() if since else None,
            max_pages=self.arguments.max_pages,
            overlap=self.portal.listing.overlap,
        )

    def seeds(self) -> list[Link]:
        """The first page of every column, at the address it has now (the demo portal moves)."""
        wanted = {column.name for column in self.arguments.columns}
        columns = [column for column in self.portal.columns if column.name in wanted]
        since = self.arguments.since
        return [link for column in columns for link in column_links(column, self.today, since)]

    def request_for(self, task: Task) -> Request:
        """The request for a list page or an article."""
        known: dict[str, Any] = {"cb_kwargs": {"task": task}, "meta": {VALIDATORS: task.validators}}
        if task.kind != Kind.LIST:
            address = self.portal.data_url(task.address) or task.address
            return Request(address, self.parse_article, errback=self.article_failed, **known)
        if "since" in self.given:
            # A list unchanged since a run that read it back to another day is still to be read.
            known["meta"] = {VALIDATORS: {}}
        address, form = form_of(task.address) or (task.address, None)
        if form is not None:
            known |= {"method": "POST", "headers": FORM, "body": form}
        # Lists before articles: a list shifts while it is read.
        return Request(address, self.parse_list, errback=self.list_failed, priority=1, **known)

    # -- Lists --------------------------------------------------------------------------------

    async def parse_list(self, response: Response, task: Task) -> None:
        """Commits the articles that a list page names and, while it brings new ones, its next."""
        if await self._is_unmodified(response, task):
            return
        if place := place_of(task.address, response.url, self.portal):
            await self._list_ended(task, SENT[place], f"the portal sends {response.url}")
            return
        try:
            url = task.address if form_of(task.address) else response.url
            kind = self._column(task).kind or self.portal.listing.kind
            listing = (await self._ask(response, url, kind)).the_listing
        except ExtractionError as error:
            await self._list_lost(task, State.HELD, error.reason, error.detail)
            return
        self.crawler.stats.inc_value(Key.LISTS)
        if task.number == 1 and not listing.links and not listing.lists and not listing.walk:
            await self._list_lost(task, State.HELD, "empty", "the list names no article")
            return
        links = article_links(
            listing.links, task.column, self.portal, self.scope.since, self.crawler.stats
        )
        pages, since = self.arguments.max_pages, self.scope.since
        result = list_result(task, listing, links, pages, since)
        # A list read in part must come whole the next time. So must a page that leads to others:
        # while it stays as it is, they may change.
        if not ("since" in self.given or result.leads_on):
            result = replace(result, validators=read_validators(response))
        made = await self.book.commit(result)
        self.crawler.stats.inc_value(Key.LINKS_NEW, made.new)
        if made.end:
            self.crawler.stats.inc_value(Key.LISTS_ENDED.of(made.end))
            self.logger.info("%s ends the list: %s", task.address, made.end.explanation)

    async def list_failed(self, failure: Any) -> None:
        """Notes a list page that could not be had; past the last page there is none to have."""
        if isinstance(failure.value, StoppedError):
            return
        task: Task = failure.request.cb_kwargs["task"]
        reason = failure_name(failure.value)
        await self._list_ended(task, reason, str(failure.value))

    async def _list_ended(self, task: Task, reason: str, detail: str) -> None:
        """Past the last page there is none to have; a first one is a loss."""
        if task.number > 1 and reason in GONE:
            self.crawler.stats.inc_value(Key.LISTS_ENDED.of(reason))
            self.logger.info("%s ends the list: %s", task.address, reason)
            await self.book.commit(PageResult(task.id, State.FAILED, reason))
            return
        await self._list_lost(task, State.FAILED, reason, detail)

    async def _list_lost(self, task: Task, state: State, reason: str, detail: str) -> None:
        self._lost(Key.FAILED.of(f"list-{reason}"), task.address, detail)
        await self.book.commit(PageResult(task.id, state, reason))

    # -- Articles -----------------------------------------------------------------------------

    async def parse_article(
        self, response: Response, task: Task
    ) -> AsyncIterator[Request | Article]:
        """The article of a page, or a request for its next page."""
        if await self._is_unmodified(response, task):
            return
        place = place_of(task.address, response.url, self.portal)
        if place and place != "article":
            await self._not_it(task, SENT[place], f"the portal sends {response.url}")
            return
        self.crawler.stats.inc_value(Key.ARTICLES)
        story = Story(task, self._column(task), read_validators(response), moved=bool(place))
        async for found in self._read(story, response):
            yield found

    async def parse_part(
        self, response: Response, task: Task, story: Story
    ) -> AsyncIterator[Request | Article]:
        """The same, for a further page of the article."""
        del task  # in the request for `Keeper.spider_error`
        self.crawler.stats.inc_value(Key.PARTS)
        async for found in self._read(story, response):
            yield found

    async def _read(self, story: Story, response: Response) -> AsyncIterator[Request | Article]:
        try:
            await self._add(story, response)
            part = story.next_part()
            article = None if part else story.article(self.portal)
        except ExtractionError as error:
            await self._held(story.task, error)
            return
        if part:
            yield self._part_request(part, story)
        elif article and story.moved and not confirms(story.task, article):
            detail = f"the portal sends another article, {article.url}"
            await self._not_it(story.task, "soft-404", detail)
        elif article and self._is_old(article):
            self.crawler.stats.inc_value(Key.OLD)
            result = PageResult(story.task.id, State.SKIPPED, OLD, published=article.published)
            await self.book.commit(result)
        elif article:
            for field in disagreements(story.task, article):
                self.crawler.stats.inc_value(Key.WITNESS.of(field))
            result = PageResult(story.task.id, State.DONE, validators=story.validators)
            self.book.expect(article, result)
            story.show(article, self.samples)
            yield article

    async def _add(self, story: Story, response: Response) -> None:
        try:
            said = None if story.pages else story.said
            story.add((await self._ask(response, response.url, said=said)).the_reading)
        except ExtractionError as error:
            if not story.pages:
                raise
            raise ExtractionError(Reason.PARTS_MISSING, f"{response.url}: {error}") from error

    def _part_request(self, url: str, story: Story) -> Request:
        return Request(
            url,
            callback=self.parse_part,
            errback=self.part_failed,
            cb_kwargs={"task": story.task, "story": story},
            # Before other articles: a half story holds its pages in memory.
            priority=2,
        )

    def _is_old(self, article: Article) -> bool:
        since = self.arguments.since
        return since is not None and article.published[:10] < since.isoformat()

    async def article_failed(self, failure: Any) -> None:
        """Notes an article page that could not be had; what is not ours to read is no loss."""
        if isinstance(failure.value, StoppedError):
            return
        task: Task = failure.request.cb_kwargs["task"]
        error = failure.value
        family, reason = fate_of(error), failure_name(error)
        if family is Key.FAILED:
            await self._not_it(task, reason, str(error))
            return
        is_ours = family is Key.DEFERRED
        state = State.DEFERRED if is_ours else State.REFUSED
        await self.book.commit(PageResult(task.id, state, reason))
        if is_ours:
            self._lost(family.of(reason), task.address, str(error))
        else:
            self.crawler.stats.inc_value(family.of(reason))
            self.logger.info("Not asked for: %s", error)

    async def part_failed(self, failure: Any) -> None:
        """Holds the whole article back: half a text is none."""
        if isinstance(failure.value, StoppedError):
            return
        request = failure.request
        detail = f"{request.url}: {failure_name(failure.value)}"
        task: Task = request.cb_kwargs["task"]
        await self._held(task, ExtractionError(Reason.PARTS_MISSING, detail))

    # -- Both ---------------------------------------------------------------------------------

    async def _ask(
        self,
        response: Response,
        url: str,
        kind: str | None = None,
        said: dict[str, str] | None = None,
    ) -> Answer:
        """What the page says, as the answer to `url`."""
        about = text_headers(response), fetched_at(response), self.portal
        return await self.readers.read(Job(response.body, url, *about, kind, said))

    def _column(self, task: Task) -> Column:
        """The column that named the page, also when the profile has dropped it since."""
        found = (column for column in self.portal.columns if column.name == task.column)
        return next(found, Column(task.column, task.address))

    async def _is_unmodified(self, response: Response, task: Task) -> bool:
        """Whether the portal says that nothing changed; then there is nothing to read."""
        if response.status != HTTPStatus.NOT_MODIFIED:
            return False
        self.crawler.stats.inc_value(Key.NOT_MODIFIED)
        await self.book.commit(
            PageResult(task.id, State.DONE, Verdict.UNCHANGED, validators=task.validators)
        )
        return True

    async def _failed(self, task: Task, reason: str, detail: str) -> None:
        made = await self.book.commit(PageResult(task.id, State.FAILED, reason))
        if made.state is State.GONE:
            self.crawler.stats.inc_value(Key.GONE)
        self._lost(Key.FAILED.of(reason), task.address, detail)

    async def _not_it(self, task: Task, reason: str, detail: str) -> None:
        if self._is_guess(task) and reason in GONE:
            await self._no_article(task, reason)
        else:
            await self._failed(task, reason, detail)

    def _is_guess(self, task: Task) -> bool:
        """Whether the address was guessed; a wrong guess loses nothing."""
        return self.portal.listing.guesses and task.record is None

    async def _no_article(self, task: Task, reason: str) -> None:
        self.crawler.stats.inc_value(Key.SKIPPED.of(reason))
        self.logger.info("No article: %s", task.address)
        await self.book.commit(PageResult(task.id, State.SKIPPED, reason))

    async def _held(self, task: Task, error: ExtractionError) -> None:
        if self._is_guess(task) and error.reason is Reason.ARTICLE_MISSING:
            await self._no_article(task, error.reason)
            return
        made = await self.book.commit(PageResult(task.id, State.HELD, error.reason))
        if made.state is State.GONE:
            self.crawler.stats.inc_value(Key.GONE)
        family = Key.HELD if made.state is State.HELD else Key.FAILED
        self._lost(family.of(made.reason or error.reason), task.address, error.detail)

    def _lost(self, key: str, url: str, detail: str) -> None:
        self.crawler.stats.inc_value(key)
        self.logger.warning("%s: %s: %s", key.removeprefix("rn/"), url, detail)
