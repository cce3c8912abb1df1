"""Faults 32 to 42, 50 to 52 and 73: where a portal wants the crawl to go."""

from __future__ import annotations

import gzip
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import hostile
from case import LIST, Case, Outcome, Servers, good, html, path, plays, title
from portal import NOT_FOUND, answer, hang, raw, redirect, turns

from ruralnews.middlewares.traps import MAX_VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal import FaultPortal, Play

PRIVATE = (
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "[::1]",
    "[fc00::1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
)
SPELLINGS = (
    "2130706433",
    "0x7f.0.0.1",
    "017700000001",
    "127.1",
    "user@127.0.0.1",
    "127.0.0.1.",
    "①②⑦.0.0.1",
)
BAD = (
    "javascript:void(0)",
    "mailto:a@b.example",
    "http://127.0.0.1:99999/t20261101_7.html",
    "/yw/t20261101_8.html" + "a" * 3000,
    "/yw/%00/t20261101_5.html",
    "/yw/%0d%0aX: 1/t20261101_6.html",
    "http://[::1/t20261101_9.html",
)
SPELT = (
    "?utm_source=x",
    "?spm=1.2.3",
    "#top",
    ";jsessionid=0A1B2C",
    "?jsessionid=3D4E5F",
    "?PHPSESSID=6A7B8C",
    "?from=timeline&isappinstalled=0",
)
"""Further spellings of one address."""
CIRCLES = ("/a/a/a", "/a/b/a/b/a/b", "/" + "/".join(f"d{n}" for n in range(40)))
FORBID = "User-agent: *\nDisallow: /\n"
ALLOW = "User-agent: *\nAllow: /\n"


def to(url: str, port: str = "") -> Callable[[Servers], list[Play]]:
    """A redirect; `port` `foreign` adds the port of the host that the profile does not name."""
    return lambda at: [redirect(f"{url}:{at.foreign.port}/" if port else url)]


def to_all(addresses: tuple[str, ...]) -> Callable[[Servers], list[Play]]:
    """A redirect to the foreign port of each of these addresses."""
    return lambda at: [redirect(f"http://{a}:{at.foreign.port}/") for a in addresses]


def robots_to(hops: int) -> Callable[[Servers], list[Play]]:
    """A robots.txt behind so many redirects."""

    def made(at: Servers) -> list[Play]:
        at.site.pages["/robots.txt"] = chain(at.site, hops, NOT_FOUND)
        return []

    return made


def robots_elsewhere(at: Servers) -> list[Play]:
    at.site.pages["/robots.txt"] = redirect(at.foreign.url("/"))
    return []


def moved(at: Servers) -> list[Play]:
    """An article that the other host of the portal has."""
    at.other.pages[path(2)] = good(2)
    return [redirect(at.other.url(path(2)), Set_Cookie="a=1")]


def meta_refresh(at: Servers) -> list[Play]:
    url = at.foreign.url("/")
    return [answer(f"<html><meta http-equiv=refresh content='0;url={url}'></html>")]


def other_port(at: Servers) -> list[Play]:
    return [redirect(f"http://{at.site.name}:{at.foreign.port}/")]


def subdomain(name: str) -> Callable[[Servers], list[Play]]:
    return lambda at: [redirect(f"http://{name}.{at.site.host}/")]


def longer_each_time(at: Servers) -> list[Play]:
    for number in range(40):
        at.site.pages[f"{path(2)}?{'a' * number}"] = redirect(f"{path(2)}?{'a' * (number + 1)}")
    return [redirect(f"{path(2)}?a")]


def circle(at: Servers) -> list[Play]:
    return [chain(at.site, 2, redirect(path(2)))]


def chain(site: FaultPortal, hops: int, last: Play) -> Play:
    """The first of so many redirects."""
    for hop in range(1, hops):
        site.pages[f"/{hop}"] = redirect(f"/{hop + 1}")
    site.pages[f"/{hops}"] = last
    return redirect("/1")


def at_all(addresses: tuple[str, ...]) -> Callable[[Servers], list[str]]:
    """Links to the foreign port of all these addresses."""
    return lambda at: [f"http://{a}:{at.foreign.port}{path(3)}" for a in addresses]


def endless_lists(pages: int, *, repeat: bool = False) -> dict[str, Play]:
    """List pages that each name the next one, with new articles or with those of the first."""
    made: dict[str, Play] = {}
    for page in range(pages):
        numbers = [1, 99] if repeat else range(100 + 10 * page, 110 + 10 * page)
        made |= {path(n): good(n) for n in numbers}
        body = hostile.listing([(path(n), title(n)) for n in numbers]).body
        script = f"<script>createPageHTML({pages}, {page}, 'index', 'html');</script>"
        made[LIST.replace("index", f"index_{page}" if page else "index")] = answer(
            body.replace("</body>", script + "</body>")
        )
    return made


