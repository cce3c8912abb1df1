"""The rules on a whole record: as pure functions, then in a crawler."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.utils.test import get_crawler

from ruralnews.errors import ExtractionError
from ruralnews.items import Article, record_schema
from ruralnews.monitoring.stats import Key
from ruralnews.pipelines.commit import CommitPipeline
from ruralnews.pipelines.identify import IdentifyPipeline
from ruralnews.pipelines.validate import ValidatePipeline
from ruralnews.processors.validation import check_article
from ruralnews.reasons import Reason
from ruralnews.state.book import Book
from ruralnews.state.commit import PageResult
from ruralnews.state.lines import record_line
from ruralnews.state.queue import Link, Scope
from ruralnews.state.rules import Kind, State
from ruralnews.state.store import open_store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
GOOD = Article(
    id="hemiao:1",
    url="http://hemiao.example/t1.html",
    canonical_url="http://hemiao.example/t1.html",
    portal="hemiao",
    title="麦收",
    published="2026-11-03T07:30:00+08:00",
    published_precision="minute",
    body="麦子熟了。",
    content_sha="f" * 64,
    fetched_at=NOW.isoformat(),
)


def make_crawler(**settings: Any) -> Crawler:
    crawler = get_crawler(settings_dict=settings)
    crawler.spider = SimpleNamespace(portal=None)  # type: ignore[assignment]
    return crawler


def test_a_good_article_passes() -> None:
    check_article(GOOD, NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": " "}, Reason.TITLE_MISSING),
        ({"published": ""}, Reason.DATE_MISSING),
        ({"body": "\n"}, Reason.BODY_MISSING),
        ({"body": "锟斤拷" * 20}, Reason.TEXT_BEYOND_REPAIR),
        ({"published": "2026-11-04T16:01:00+08:00"}, Reason.DATE_IMPOSSIBLE),
        ({"published": "1993-12-31T00:00:00+08:00"}, Reason.DATE_IMPOSSIBLE),
        ({"published": "2026-11-03T07:30:00"}, Reason.RECORD_INVALID),
        ({"published": "yesterday"}, Reason.RECORD_INVALID),
        ({"published_precision": "hour"}, Reason.RECORD_INVALID),
        ({"id": ""}, Reason.RECORD_INVALID),
        ({"content_sha": ""}, Reason.RECORD_INVALID),
        ({"pages": 0}, Reason.RECORD_INVALID),
        ({"author": [None, b"x"]}, Reason.RECORD_INVALID),
        ({"raw": {"title": "\ud800"}}, Reason.RECORD_INVALID),
        ({"pages": float("nan")}, Reason.RECORD_INVALID),
    ],
)
def test_a_faulty_article_has_a_reason(change: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(ExtractionError) as caught:
        check_article(replace(GOOD, **change), NOW)
    assert caught.value.reason is reason


@pytest.mark.parametrize("published", ["2026-11-04T15:59:00+08:00", "1994-01-01T00:00:00+08:00"])
def test_dates_at_the_edge_pass(published: str) -> None:
    check_article(replace(GOOD, published=published), NOW)


def test_a_dropped_article_is_counted_and_named() -> None:
    pipeline = ValidatePipeline.from_crawler(make_crawler())
    assert pipeline.process_item(GOOD) is GOOD
    with pytest.raises(DropItem, match=r"body-missing: http://hemiao\.example/t1\.html: ") as drop:
        pipeline.process_item(replace(GOOD, body=""))
    assert drop.value.log_level == "WARNING"
    assert pipeline.crawler.stats.get_value(Key.DROPPED.of("body-missing")) == 1


def test_the_id_outlives_a_change_of_the_text() -> None:
    pipeline = IdentifyPipeline.from_crawler(make_crawler())
    one = pipeline.process_item(replace(GOOD))
    other = pipeline.process_item(replace(GOOD, body="麦子收了。"))
    assert one.id == other.id
    assert one.content_sha != other.content_sha


# -- JSON Lines -----------------------------------------------------------------------------------


def test_a_line_has_the_declared_keys_in_order_and_readable_text() -> None:
    line = record_line(GOOD.to_record())
    assert list(json.loads(line)) == list(record_schema()["properties"])
    assert "麦子熟了。" in line


@given(st.text())
def test_a_line_is_one_line_in_every_reader(text: str) -> None:
    line = record_line(replace(GOOD, body=text, title="\u2028\u2029\x85").to_record())
    assert line.splitlines() == [line.removesuffix("\n")]
    assert json.loads(line)["body"] == text


def test_a_line_never_holds_nan() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        record_line({"pages": float("nan")})


# -- Commit ---------------------------------------------------------------------------------------


def fail(_: BaseException) -> None:
    pytest.fail("a commit failed")


def committed(*articles: Article) -> tuple[list[tuple[str, int]], Crawler]:
    """What the pipeline made of articles of different pages: the reason or `passed`, revision."""
    links = tuple(
        Link(f"http://hemiao.example/{n}", "", Kind.ARTICLE, "") for n in range(len(articles))
    )
    seed = Link("http://hemiao.example/", "", Kind.LIST, "", 1)
    crawler = make_crawler()
    outcomes = []

    async def run() -> None:
        store = open_store("sqlite://")
        book = Book(store, Scope("hemiao"), [seed], at=lambda _: None, give_up=fail)
        [task] = book.next_lists()
        await book.commit(PageResult(task.id, State.DONE, links=links))
        crawler.spider.book = book  # type: ignore[union-attr]
        pipeline = CommitPipeline.from_crawler(crawler)
        for page, item in zip(book.next_articles(9), articles, strict=True):
            book.expect(item, PageResult(page.id, State.DONE))
            try:
                passed = await pipeline.process_item(item)
                outcomes.append(("passed", passed.revision))
            except DropItem as drop:
                outcomes.append((drop.reason, 0))  # type: ignore[attr-defined]
        await book.close("finished", whole=True)
        store.close()

    asyncio.run(run())
    return outcomes, crawler


def test_a_new_article_passes_and_is_counted() -> None:
    outcomes, crawler = committed(replace(GOOD))
    assert outcomes == [("passed", 1)]
    assert crawler.stats.get_value(Key.COMMITTED.of("new")) == 1


def test_the_same_content_of_another_page_is_a_duplicate() -> None:
    outcomes, crawler = committed(replace(GOOD), replace(GOOD, id="hemiao:2"))
    assert outcomes == [("passed", 1), ("duplicate", 0)]
    assert crawler.stats.get_value(Key.DROPPED.of("duplicate")) == 1


def test_another_text_under_the_id_of_another_page_is_a_duplicate() -> None:
    outcomes, _ = committed(replace(GOOD), replace(GOOD, content_sha="0" * 64))
    assert outcomes == [("passed", 1), ("duplicate", 0)]


def test_without_state_nothing_is_committed() -> None:
    with pytest.raises(NotConfigured):
        CommitPipeline.from_crawler(make_crawler())
