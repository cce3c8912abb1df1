"""Which request comes next, and what is counted: the spider without network."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hostile import article, listing
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from scrapy.http import HtmlResponse, Request
from scrapy.settings import Settings
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler
from tasks import make_task

from ruralnews import settings as module
from ruralnews.extraction.dates import china_time
from ruralnews.extraction.decoding import BodyError, Fault
from ruralnews.extraction.listing import ListLink
from ruralnews.middlewares.body import UnusableBody
from ruralnews.middlewares.challenge import ChallengedError
from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.monitoring.outcome import losses
from ruralnews.monitoring.stats import Key
from ruralnews.portals import Problem, Registry, get_portal
from ruralnews.portals.model import Column, ListingRules
from ruralnews.spiders.failures import failure_name
from ruralnews.spiders.links import ISSUES, MAX_LINKS, article_links
from ruralnews.spiders.portals import spider_class, spider_classes
from ruralnews.spiders.site import SiteSpider
from ruralnews.spiders.story import Story
from ruralnews.state.commit import Committed, PageResult
from ruralnews.state.rules import Kind, State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ruralnews.items import Article
    from ruralnews.spiders.portal import PortalSpider
    from ruralnews.state.queue import Task

HOST = "http://127.0.0.1:8000"
DEMO = spider_class(get_portal("demo"))
COLUMN = get_portal("demo").columns[0]
PAGING = '<script>createPageHTML(3, {}, "index", "html");</script>'


class Notes:
    """Stands for the book: keeps what it is told."""

    def __init__(self) -> None:
        self.results: list[PageResult] = []

    async def commit(self, result: PageResult) -> Committed:
        self.results.append(result)
        return Committed(state=result.state, reason=result.reason)

    def expect(self, _: Article, result: PageResult) -> None:
        self.results.append(result)


def make_spider(cls: type[PortalSpider] = DEMO, **arguments: str) -> PortalSpider:
    crawler = get_crawler(cls)
    crawler.spider = cls.from_crawler(crawler, **arguments)
    crawler.spider.book = Notes()
    return crawler.spider


def results(spider: PortalSpider) -> list[PageResult]:
    notes: Any = spider.book
    return notes.results


def task(path: str, kind: Kind = Kind.ARTICLE, number: int = 0, **known: Any) -> Task:
    return make_task(HOST + path, kind, number=number, column=COLUMN.name, **known)


async def gather(found: AsyncIterator[Any]) -> list[Any]:
    return [one async for one in found]


def numbers(*ids: int, day: str = "20261101") -> list[tuple[str, str]]:
    return [(f"/xczx/202611/t{day}_{n}.html", f"第{n}块地的小麦今天颗粒归仓") for n in ids]


def read_list(
    spider: PortalSpider, links: list[tuple[str, str]], number: int = 1
) -> tuple[list[str], str | None]:
    """Paths of the articles asked for, and of the next list page."""
    answer = listing(links)
    body = answer.body.replace("</body>", PAGING.format(number - 1) + "</body>").encode()
    name = "index.html" if number == 1 else f"index_{number - 1}.html"
    response = HtmlResponse(f"{HOST}/xczx/{name}", body=body, headers=answer.headers)
    asyncio.run(spider.parse_list(response, task(f"/xczx/{name}", Kind.LIST, number)))
    result = results(spider)[-1]
    following = result.following and result.following.address.removeprefix(HOST)
    return [link.address.removeprefix(HOST) for link in result.links], following


def counted(spider: PortalSpider) -> dict[str, int]:
    stats: dict[str, Any] = spider.crawler.stats.get_stats()
    return {key: value for key, value in stats.items() if key.startswith("rn/")}


def test_a_list_brings_its_articles_and_the_list_page_after_it() -> None:
    articles, following = read_list(make_spider(), numbers(1, 2, 3))
    assert (len(articles), following) == (3, "/xczx/index_1.html")


def test_since_leaves_out_older_links() -> None:
    spider = make_spider(since="2026-11-02")
    links = numbers(1, 2, 3)
    assert read_list(spider, links)[0] == []
    assert counted(spider)[Key.LINKS_OLD] == 3
    spider = make_spider(since="2026-11-01")
    assert len(read_list(spider, links)[0]) == 3


def test_a_portal_with_a_window_leaves_older_articles_alone() -> None:
    demo = get_portal("demo")
    window = spider_class(replace(demo, listing=replace(demo.listing, days=30)))
    today = china_time(datetime.now(UTC)).date()
    assert make_spider(window).arguments.since == today - timedelta(days=30)
    assert make_spider(window, since="2020-01-01").scope.since == "2020-01-01"


def test_an_unchanged_list_is_told_from_one_that_may_hide_a_change_below() -> None:
    known = replace(task("/xczx/", Kind.LIST, 1), etag='"1"')
    assert make_spider().request_for(known).meta["validators"] == {"If-None-Match": '"1"'}
    # Read back to another day than the time before.
    assert make_spider(since="2020-01-01").request_for(known).meta["validators"] == {}
    for number, sent in ((1, {}), (3, {"If-None-Match": '"2"'})):
        spider = make_spider()
        body = listing(numbers(1)).body.replace("</body>", PAGING.format(number - 1))
        url = f"{HOST}/xczx/index_{number - 1}.html"
        response = HtmlResponse(url, body=body.encode(), headers={"ETag": '"2"'})
        asyncio.run(spider.parse_list(response, task("/xczx/", Kind.LIST, number)))
        assert results(spider)[-1].validators == sent


def test_a_bad_link_does_not_stop_the_good_ones_after_it() -> None:
    links = [
        *numbers(1),
        ("http://127.0.0.1:99999/xczx/202611/t20261101_7.html", "端口写错了的一个链接地址"),
        ("http://zsnews.example/xczx/202611/t20261101_8.html", "别的网站上的一篇新闻报道"),
        *numbers(2),
    ]
    spider = make_spider()
    articles, _ = read_list(spider, links)
    assert [path[-6:] for path in articles] == ["1.html", "2.html"]
    assert counted(spider)[Key.LINKS_OUTSIDE] == 1


def test_a_list_of_another_kind_than_its_profile_names_is_a_loss_with_its_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    farmer = get_portal("farmer")
    spider = make_spider(spider_class(replace(farmer, delay=0.05)))
    known = make_task(farmer.columns[0].url, Kind.LIST, number=1, column=farmer.columns[0].name)
    page = HtmlResponse(known.address, body="<html><body>系统维护</body></html>".encode())
    asyncio.run(spider.parse_list(page, known))
    assert losses(counted(spider)) == {Key.FAILED.of("list-list-unreadable"): 1}
    [line] = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert known.address in line
    assert "it is a page, no JSON" in line


def test_a_first_list_page_without_articles_is_a_loss() -> None:
    spider = make_spider()
    assert read_list(spider, []) == ([], None)
    assert counted(spider)[Key.FAILED.of("list-empty")] == 1
    assert results(spider) == [PageResult(7, State.HELD, "empty")]


def read_article(spider: PortalSpider, body: bytes, **kwargs: Any) -> list[Any]:
    path = numbers(1)[0][0]
    response = HtmlResponse(HOST + path, body=body, **kwargs)
    known = task(path, title="南坡三百亩小麦颗粒归仓", listed="2026-11-01")
    return asyncio.run(gather(spider.parse_article(response, known)))


TEXT = article("南坡三百亩小麦颗粒归仓", "村里的麦子熟了，合作社的收割机天不亮就下了地。").body


def test_an_article_page_gives_an_article() -> None:
    spider = make_spider()
    [found] = read_article(spider, TEXT.encode())
    result: Article = found
    assert (result.title, result.column) == ("南坡三百亩小麦颗粒归仓", "乡村振兴")
    assert (result.pages, result.author) == (1, ["田小满"])


def test_an_article_older_than_since_is_not_yielded() -> None:
    spider = make_spider(since="2026-11-02")
    assert read_article(spider, TEXT.encode()) == []
    assert counted(spider)[Key.OLD] == 1


@pytest.mark.parametrize(
    ("body", "kwargs", "key"),
    [
        (b"", {}, Key.HELD.of("page-empty")),
        (b"%PDF-1.4", {}, Key.HELD.of("page-not-html")),
        (TEXT.encode()[:400], {"flags": ["partial"]}, Key.HELD.of("page-truncated")),
        (
            "<html><body><p>页面不存在</p></body></html>".encode(),
            {},
            Key.HELD.of("article-missing"),
        ),
    ],
)
def test_a_page_without_record_is_held_with_its_reason(
    body: bytes, kwargs: dict[str, Any], key: str
) -> None:
    spider = make_spider()
    assert read_article(spider, body, **kwargs) == []
    assert counted(spider)[key] == 1


def test_a_whole_page_of_an_old_server_is_no_truncated_one() -> None:
    assert len(read_article(make_spider(), TEXT.encode(), flags=["partial"])) == 1


def test_without_profile_a_page_that_is_no_article_is_skipped() -> None:
    spider = make_spider(SiteSpider, url=HOST + "/xczx/")
    read_article(spider, "<html><body><p>关于我们</p></body></html>".encode())
    assert counted(spider)[Key.SKIPPED.of("article-missing")] == 1


def failed(error: Exception, number: int = 0, **kwargs: Any) -> Any:
    known = task("/x.html", Kind.LIST if number else Kind.ARTICLE, number)
    return SimpleNamespace(
        value=error, request=Request(HOST + "/x.html", cb_kwargs={"task": known, **kwargs})
    )


def status(code: int) -> HttpError:
    return HttpError(HtmlResponse(HOST, status=code), "Ignoring non-200 response")


FAILURES = [
    (status(503), "http-503"),
    (DownloadTimeoutError(), "timeout"),
    (ResponseDataLossError(), "truncated"),
    (IgnoreRequest("max redirections reached"), "redirects"),
    (ConnectionError(), "connection"),
]


@pytest.mark.parametrize(("error", "name"), FAILURES)
def test_a_failure_has_a_name(error: Exception, name: str) -> None:
    assert failure_name(error) == name
    spider = make_spider()
    asyncio.run(spider.article_failed(failed(error)))
    asyncio.run(spider.list_failed(failed(error, number=2)))
    assert counted(spider) == {Key.FAILED.of(name): 1, Key.FAILED.of(f"list-{name}"): 1}


def test_the_end_of_a_list_is_no_failure_and_its_beginning_is_one() -> None:
    spider = make_spider()
    asyncio.run(spider.list_failed(failed(status(404), number=2)))
    assert losses(counted(spider)) == {}
    assert counted(spider)[Key.LISTS_ENDED.of("http-404")] == 1
    asyncio.run(spider.list_failed(failed(status(404), number=1)))
    assert losses(counted(spider)) == {Key.FAILED.of("list-http-404"): 1}


def sent(path: str, body: str = "") -> HtmlResponse:
    return HtmlResponse(HOST + path, body=(body or TEXT).encode())


def test_a_list_page_that_leads_home_ends_the_list_and_the_first_one_is_a_loss() -> None:
    for number, lost in ((3, {}), (1, {Key.FAILED.of("list-soft-404"): 1})):
        spider = make_spider()
        known = task("/xczx/x.html", Kind.LIST, number)
        asyncio.run(spider.parse_list(sent("/", listing(numbers(1, 2)).body), known))
        assert losses(counted(spider)) == lost
        assert results(spider) == [PageResult(7, State.FAILED, "soft-404")]


def test_a_link_that_leads_to_another_article_is_that_article_only_when_the_list_says_so() -> None:
    asked, other = numbers(1, 2)
    for title, found in (("南坡三百亩小麦颗粒归仓", 1), ("别的文章的标题", 0), (None, 0)):
        spider = make_spider()
        known = task(asked[0], title=title)
        assert len(asyncio.run(gather(spider.parse_article(sent(other[0]), known)))) == found
        assert counted(spider).get(Key.FAILED.of("soft-404"), 0) == 1 - found


def test_a_link_that_leads_to_a_login_is_no_article() -> None:
    spider = make_spider()
    asyncio.run(gather(spider.parse_article(sent("/login.html"), task(numbers(1)[0][0]))))
    assert losses(counted(spider)) == {Key.FAILED.of("login"): 1}


def test_what_the_list_said_otherwise_is_counted_and_the_record_warns() -> None:
    spider = make_spider()
    known = task(numbers(1)[0][0], title="村里的竹编卖到了县城", listed="2026-10-30")
    [found] = asyncio.run(gather(spider.parse_article(sent(numbers(1)[0][0]), known)))
    assert counted(spider)[Key.WITNESS.of("title")] == 1
    assert counted(spider)[Key.WITNESS.of("published")] == 1
    assert {"title-disagrees", "date-disagrees"} <= set(found.warnings)


def test_what_is_not_ours_to_read_is_no_loss() -> None:
    spider = make_spider()
    asyncio.run(spider.article_failed(failed(RefusedRequest(Refusal.ROBOTS, HOST))))
    assert counted(spider) == {Key.FILTERED.of("robots-disallowed"): 1}
    assert losses(counted(spider)) == {}
    assert results(spider) == [PageResult(7, State.REFUSED, "robots-disallowed")]


def test_a_page_of_a_host_that_is_left_alone_is_deferred() -> None:
    spider = make_spider()
    error = RefusedRequest(Refusal.HOST_UNREACHABLE, HOST)
    asyncio.run(spider.article_failed(failed(error)))
    assert counted(spider) == {Key.DEFERRED.of("host-unreachable"): 1}
    assert losses(counted(spider))
    assert results(spider) == [PageResult(7, State.DEFERRED, "host-unreachable")]
    asyncio.run(spider.list_failed(failed(error, number=2)))
    assert counted(spider)[Key.FAILED.of("list-host-unreachable")] == 1


def test_a_challenged_page_is_deferred() -> None:
    spider = make_spider()
    cut = UnusableBody(BodyError(Fault.TRUNCATED, "cut"))
    for error in (ChallengedError("captcha"), cut):
        asyncio.run(spider.article_failed(failed(error)))
    assert counted(spider) == {Key.DEFERRED.of("challenge"): 1, Key.FAILED.of("truncated"): 1}


def test_certificates_are_checked_unless_the_profile_says_why_not() -> None:
    broken = replace(get_portal("demo"), verify_tls=False, verify_tls_note="expired, 2026-11")
    settings = Settings()
    settings.setmodule(module)
    for portal, checked in ((get_portal("demo"), True), (broken, False)):
        spider_class(portal).update_settings(settings)
        assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES") is checked


def test_a_part_that_cannot_be_had_holds_the_article() -> None:
    spider = make_spider()
    page: Any = SimpleNamespace(url=HOST + "/t1.html")
    story = Story(task("/t1.html"), COLUMN, pages=[page])
    asyncio.run(spider.part_failed(failed(status(404), story=story)))
    assert counted(spider) == {Key.HELD.of("parts-missing"): 1}


def test_a_broken_profile_is_told_and_the_others_are_spiders(
    caplog: pytest.LogCaptureFixture,
) -> None:
    registry = Registry({"demo": get_portal("demo")}, (Problem("x", "portals/x.toml: bad"),))
    [spider] = spider_classes(registry).values()
    assert spider.name == "demo"
    assert caplog.record_tuples == [("ruralnews.spiders.portals", 40, "portals/x.toml: bad")]


def test_the_delay_is_the_portal_s() -> None:
    assert make_spider().settings.getfloat("DOWNLOAD_DELAY") == get_portal("demo").delay


IDS = spider_class(
    replace(
        get_portal("demo"),
        columns=(
            Column("要闻", HOST),
            Column("报纸", HOST + "/{YYYY}{MM}/{DD}/node_1.html", "epaper"),
        ),
        listing=ListingRules(kind="ids", article=(re.compile(r"/p/(?P<id>\d+)\.html$"),)),
    )
)


def test_an_epaper_column_begins_with_its_last_issues() -> None:
    spider = make_spider(IDS, column="报纸")
    seeds = spider.seeds()
    assert len(seeds) == ISSUES
    assert all(re.fullmatch(HOST + r"/\d{6}/\d{2}/node_1\.html", seed.url) for seed in seeds)
    assert seeds[0].url > seeds[1].url
    assert {seed.number for seed in seeds} == {2}
    since = (china_time(datetime.now(UTC)) - timedelta(days=2)).date().isoformat()
    assert len(make_spider(IDS, column="报纸", since=since).seeds()) == 3


def test_an_issue_leads_to_its_other_pages() -> None:
    spider = make_spider(IDS)
    body = '<html><body><a href="node_1.html">1</a><a href="node_2.html">2</a></body></html>'
    address = task("/202405/20/node_1.html", Kind.LIST, 2)
    address = replace(address, column="报纸")
    asyncio.run(spider.parse_list(HtmlResponse(address.address, body=body.encode()), address))
    (result,) = results(spider)
    assert [link.url for link in result.lists] == [HOST + "/202405/20/node_2.html"]
    assert result.lists[0].column == "报纸"


def test_an_id_that_leads_nowhere_is_no_loss() -> None:
    spider = make_spider(IDS)
    tried = task("/p/7.html")
    response = HtmlResponse(tried.address, status=404)
    failure = SimpleNamespace(
        value=HttpError(response), request=Request(tried.address, cb_kwargs={"task": tried})
    )
    asyncio.run(spider.article_failed(failure))
    assert [(r.state, r.reason) for r in results(spider)] == [(State.SKIPPED, "http-404")]
    assert losses(spider.crawler.stats.get_stats()) == {}


def test_a_list_of_too_many_gives_its_latest() -> None:
    stats = get_crawler().stats
    found = [ListLink(f"{HOST}/t{n}.html", "", f"20{n % 30:02d}-01-01") for n in range(MAX_LINKS)]
    links = article_links(
        [*found, ListLink(f"{HOST}/new.html", "", None)], "", DEMO.portal, None, stats
    )
    assert len(links) == MAX_LINKS
    assert links[0].listed == "2029-01-01"
    assert f"{HOST}/new.html" not in {link.url for link in links}
    assert stats.get_value(Key.LINKS_CAPPED) == 1
