"""Where a request may go: the rule as a table, then a real crawl of a hostile portal."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from scrapy.exceptions import CannotResolveHostError, NotConfigured
from scrapy.http import Request
from scrapy.utils.test import get_crawler
from twisted.internet.error import DNSLookupError

from ruralnews.middlewares import guard, resolver
from ruralnews.middlewares.guard import GuardMiddleware, refusal
from ruralnews.middlewares.refused import Refusal, RefusedRequest
from ruralnews.middlewares.resolver import AddressMiddleware, PublicResolver, is_public
from ruralnews.middlewares.traps import MAX_VARIANTS, Variants, is_ahead
from ruralnews.monitoring.stats import Key

HOSTS = ("hemiao.example", "intranet.example:8443")
LINKS = {
    "http://www.hemiao.example/a": None,
    "https://hemiao.example:443/a": None,
    "http://intranet.example:8443/": None,
    "http://intranet.example/": Refusal.PORT,
    "http://hemiao.example:22/": Refusal.PORT,
    "http://hemiao.example:6379/": Refusal.PORT,
    "http://xhemiao.example/": Refusal.HOST,
    "http://hemiao.example.evil.example/": Refusal.HOST,
    "http://127.0.0.1/": Refusal.HOST,
    "http://127.1/": Refusal.HOST,
    "http://2130706433/": Refusal.HOST,
    "http://0x7f.1/": Refusal.HOST,
    "http://017700000001/": Refusal.HOST,
    "http://[::1]/": Refusal.HOST,
    "http://[::ffff:127.0.0.1]/": Refusal.HOST,
    "http://localhost/": Refusal.HOST,
    "http://169.254.169.254/latest/": Refusal.HOST,
    "http://10.0.0.1/": Refusal.HOST,
    "http://hemiao.example@evil.example/": Refusal.BAD_URL,
    "http://evil.example\\@hemiao.example/": Refusal.BAD_URL,
    "http://hemiao.example\\.evil.example/": Refusal.BAD_URL,
    "http://evil.example#@hemiao.example/": Refusal.HOST,
    "http://hemiao.example:99999/": Refusal.BAD_URL,
    "http://hemiao.example:x/": Refusal.BAD_URL,
    "http://hemiao.example/\r\nHost: evil": Refusal.BAD_URL,
    "http:///a": Refusal.BAD_URL,
    "http://hemiao.example/" + "a" * 2083: Refusal.BAD_URL,
    "http://hemiao.example/a/a/b.html": None,
    "http://hemiao.example/a/a/a/b.html": Refusal.TRAP,
    "http://hemiao.example/x/a/b/a/b/a/b/c.html": Refusal.TRAP,
    "http://hemiao.example/" + "/".join(map(str, range(20))): None,
    "http://hemiao.example/" + "/".join(map(str, range(40))): Refusal.TRAP,
    "file:///etc/hostname": Refusal.SCHEME,
    "ftp://hemiao.example/": Refusal.SCHEME,
    "gopher://hemiao.example/": Refusal.SCHEME,
    "data:text/html,x": Refusal.SCHEME,
    "javascript:void(0)": Refusal.SCHEME,
    "mailto:a@hemiao.example": Refusal.SCHEME,
    "//hemiao.example/": Refusal.SCHEME,
    "": Refusal.SCHEME,
}


@pytest.mark.parametrize(("url", "reason"), LINKS.items())
def test_where_a_portal_may_go(url: str, reason: Refusal | None) -> None:
    assert refusal(url, HOSTS) is reason


def test_an_address_far_ahead_is_a_calendar() -> None:
    now = datetime(2026, 11, 3, tzinfo=UTC)
    assert is_ahead("http://hemiao.example/rl/2099/01/01/", now)
    assert is_ahead("http://hemiao.example/202801/t20280101_1.html", now)
    assert not is_ahead("http://hemiao.example/202611/t20261104_1.html", now)
    assert not is_ahead("http://hemiao.example/c/123456.html", now)


def test_queries_are_spent_when_none_of_many_in_a_row_gave_anything_new() -> None:
    variants, url = Variants(), "http://hemiao.example/show.php?id="
    for number in range(MAX_VARIANTS - 1):
        variants.read(f"{url}{number}", repeated=True)
    assert not variants.are_spent(f"{url}0")
    variants.read(f"{url}x", repeated=True)
    assert variants.are_spent(f"{url}0")
    assert not variants.are_spent("http://hemiao.example/show.php")
    variants.read(f"{url}y", repeated=False)
    assert not variants.are_spent(f"{url}0")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://hemiao.example:8000/", None),
        ("http://hemiao.example/", Refusal.PORT),
        ("http://hemiao.example:8001/", Refusal.PORT),
        ("http://evil.example:8000/", Refusal.HOST),
    ],
)
def test_allow_hosts_opens_a_port_and_no_host(url: str, reason: Refusal | None) -> None:
    allowed = {("hemiao.example", 8000), ("evil.example", 8000)}
    assert refusal(url, HOSTS, allowed) is reason


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def make_resolver(*allowed: tuple[str, int | None]) -> PublicResolver:
    made = PublicResolver(SimpleNamespace(), cache_size=0, timeout=1)
    made.allowed |= set(allowed)
    return made


def test_the_resolver_refuses_private_addresses_but_for_allowed_names() -> None:
    public = make_resolver(("127.0.0.1", 8000))
    assert public._check("8.8.8.8", "hemiao.example") == "8.8.8.8"
    assert public._check("127.0.0.1", "127.0.0.1") == "127.0.0.1"
    with pytest.raises(DNSLookupError, match="no public address"):
        public._check("127.0.0.1", "hemiao.example")
    assert public.refused == {"hemiao.example"}


class Spider(SimpleNamespace):
    """What the guard knows of a spider."""

    portal = SimpleNamespace(slug="hemiao", hosts=HOSTS, verify_tls_note="expired, 2026-11")


def make_guard(monkeypatch: pytest.MonkeyPatch, **settings: object) -> GuardMiddleware:
    active = make_resolver()
    monkeypatch.setattr(guard, "active_resolver", lambda: active)
    crawler = get_crawler(settings_dict={"DOWNLOAD_VERIFY_CERTIFICATES": True} | settings)
    crawler.spider = Spider()
    return GuardMiddleware.from_crawler(crawler)


def test_unchecked_certificates_are_told_with_their_reason(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stats = make_guard(monkeypatch).crawler.stats
    assert stats.get_value(Key.UNVERIFIED) is None
    stats = make_guard(monkeypatch, DOWNLOAD_VERIFY_CERTIFICATES=False).crawler.stats
    assert stats.get_value(Key.UNVERIFIED) == "expired, 2026-11"
    assert "not checked: expired" in caplog.text


def test_a_refused_request_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    middleware = make_guard(monkeypatch)
    with pytest.raises(RefusedRequest, match=r"host: http://evil\.example/") as caught:
        # dont_filter is what start requests and redirects carry.
        middleware.process_request(Request("http://evil.example/", dont_filter=True))
    assert caught.value.reason is Refusal.HOST
    assert middleware.crawler.stats.get_value(Key.BLOCKED.of("host")) == 1


def test_a_redirected_request_waits_in_the_line_of_its_own_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = Request("http://hemiao.example/", meta={"download_slot": "other.example"})
    make_guard(monkeypatch).process_request(request)
    assert "download_slot" not in request.meta


def test_allow_hosts_is_counted_for_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    middleware = make_guard(monkeypatch, ALLOW_HOSTS="hemiao.example:8000,127.0.0.1")
    assert middleware.crawler.stats.get_value(Key.ALLOWED) == ["hemiao.example:8000", "127.0.0.1"]
    middleware.process_request(Request("http://hemiao.example:8000/"))


def test_a_crawl_does_not_start_without_our_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "active_resolver", lambda: None)
    crawler = get_crawler()
    crawler.spider = Spider()
    with pytest.raises(RuntimeError, match="TWISTED_DNS_RESOLVER"):
        GuardMiddleware.from_crawler(crawler)


def test_the_guard_leaves_scrapy_shell_alone() -> None:
    with pytest.raises(NotConfigured):
        GuardMiddleware.from_crawler(get_crawler())


def test_a_refused_address_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    active = make_resolver()
    active.refused.add("hemiao.example")
    monkeypatch.setattr(resolver, "active_resolver", lambda: active)
    middleware = AddressMiddleware.from_crawler(get_crawler())
    error = CannotResolveHostError("x")
    with pytest.raises(RefusedRequest, match="address"):
        middleware.process_exception(Request("http://hemiao.example/"), error)
    assert middleware.process_exception(Request("http://other.example/"), error) is None
    assert middleware.crawler.stats.get_value(Key.BLOCKED.of("address")) == 1