def not_asked(outcome: Outcome) -> None:
    assert outcome.servers.foreign.visits == []


def asked_only_robots(outcome: Outcome) -> None:
    assert {visit.path for visit in outcome.visits} == {"/robots.txt"}


def ten_hops(outcome: Outcome) -> None:
    paths = [visit.path for visit in outcome.visits]
    assert len([p for p in paths if p not in (LIST, "/robots.txt", path(1), path(99))]) == 11


def given_up_on_queries(outcome: Outcome) -> None:
    read, left = (outcome.stats[f"rn/{key}"] for key in ("dropped/duplicate", "traps/variants"))
    assert read + left == MAX_VARIANTS + 30
    # Sixteen may be on their way when it is noticed.
    assert MAX_VARIANTS <= read <= MAX_VARIANTS + 16


def sitemaps(at: Servers) -> list[Play]:
    """A sitemap of sitemaps, all but one of them where they must not be."""
    private = f"private.{at.site.host}"
    hosts = ("127.0.0.1", "169.254.169.254", private, at.site.host)
    maps = "".join(f"<sitemap><loc>http://{host}/map.xml</loc></sitemap>" for host in hosts)
    pages = "".join(f"<url><loc>{at.site.url(path(n))}</loc></url>" for n in (1, 99))
    at.site.pages[LIST] = answer(f"<sitemapindex>{maps}</sitemapindex>")
    at.site.pages["/map.xml"] = answer(f"<urlset>{pages}</urlset>")
    return []


def no_secrets(outcome: Outcome) -> None:
    visits = outcome.servers.other.visits
    assert [visit.path for visit in visits] == ["/robots.txt", path(2)]
    for visit in visits:
        assert not {"Cookie", "Authorization", "Referer"} & set(visit.headers)


def asked_once(outcome: Outcome) -> None:
    stem = path(1).removesuffix(".html")
    assert [v.path for v in outcome.visits if v.path.startswith(stem)] == [path(1)]


def three_lists(outcome: Outcome) -> None:
    assert outcome.stats["rn/lists/read"] == 3


def half_a_second(outcome: Outcome) -> None:
    after_robots = outcome.visits[1:]
    # All gaps together: the server may write a single visit down late.
    assert after_robots[-1].at - after_robots[0].at >= 0.35 * (len(after_robots) - 1) > 0


def robots(name: str, play: Play, *, read: bool) -> Case:
    """A case of robots.txt alone: either all is read or nothing is."""
    closed = {"failed/list-robots-unreachable": 1, "robots/refused": 1}
    return Case(
        52 if read else 51,
        f"robots {name}",
        extra={"/robots.txt": play},
        good=2 if read else 0,
        stats={} if read else closed,
        check=not_asked if read else asked_only_robots,
        settings={"RETRY_TIMES": 1} | ({"DOWNLOAD_TIMEOUT": 3} if play is hang else {}),
    )


def rules(name: str, text: str, **expected: Any) -> Case:
    return Case(52, name, extra={"/robots.txt": answer(f"User-agent: *\n{text}\n")}, **expected)


OVERSIZE = {"failed/oversize": 1}
ENTITIES = "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in pairwise("abcdefghijk")
)
LAUGHS = f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'ha'>{ENTITIES}]><urlset>&k;</urlset>"
EXTERNAL = (
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
    "<urlset><url><loc>&a;</loc></url></urlset>"
)
LOOP = {"failed/redirects": 1}
NO_ROBOTS = {"failed/list-robots-unreachable": 1}
COOKIES = b"Set-Cookie: a=" + b"1" * 3000 + b"\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def with_cookies(number: int) -> Play:
    return raw(HEAD + COOKIES * number + b"\r\n" + html(2).encode())


