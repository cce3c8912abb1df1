"""Challenges, log-ins and blocks: invented after the kinds that vendors document."""

from __future__ import annotations

import pytest
from hostile import article
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.test import get_crawler

from ruralnews.middlewares.challenge import ChallengedError, ChallengeMiddleware
from ruralnews.middlewares.challenges import challenge_in, visible_text
from ruralnews.monitoring.stats import Key

URL = "http://hemiao.example/a.html"
TEXT = "村里的麦子熟了，合作社的收割机天不亮就下了地，一上午收完了南坡的三百亩。"
HTML = "<html><head><title>{}</title></head><body>{}</body></html>"
CASES = [
    (
        521,
        "<script>document.cookie='a=1;max-age=360';location.href=location.pathname</script>",
        "js-cookie",
    ),
    (
        200,
        "<html><script>var x=1;document.cookie=x;window.location.reload()</script></html>",
        "js-cookie",
    ),
    (412, "<html><meta r='m'><script>$_ts=window['$_ts'];</script></html>", "ruishu"),
    (412, "", "empty-412"),
    (521, "", "empty-412"),
    (200, "<script>var arg1='" + "A1" * 20 + "';</script>", "acw"),
    (200, "<script src='/_guard/auto.js'></script>", "guard"),
    (503, HTML.format("Just a moment...", "<script>cf-chl-bypass</script>"), "cloudflare"),
    (200, HTML.format("安全验证", "请完成验证后继续访问"), "captcha"),
    (200, HTML.format("", "<div id=nc>请按住滑块，拖动到滑块最右边</div>"), "captcha"),
    (405, HTML.format("405", "<a href='https://errors.aliyun.com/x'>很抱歉</a>"), "blocked"),
    (403, HTML.format("网站防火墙", "您的请求带有不合法参数，已被网站管理员设置拦截"), "blocked"),
    (200, HTML.format("提示", "您访问过于频繁，请稍后再试"), "too-many"),
    (200, HTML.format("用户登录", "<form><input type=password></form>"), "login"),
    (200, HTML.format("统一身份认证平台", ""), "login"),
    (403, HTML.format("403 Forbidden", "<h1>nginx</h1>"), None),
    (404, HTML.format("页面不存在", "您访问的页面不存在"), None),
    (200, HTML.format("麦收", "<p>短讯</p>"), None),
    (
        200,
        HTML.format("图片新闻", "<script>document.cookie='seen=1'</script><img src=a.jpg>"),
        None,
    ),
    (200, "", None),
    (200, article("如何应对网站的安全验证：验证码的前世今生", TEXT * 3).body, None),
    (200, article("村务平台登录指南", TEXT * 3).body, None),
]


@pytest.mark.parametrize(("status", "body", "rule"), CASES)
def test_which_answers_are_a_challenge(status: int, body: str, rule: str | None) -> None:
    assert challenge_in(status, {}, body.encode()) == rule


def test_a_challenge_in_gbk_and_one_in_the_headers() -> None:
    page = "<meta charset=gb2312>" + HTML.format("安全验证", "")
    assert challenge_in(200, {}, page.encode("gb18030")) == "captcha"
    assert challenge_in(403, {"Cf-Mitigated": "challenge"}, b"") == "cloudflare"


def test_visible_text_is_linear_and_without_scripts() -> None:
    page = "a<b>c</b><script>x<y</script>d<!-- e > f -->g<style>h</style>i<scr"
    assert "".join(visible_text(page)) == "acdgi"
    assert "".join(visible_text("<script>" * 20_000)) == ""
    assert "".join(visible_text("<" * 50_000)) == ""


def middleware() -> ChallengeMiddleware:
    return ChallengeMiddleware.from_crawler(get_crawler())


def test_a_challenge_goes_no_further_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = middleware()
    told: list[str] = []

    class Pace:
        def challenged(self, _request: Request, rule: str) -> None:
            told.append(rule)

    monkeypatch.setattr(found.crawler, "get_downloader_middleware", lambda _: Pace())
    with pytest.raises(ChallengedError, match="empty-412"):
        found.process_response(Request(URL), Response(URL, status=412))
    assert told == ["empty-412"]
    assert found.crawler.stats.get_value(Key.CHALLENGES.of("empty-412")) == 1


def test_a_robots_txt_is_never_a_challenge() -> None:
    response = Response(URL, status=412)
    request = Request(URL, callback=NO_CALLBACK)
    assert middleware().process_response(request, response) is response
