from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime

import pytest

import ruralnews
from ruralnews.errors import ExtractionError, ProfileError
from ruralnews.extraction.page import read_page
from ruralnews.library import article_from_page, extract
from ruralnews.reasons import Reason

FETCHED = datetime(2026, 11, 2, tzinfo=UTC)
URL = "http://www.example.cn/xczx/202405/t20240509_12.html"
TEXT = "某县今年粮食丰收，合作社的晒场上铺满稻谷，乡亲们说，这是路修通以后的第三个丰年。"
PAGE = f"""<html><head><title>某县粮食丰收 晒场铺满稻谷_示例网</title>
<meta name="Keywords" content="粮食;丰收"><meta name="ColumnName" content="乡村">
<meta name="Author" content="信息员6"></head><body>
<div>当前位置：<a href="/">首页</a> &gt; <a href="/x/">乡村</a> &gt; 正文</div>
<h1>某县粮食丰收 晒场铺满稻谷</h1><h2>——路修通以后的第三个丰年</h2>
<div><span>2024-05-09 10:36</span><span>来源：<a href="#">示例日报</a></span>
<span>作者：</span></div>
<div id="zoom"><p>示例社某地5月9日电（记者 张试样 通讯员 李范）{TEXT}</p><p>{TEXT}</p>
<p>{TEXT}</p></div>
<div>（责任编辑：王 例）</div><div>审核：赵拟</div>
<div>版权所有 2011-2026 示例网 更新时间：2026-01-01</div></body></html>"""


def test_a_page_becomes_an_article() -> None:
    article = extract(PAGE.encode(), URL, fetched_at=FETCHED)
    assert article is not None
    assert article.title == "某县粮食丰收 晒场铺满稻谷"
    assert article.subtitle == "——路修通以后的第三个丰年"
    assert article.published == "2024-05-09T10:36:00+08:00"
    assert article.source == "示例日报"
    assert article.author == ["张试样", "李范"]
    assert article.editor == ["王例"]
    assert [(c.role, c.name) for c in article.credits] == [
        ("记者", "张试样"),
        ("通讯员", "李范"),
        ("责任编辑", "王例"),
        ("审核", "赵拟"),
    ]
    assert article.column == "乡村"
    assert article.keywords == ["粮食", "丰收"]
    assert article.canonical_url == URL
    assert article.body.count(TEXT) == 3
    assert "责任编辑" not in article.body


def test_an_article_knows_itself_by_its_content_without_a_url() -> None:
    first, second = (extract(PAGE.encode(), fetched_at=FETCHED) for _ in range(2))
    assert first is not None
    assert first == second
    assert first.id.removeprefix("page:") == first.content_sha[:16]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.PAGE_EMPTY),
        (b'{"title": "no page"}', Reason.PAGE_NOT_HTML),
        ("<ul>" + "<li><a href='/1'>某县粮食丰收</a></li>" * 40 + "</ul>", Reason.ARTICLE_MISSING),
        (PAGE.replace("2024-05-09 10:36", "2031-05-09 10:36"), Reason.DATE_IMPOSSIBLE),
        (PAGE.replace("2024-05-09 10:36", ""), Reason.DATE_MISSING),
    ],
)
def test_a_page_without_record_gives_none_and_when_strict_its_reason(
    body: bytes | str, reason: Reason
) -> None:
    body = body.encode() if isinstance(body, str) else body
    assert extract(body, fetched_at=FETCHED) is None
    with pytest.raises(ExtractionError) as caught:
        extract(body, fetched_at=FETCHED, strict=True)
    assert caught.value.reason is reason


def test_footer_update_and_copyright_dates_are_never_the_publication() -> None:
    page = PAGE.replace("2024-05-09 10:36", "更新时间：2024-06-01 成文日期：2024-05-01")
    assert extract(page.encode(), fetched_at=FETCHED) is None


def test_an_unknown_profile_is_an_error_even_when_not_strict() -> None:
    with pytest.raises(ProfileError):
        extract(PAGE.encode(), URL, portal="no-such-portal")


@pytest.mark.parametrize("body", [PAGE.encode(), b"<p>\xe6\x96\x87"])
@pytest.mark.parametrize("collecting", [True, False])
def test_the_garbage_collector_is_left_as_it_was(body: bytes, *, collecting: bool) -> None:
    (gc.enable if collecting else gc.disable)()
    try:
        extract(body)
        assert gc.isenabled() is collecting
    finally:
        gc.enable()


def test_a_page_that_was_read_leaves_no_cycle_to_collect() -> None:
    gc.disable()
    try:
        page = read_page(PAGE.encode(), URL)
        assert article_from_page(page).title
        left = weakref.ref(page)
        del page
        assert left() is None
    finally:
        gc.enable()


def test_the_package_exports_it() -> None:
    assert ruralnews.extract is extract