CASES = [
    Case(32, "redirect to itself", to(path(2)), stats=LOOP, check=ten_hops),
    Case(32, "two in a circle", circle, stats=LOOP, check=ten_hops),
    Case(32, "longer and longer", longer_each_time, stats=LOOP, check=ten_hops),
    Case(32, "cookie", plays(redirect(path(2), Set_Cookie="a=1")), stats=LOOP, check=ten_hops),
    Case(32, "25 hops", lambda at: [chain(at.site, 25, good(2))], stats=LOOP, check=ten_hops),
    Case(32, "no Location", plays(answer("", 302)), stats={"failed/http-302": 1}),
    *(
        Case(33, f"to {url.partition(':')[0]}", to(url), stats={f"failed/{fate}": 1})
        for url, fate in (
            ("file:///etc/hostname", "http-302"),
            ("data:text/html,x", "http-302"),
            ("ftp://x.example/", "http-302"),
            ("javascript:a", "bad-url"),
        )
    ),
    Case(33, "to another port", other_port, stats={"filtered/port": 1}, code=0, check=not_asked),
    Case(33, "meta refresh", meta_refresh, stats={"held/article-missing": 1}, check=not_asked),
    Case(33, "robots elsewhere", robots_elsewhere, good=0, stats=NO_ROBOTS, check=not_asked),
    Case(34, "redirects to all of them", to_all(PRIVATE), code=0, check=not_asked),
    Case(35, "redirects to all of them", to_all(SPELLINGS), code=0, check=not_asked),
    Case(34, "links to all of them", links=at_all(PRIVATE), check=not_asked),
    Case(35, "links to all of them", links=at_all(SPELLINGS), check=not_asked),
    Case(36, "private", subdomain("private"), stats={"deferred/robots-unreachable": 1}),
    Case(36, "first public, then private", subdomain("rebound")),
    Case(37, "links that are none", links=lambda _: list(BAD), code=0, check=not_asked),
    Case(38, "to another host of the portal", moved, records=1, check=no_secrets),
    Case(39, "no end", extra=endless_lists(30), good=30, code=0, check=three_lists, heals=False),
    Case(39, "the last page again", extra=endless_lists(30, repeat=True)),
    Case(
        40,
        "paths in circles",
        links=lambda _: [f"{folder}/t20261101_5.html" for folder in CIRCLES],
        stats={"filtered/trap": 3, "traps/circle": 2, "traps/depth": 1},
    ),
    Case(
        40,
        "calendar",
        links=lambda _: [
            f"/rl/2099{month:02d}/t2099{month:02d}01_5.html" for month in range(1, 13)
        ],
        stats={"filtered/trap": 12, "traps/future": 12},
        code=0,
    ),
    Case(
        40,
        "one article under ever more queries",
        links=lambda _: [f"{path(1)}?v={number}" for number in range(MAX_VARIANTS + 30)],
        extra={f"{path(1)}?v={number}": good(1) for number in range(MAX_VARIANTS + 30)},
        check=given_up_on_queries,
        delay=0.001,
        code=0,
    ),
    *(
        Case(
            72,
            name,
            kind="sitemap",
            extra={LIST: answer(body, Content_Type="application/xml")},
            good=0,
            stats={f"failed/list-{reason}": 1},
            heals=False,
        )
        for name, body, reason in (
            ("billion laughs", LAUGHS, "list-unreadable"),
            ("external entity", EXTERNAL, "list-unreadable"),
            ("gzip bomb", gzip.compress(bytes(60 * 2**20)), "oversize"),
            ("9 MB", "<urlset>" + " " * 9 * 2**20 + "</urlset>", "oversize"),
        )
    ),
    Case(
        72,
        "sitemaps at private addresses",
        sitemaps,
        kind="sitemap",
        stats={"failed/list-host": 2, "failed/list-robots-unreachable": 1, "blocked/address": 1},
        code=10,
        check=not_asked,
        max_pages=9,
    ),
    Case(42, "spellings", links=lambda _: [path(1) + end for end in SPELT], check=asked_once),
    Case(50, "robots 404 with rules", extra={"/robots.txt": answer(FORBID, 404)}),
    Case(50, "robots 403 with rules", extra={"/robots.txt": answer(FORBID, 403)}),
    *(robots(str(status), answer(ALLOW, status), read=False) for status in (500, 503, 429)),
    robots("hangs", hang, read=False),
    robots("is reset", raw(b"HTTP/1.1 200 OK\r\n", reset=True), read=False),
    robots("comes back", turns(answer("", 503), NOT_FOUND), read=True),
    robots("with BOM and CR", answer("\ufeffUser-agent: *\rDisallow: /x\r"), read=True),
    robots("in HTML", answer("<html><p>Disallow: /</p></html>"), read=True),
    robots("of 600 kB", answer("# a\n" * 150_000 + FORBID), read=True),
    Case(52, "robots after 5 hops", robots_to(5)),
    Case(52, "robots after 6 hops", robots_to(6), good=0, stats=NO_ROBOTS),
    rules("says no", "Disallow: /yw/20", good=0, stats={"filtered/robots-disallowed": 2}, code=0),
    rules("asks too much", "Crawl-delay: 999", good=0, stats={"failed/list-robots-delay": 1}),
    rules("asks for half a second", "Crawl-delay: 0.5", check=half_a_second),
    Case(73, "cookies", plays(with_cookies(60)), records=1),
    Case(73, "more cookies than headers may be", plays(with_cookies(400)), stats=OVERSIZE),
]
