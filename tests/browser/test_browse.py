"""`scrapy browse` in a real Chromium: what a person does, and what the page does unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browsed import browsing, publish_world
from watching import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("project")
    publish_world(folder / "output")
    with browsing(folder) as url:
        yield url


def titles(page: Any) -> list[str]:
    found: list[str] = page.locator(".hits h2 a").all_inner_texts()
    return found


def follow(page: Any, element: Any) -> None:
    """Click a link or button, and wait for the page that it leads to."""
    with page.expect_navigation():
        element.click()


def search(page: Any, words: str) -> None:
    page.get_by_role("searchbox").fill(words)
    follow(page, page.get_by_role("button", name="检索"))


def test_a_word_of_two_characters_is_found_and_marked(
    look: Callable[..., Any], address: str
) -> None:
    page = look(address).page
    assert page.locator(".found strong").inner_text() == "63"
    search(page, "党建")
    assert titles(page) == ["党建引领"]
    assert page.locator(".hits mark").first.inner_text() == "党建"
    search(page, "恶意 正文")
    assert len(titles(page)) == 1
    search(page, "没有的词")
    assert page.get_by_text("没有找到").is_visible()
    follow(page, page.get_by_text("全部清除"))
    assert page.locator(".found strong").inner_text() == "63"


def test_facets_narrow_and_widen(look: Callable[..., Any], address: str) -> None:
    page = look(address).page
    follow(page, page.locator("#facet-portal a", has_text="乡村干部报网"))
    assert titles(page) == ["党建引领"]
    follow(page, page.locator("#facet-portal").get_by_title("去掉"))
    page.locator("#facet-author summary").click()
    follow(page, page.locator("#facet-author a", has_text="柏秋实"))
    assert titles(page) == ["党建引领"]
    assert page.locator("#facet-author strong").inner_text() == "柏秋实"
    page.goto(address)
    follow(page, page.locator("#facet-status a", has_text="已撤下"))
    assert len(titles(page)) == 1
    assert page.locator(".hits .badge").inner_text() == "已撤下"


def test_days_and_pages_go_together_with_a_search(look: Callable[..., Any], address: str) -> None:
    page = look(address).page
    page.get_by_label("从").fill("2026-01-01")
    page.get_by_label("到").fill("2026-01-31")
    search(page, "小麦")
    count = int(page.locator(".found strong").inner_text())
    assert 0 < count < 30
    dates = page.locator(".hits time").all_inner_texts()
    assert all(date.startswith("2026-01") for date in dates)
    assert dates == sorted(dates, reverse=True)
    page.goto(address)
    first = titles(page)
    follow(page, page.get_by_text("下一页"))
    assert not set(first) & set(titles(page))
    follow(page, page.get_by_text("旧的在前"))
    dates = page.locator(".hits time").all_inner_texts()
    assert dates == sorted(dates)


def test_an_article_is_read_from_the_list_and_its_versions_from_there(
    look: Callable[..., Any], address: str
) -> None:
    page = look(address).page
    search(page, "三号地")
    follow(page, page.get_by_role("link", name="更正：三号地的小麦"))
    assert page.locator("h1").inner_text() == "更正：三号地的小麦"
    assert page.locator("h1 mark").inner_text() == "三号地"
    assert page.locator(".body p").count() == 8
    follow(page, page.locator(".facts a", has_text="1"))
    assert page.locator("h1").inner_text() == "第3块地的小麦颗粒归仓"
    assert page.get_by_text("这是第 1 版").is_visible()
    follow(page, page.get_by_role("link", name="谷雨生"))
    assert page.locator(".found strong").inner_text() == "61"


def test_the_markup_of_a_hostile_article_is_text(look: Callable[..., Any], address: str) -> None:
    watched = look(address)
    page = watched.page
    assert "<script>alert('qinghe')</script><img" in titles(page)[0]
    follow(page, page.locator(".hits h2 a").first)
    assert "<script>" in page.locator("h1").inner_text()
    assert "<img src=x" in page.locator(".body").inner_text()
    assert page.locator("img, script, iframe").count() == 0
    links = page.locator("article a").evaluate_all("all => all.map(one => one.protocol)")
    assert set(links) == {"http:"}
    # Pictures of an article are links: none was asked for.
    assert all("elsewhere" not in url for url in watched.requests)


@pytest.mark.parametrize("path", ["/", "/articles", "/articles/months", "/articles/version"])
def test_every_other_page_opens_without_an_error(
    look: Callable[..., Any], address: str, path: str
) -> None:
    page = look(address.removesuffix("/articles/article") + path).page
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("path", ["?_search=小麦", "/hemiao~3A900", "/hemiao~3A3?revision=1"])
def test_a_phone_shows_it_all(look: Callable[..., Any], address: str, path: str) -> None:
    assert look(address + path, PHONE).overflow == 0
