"""Which request comes next, and what is counted: the spider without network."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hostile import article, listing
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from scrapy.http import HtmlResponse, Request
from scrapy.settings import Settings
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler

from ruralnews import settings as module
from ruralnews.extraction.listing import ListLink
from ruralnews.middlewares.body import UnusableBody
from ruralnews.middlewares.challenge import ChallengedError
from ruralnews.middlewares.decoding import BodyError, Fault
from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.monitoring.outcome import losses
from ruralnews.monitoring.stats import Key
from ruralnews.portals import Problem, Registry, get_portal
from ruralnews.spiders.failures import failure_name
from ruralnews.spiders.portals import spider_class, spider_classes
from ruralnews.spiders.site import SiteSpider
from ruralnews.spiders.story import Story

if TYPE_CHECKING:
    from ruralnews.items import Article
    from ruralnews.spiders.portal import PortalSpider

HOST = "http://127.0.0.1:8000"
DEMO = spider_class(get_portal("demo"))
COLUMN = get_portal("demo").columns[0]
PAGING = '<script>createPageHTML(3, {}, "index", "html");</script>'


def make_spider(cls: type[PortalSpider] = DEMO, **arguments: str) -> PortalSpider:
    crawler = get_crawler(cls)
    crawler.spider = cls.from_crawler(crawler, **arguments)
    return crawler.spider


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
    requests = list(spider.parse_list(response, COLUMN, number))
    paths = [request.url.removeprefix(HOST) for request in requests]
    return [p for p in paths if "/index" not in p], next((p for p in paths if "/index" in p), None)


def counted(spider: PortalSpider) -> dict[str, int]:
    stats: dict[str, Any] = spider.crawler.stats.get_stats()
    return {key: value for key, value in stats.items() if key.startswith("rn/")}


def test_paging_goes_on_while_it_brings_new_links() -> None:
    spider = make_spider()
    articles, following = read_list(spider, numbers(1, 2, 3))
    assert (len(articles), following) == (3, "/xczx/index_1.html")
    # The list moved by one while it was read.
    articles, following = read_list(spider, numbers(3, 4, 5), 2)
    assert (len(articles), following) == (2, "/xczx/index_2.html")
    articles, following = read_list(spider, numbers(3, 4, 5), 3)
    assert (articles, following) == ([], None)


def test_max_pages_ends_the_paging() -> None:
    spider = make_spider(max_pages="1")
    assert read_list(spider, numbers(1, 2, 3))[1] is None


def test_since_leaves_out_older_links_and_stops_when_a_page_has_no_other() -> None:
    spider = make_spider(since="2026-11-02")
    links = numbers(1, 2, 3)
    assert read_list(spider, links) == ([], None)
    assert counted(spider)[Key.LINKS_OLD] == 3
    spider = make_spider(since="2026-11-01")
    assert len(read_list(spider, links)[0]) == 3


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


def test_an_article_of_two_columns_is_asked_for_once() -> None:
    spider = make_spider()
    read_list(spider, numbers(1, 2, 3))
    response = HtmlResponse(f"{HOST}/djgz/", body=listing(numbers(1, 2, 3)).body.encode())
    other = get_portal("demo").columns[1]
    assert list(spider.parse_list(response, other, 1)) == []
    assert counted(spider)[Key.LINKS_KNOWN] == 3


def test_a_first_list_page_without_articles_is_a_loss() -> None:
    spider = make_spider()
    assert read_list(spider, []) == ([], None)
    assert counted(spider)[Key.FAILED.of("list-empty")] == 1


def read_article(spider: PortalSpider, body: bytes, **kwargs: Any) -> list[Any]:
    path = numbers(1)[0][0]
    response = HtmlResponse(HOST + path, body=body, **kwargs)
    link = ListLink(response.url, "南坡三百亩小麦颗粒归仓", "2026-11-01")
    return list(spider.parse_article(response, COLUMN, link))


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


def failed(error: Exception, **kwargs: Any) -> Any:
    return SimpleNamespace(value=error, request=Request(HOST + "/x.html", cb_kwargs=kwargs))


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
    spider.article_failed(failed(error))
    spider.list_failed(failed(error, number=2))
    assert counted(spider) == {Key.FAILED.of(name): 1, Key.FAILED.of(f"list-{name}"): 1}


def test_the_end_of_a_list_is_no_failure_and_its_beginning_is_one() -> None:
    spider = make_spider()
    spider.list_failed(failed(status(404), number=2))
    assert counted(spider) == {}
    spider.list_failed(failed(status(404), number=1))
    assert counted(spider) == {Key.FAILED.of("list-http-404"): 1}


def test_what_is_not_ours_to_read_is_no_loss() -> None:
    spider = make_spider()
    spider.article_failed(failed(RefusedRequest(Refusal.ROBOTS, HOST)))
    assert counted(spider) == {Key.FILTERED.of("robots-disallowed"): 1}
    assert losses(counted(spider)) == {}


def test_a_page_of_a_host_that_is_left_alone_is_deferred() -> None:
    spider = make_spider()
    spider.article_failed(failed(RefusedRequest(Refusal.HOST_UNREACHABLE, HOST)))
    assert counted(spider) == {Key.DEFERRED.of("host-unreachable"): 1}
    assert losses(counted(spider))
    spider.list_failed(failed(RefusedRequest(Refusal.HOST_UNREACHABLE, HOST), number=2))
    assert counted(spider)[Key.FAILED.of("list-host-unreachable")] == 1


def test_a_part_that_cannot_be_had_holds_the_article() -> None:
    spider = make_spider()
    page: Any = SimpleNamespace(url=HOST + "/t1.html")
    story = Story(COLUMN, ListLink(page.url, "麦收", None), [page])
    spider.part_failed(failed(status(404), story=story))
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


def test_certificates_are_checked_unless_the_profile_says_why_not() -> None:
    broken = replace(get_portal("demo"), verify_tls=False, verify_tls_note="expired, 2026-11")
    settings = Settings()
    settings.setmodule(module)
    for portal, checked in ((get_portal("demo"), True), (broken, False)):
        spider_class(portal).update_settings(settings)
        assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES") is checked


def test_a_challenged_page_is_deferred() -> None:
    spider = make_spider()
    spider.article_failed(failed(ChallengedError("captcha")))
    spider.article_failed(failed(UnusableBody(BodyError(Fault.TRUNCATED, "cut"))))
    assert counted(spider) == {Key.DEFERRED.of("challenge"): 1, Key.FAILED.of("truncated"): 1}
