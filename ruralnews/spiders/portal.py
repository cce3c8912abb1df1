"""The spider of every portal: lists, then articles, then an article's further pages.

It decides which request comes next and counts what became of each page. What a page says is
read by `extraction`, what a field means by `loaders`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.http import Request, Response

from ruralnews.errors import ExtractionError
from ruralnews.extraction.listing import read_listing
from ruralnews.extraction.page import Page, read_page
from ruralnews.middlewares.archive import text_headers
from ruralnews.middlewares.guard import refusal
from ruralnews.middlewares.refused import Refusal
from ruralnews.monitoring.outcome import GONE
from ruralnews.monitoring.stats import Key
from ruralnews.reasons import Reason
from ruralnews.spiders.arguments import Arguments, read_arguments
from ruralnews.spiders.failures import failure_name, fate_of
from ruralnews.spiders.story import Story
from ruralnews.state.keys import canonical_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.settings import BaseSettings

    from ruralnews.extraction.listing import ListLink
    from ruralnews.items import Article
    from ruralnews.portals.model import Column, Portal


class PortalSpider(scrapy.Spider):
    """Crawls one portal by its profile."""

    portal: Portal

    def __init__(self, name: str | None = None, **given: str) -> None:
        """Raises UsageError for an argument that does not fit."""
        super().__init__(name)
        self.arguments: Arguments = read_arguments(self.portal, given)
        self._asked: set[str] = set()
        self._listed: dict[str, set[str]] = {}

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

    async def start(self) -> AsyncIterator[Any]:
        for column in self._columns():
            yield self._list_request(column, column.url, 1)

    def _columns(self) -> Iterator[Column]:
        """The columns to read, at the addresses they have now (the demo portal moves)."""
        wanted = {column.name for column in self.arguments.columns}
        return (column for column in self.portal.columns if column.name in wanted)

    # -- Lists --------------------------------------------------------------------------------

    def _list_request(self, column: Column, url: str, number: int) -> Request:
        return Request(
            url,
            callback=self.parse_list,
            errback=self.list_failed,
            cb_kwargs={"column": column, "number": number},
            # Lists before articles: a list shifts while it is read.
            priority=1,
        )

    def parse_list(self, response: Response, column: Column, number: int) -> Iterator[Request]:
        """Article requests of one list page, then the next list page while it brings new ones."""
        try:
            listing = read_listing(self._page(response), self.portal)
        except ExtractionError as error:
            self._lost(Key.FAILED.of(f"list-{error.reason}"), response.url, error.detail)
            return
        self.crawler.stats.inc_value(Key.LISTS)
        if number == 1 and not listing.links:
            self._lost(Key.FAILED.of("list-empty"), response.url, "the list names no article")
        fresh = [link for link in listing.links if self._is_fresh(link, column)]
        for link in fresh:
            yield from self._article_request(link, column)
        if fresh and listing.next_page and number < self.arguments.max_pages:
            yield self._list_request(column, listing.next_page, number + 1)

    def _is_fresh(self, link: ListLink, column: Column) -> bool:
        """Whether the list page brings something: a link new to the column and young enough."""
        listed = self._listed.setdefault(column.url, set())
        canonical = canonical_url(link.url)
        if canonical in listed:
            return False
        listed.add(canonical)
        self.crawler.stats.inc_value(Key.LINKS)
        since = self.arguments.since
        if since and link.date and link.date < since.isoformat():
            self.crawler.stats.inc_value(Key.LINKS_OLD)
            return False
        return True

    def _article_request(self, link: ListLink, column: Column) -> Iterator[Request]:
        reason = refusal(link.url, self.portal.hosts)
        if reason in (Refusal.HOST, Refusal.SCHEME, Refusal.BAD_URL):
            outside = reason is Refusal.HOST
            self.crawler.stats.inc_value(Key.LINKS_OUTSIDE if outside else Key.LINKS_BAD)
            return
        canonical = canonical_url(link.url)
        if canonical in self._asked:
            self.crawler.stats.inc_value(Key.LINKS_KNOWN)
            return
        self._asked.add(canonical)
        yield Request(
            link.url,
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"column": column, "link": link},
        )

    def list_failed(self, failure: Any) -> None:
        """Counts a list page that could not be had; past the last page there is none to have."""
        request = failure.request
        reason = failure_name(failure.value)
        if request.cb_kwargs["number"] > 1 and reason in GONE:
            self.logger.info("%s ends the list: %s", request.url, reason)
            return
        self._lost(Key.FAILED.of(f"list-{reason}"), request.url, str(failure.value))

    # -- Articles -----------------------------------------------------------------------------

    def parse_article(
        self, response: Response, column: Column, link: ListLink
    ) -> Iterator[Request | Article]:
        """The article of a page, or a request for its next page."""
        self.crawler.stats.inc_value(Key.ARTICLES)
        story = Story(column, link)
        try:
            story.add(self._page(response), self.portal)
        except ExtractionError as error:
            self._held(response.url, error)
            return
        yield from self._go_on(story)

    def parse_part(self, response: Response, story: Story) -> Iterator[Request | Article]:
        """The same, for a further page of the article."""
        self.crawler.stats.inc_value(Key.PARTS)
        try:
            story.add(self._page(response), self.portal)
        except ExtractionError as error:
            detail = f"{response.url}: {error}"
            self._held(story.url, ExtractionError(Reason.PARTS_MISSING, detail))
            return
        yield from self._go_on(story)

    def _go_on(self, story: Story) -> Iterator[Request | Article]:
        try:
            part = story.next_part()
            article = None if part else story.article(self.portal)
        except ExtractionError as error:
            self._held(story.url, error)
            return
        if part:
            yield self._part_request(part, story)
        elif article and self._is_old(article):
            self.crawler.stats.inc_value(Key.OLD)
        elif article:
            yield article

    def _part_request(self, url: str, story: Story) -> Request:
        return Request(
            url,
            callback=self.parse_part,
            errback=self.part_failed,
            cb_kwargs={"story": story},
            # Before other articles: a half story holds its pages in memory.
            priority=2,
        )

    def _is_old(self, article: Article) -> bool:
        since = self.arguments.since
        return since is not None and article.published[:10] < since.isoformat()

    def article_failed(self, failure: Any) -> None:
        """Counts an article page that could not be had; what is not ours to read is no loss."""
        request = failure.request
        error = failure.value
        fate = fate_of(error)
        key = fate.of(failure_name(error))
        if fate is Key.FILTERED:
            self.crawler.stats.inc_value(key)
            self.logger.info("Not asked for: %s", error)
            return
        self._lost(key, request.url, str(error))

    def part_failed(self, failure: Any) -> None:
        """Holds the whole article back: half a text is none."""
        request = failure.request
        detail = f"{request.url}: {failure_name(failure.value)}"
        story: Story = request.cb_kwargs["story"]
        self._held(story.url, ExtractionError(Reason.PARTS_MISSING, detail))

    # -- Both ---------------------------------------------------------------------------------

    def _page(self, response: Response) -> Page:
        """The parsed page. Raises ExtractionError."""
        return read_page(
            response.body,
            response.url,
            headers=text_headers(response),
            fetched_at=datetime.now(UTC),
        )

    def _held(self, url: str, error: ExtractionError) -> None:
        if error.reason is Reason.ARTICLE_MISSING and not self.portal.listing.article:
            # Without a pattern the form of a link is a guess; a wrong one loses nothing.
            self.crawler.stats.inc_value(Key.SKIPPED.of(error.reason))
            self.logger.info("No article: %s", url)
            return
        self._lost(Key.HELD.of(error.reason), url, error.detail)

    def _lost(self, key: str, url: str, detail: str) -> None:
        self.crawler.stats.inc_value(key)
        self.logger.warning("%s: %s: %s", key.removeprefix("rn/"), url, detail)
