"""Fault 59: our own code fails over article 2, at each place where it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruralnews.pipelines.identify import IdentifyPipeline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ruralnews.items import Article
    from ruralnews.spiders.portal import PortalSpider

ARTICLE = "_2.html"
"""How the address ends over which it fails."""
AFTER = "after the item"
FAILING = ("before the item", AFTER, "in a pipeline")
"""Places where an exception is raised."""
AT_START = "at the start"
SPOILING = "in the record"
"""The place where a record is made that breaks the data format."""


class OwnError(RuntimeError):
    """Stands for a mistake in the program."""


class FailingPipeline(IdentifyPipeline):
    """In the place of another one."""

    def process_item(self, item: Article) -> Article:
        if str(item.url).endswith(ARTICLE):
            raise OwnError
        return super().process_item(item)


class SpoilingPipeline(IdentifyPipeline):
    """Gives a record that breaks the data format."""

    def process_item(self, item: Article) -> Article:
        made = super().process_item(item)
        if str(item.url).endswith(ARTICLE):
            made.pages = 0
        return made


def with_bug(spider: type[PortalSpider], place: str) -> type[PortalSpider]:
    """The spider, with a mistake there."""
    if place == "in a pipeline":
        return with_pipeline(spider, FailingPipeline)
    if place == SPOILING:
        return with_pipeline(spider, SpoilingPipeline)
    if place == AT_START:
        return failing_at_start(spider)
    if not place:
        return spider

    class Failing(spider):  # type: ignore[misc,valid-type]
        name = spider.name

        async def parse_article(self, response: Any, task: Any) -> AsyncIterator[Any]:
            if not response.url.endswith(ARTICLE):
                async for found in super().parse_article(response, task):
                    yield found
                return
            if place == AFTER:
                async for found in super().parse_article(response, task):
                    yield found
            raise OwnError

    return Failing


def failing_at_start(spider: type[PortalSpider]) -> type[PortalSpider]:
    """The spider, which cannot even begin."""

    class Stillborn(spider):  # type: ignore[misc,valid-type]
        name = spider.name

        async def start(self) -> AsyncIterator[Any]:
            raise OwnError
            yield

    return Stillborn


def with_pipeline(
    spider: type[PortalSpider], pipeline: type[IdentifyPipeline]
) -> type[PortalSpider]:
    """The spider, with this pipeline where the record gets its fingerprint."""

    class Piped(spider):  # type: ignore[misc,valid-type]
        name = spider.name

        @classmethod
        def update_settings(cls, settings: Any) -> None:
            super().update_settings(settings)
            pipelines = settings.getdict("ITEM_PIPELINES")
            number = pipelines.pop("ruralnews.pipelines.identify.IdentifyPipeline")
            settings.set("ITEM_PIPELINES", pipelines | {pipeline: number}, "spider")

    return Piped
