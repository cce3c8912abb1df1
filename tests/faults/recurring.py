"""Faults 41, 45, 46, 48, 53 and 59: what a portal or the program does from night to night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import hostile
from bugs import AFTER, FAILING, SPOILING
from case import LIST, TEXT, Case, Night, Outcome, Servers, good, html, listed, path, plays, title
from portal import answer, redirect

from ruralnews.state.rules import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal import Play, Visit

NOW = datetime.now(UTC) + timedelta(hours=8)
"""China time."""
REMARK = "村里的麦子熟了。合作社说，雨在傍晚停了。"
SECOND = LIST.replace("index", "index_1")
SOFT_404 = "<html><title>页面不存在</title><body><p>您访问的页面不存在或已删除。</p></body></html>"
FORBID = "User-agent: *\nDisallow: /yw/20\n"


def with_sidebar(number: int) -> Play:
    """A good article beside teasers of others."""
    teasers = "".join(f"<p><a href='/x/{n}.html'>合作社招工{n}，速来报名</a></p>" for n in range(9))
    page = html(number).replace("<h1>", f"<div class='side'>{teasers}</div><h1>")
    return answer(page)


def young(number: int, text: str = "", counter: int = 0) -> Play:
    """A good article published today, so that it is looked at in every run."""
    page = html(number).replace("2026-11-01 08:30:00", f"{NOW:%Y-%m-%d} 00:00:01")
    page = page.replace("</p></div>", f"</p>{text and f'<p>{text}</p>'}</div>", 1)
    aside = f"<div class='ad'>广告第{counter}期</div><div>浏览次数：{counter}</div>"
    return answer(page.replace("</body>", f"{aside}</body>"))


def becomes(*made: Play) -> tuple[Callable[[Servers], None], ...]:
    """What article 2 is in each further night."""

    def change(play: Play) -> Callable[[Servers], None]:
        return lambda at: at.site.pages.update({path(2): play})

    return tuple(change(play) for play in made)


def forbidding(at: Servers) -> None:
    at.site.pages["/robots.txt"] = answer(FORBID)
    at.site.pages |= {LIST: listed([(path(n), title(n)) for n in (1, 2, 3, 99)]), path(3): good(3)}


def session_ids(at: Servers) -> list[Play]:
    """A list whose links carry another session at each visit."""

    async def play(visit: Visit) -> None:
        mark = f"{visit.at:.9f}".replace(".", "").zfill(32)[-32:]
        links = [
            (f"{path(1)};jsessionid={mark}", title(1)),
            (f"{path(2)}?PHPSESSID={mark}", title(2)),
            (path(99), title(99)),
        ]
        for number, (url, _) in zip((1, 2, 99), links, strict=True):
            at.site.pages[url] = good(number)
        await listed(links)(visit)

    at.site.pages[LIST] = play
    return []


def revisions(night: Night) -> list[int]:
    """Of article 2, as published so far."""
    return [r["revision"] for r in night.records if r["url"].endswith(path(2))]


def lines(*counts: int) -> Callable[[list[Night]], None]:
    """A check: how many lines article 2 has after each night."""

    def check(nights: list[Night]) -> None:
        assert [len(revisions(night)) for night in nights] == list(counts)
        assert revisions(nights[-1]) == list(range(1, counts[-1] + 1))
        assert [night.code for night in nights] == [0] * len(nights)
        assert all(night.asked[path(2)] == 1 for night in nights)

    return check


def tombstone(reason: str) -> Callable[[list[Night]], None]:
    """A check: found missing twice, article 2 gets one tombstone."""

    def check(nights: list[Night]) -> None:
        assert [len(night.gone) for night in nights] == [0, 0, 1]
        [one] = nights[-1].gone
        assert (one["reason"], one["revision"]) == (reason, 1)
        assert nights[-1].pages[State.GONE] == 1  # and so never asked for again
        assert [len(night.records) for night in nights] == [3] * 3
        assert [night.code for night in nights] == [0] * 3

    return check


def once_each(nights: list[Night]) -> None:
    assert [len(night.records) for night in nights] == [3, 3]
    assert not [p for p in nights[1].asked if p not in (LIST, "/robots.txt")]


def kept_and_not_asked(nights: list[Night]) -> None:
    assert [len(night.records) for night in nights] == [3, 3, 4]
    asked = nights[1].asked
    assert set(asked) == {"/robots.txt", LIST}
    assert nights[1].stats["rn/filtered/robots-disallowed"] == 2
    assert nights[2].asked[path(3)] == 1


def allowed_again(at: Servers) -> None:
    del at.site.pages["/robots.txt"]


def later(fault: int, name: str, first: Play, *changes: Play, **more: Any) -> Case:
    return Case(fault, name, plays(first), records=1, later=becomes(*changes), **more)


def missing(name: str, play: Play, reason: str, **extra: Any) -> Case:
    return later(46, name, young(2), play, play, check_nights=tombstone(reason), **extra)


def paged(*numbers: int, page: int = 0) -> Play:
    """One of two list pages."""
    body = hostile.listing([(path(n), title(n)) for n in numbers]).body
    script = f"<script>createPageHTML(2, {page}, 'index', 'html');</script>"
    return answer(body.replace("</body>", f"{script}</body>"))


def moving(
    first: tuple[range, range], second: tuple[range, range]
) -> tuple[Callable[[Servers], list[Play]], Callable[[Servers], None]]:
    """The portal in two nights: what its two list pages name when they are read."""

    def night(lists: tuple[range, range]) -> Callable[[Servers], list[Play]]:
        def change(at: Servers) -> list[Play]:
            at.site.pages |= {path(n): good(n) for numbers in lists for n in numbers}
            at.site.pages[LIST] = paged(*lists[0])
            at.site.pages[SECOND] = paged(*lists[1], page=1)
            return []

        return change

    def later(at: Servers) -> None:
        night(second)(at)

    return night(first), later


def all_once(*counts: int) -> Callable[[list[Night]], None]:
    """A check: so many articles after each night."""

    def check(nights: list[Night]) -> None:
        assert [len({r["id"] for r in night.records}) for night in nights] == list(counts)
        assert [len(night.records) for night in nights] == list(counts)

    return check


def shifting(
    name: str, first: tuple[range, range], second: tuple[range, range], *counts: int
) -> Case:
    begin, change = moving(first, second)
    return Case(
        44,
        name,
        begin,
        good=counts[0],
        code=0,
        later=(change,),
        check_nights=all_once(*counts),
    )


def general_rules(outcome: Outcome) -> None:
    [record] = [r for r in outcome.records if r["url"].endswith(path(2))]
    assert record["provenance"]["body"] != "profile:body"
    assert set(record["body"].split("\n")) == {TEXT.format(2) * 2}


CASES = [
    shifting(
        "five come on top while it is read",
        (range(101, 111), range(106, 116)),
        (range(96, 106), range(106, 116)),
        *(15, 20),
    ),
    shifting(
        "five go from the top while it is read",
        (range(101, 111), range(116, 126)),
        (range(106, 116), range(116, 126)),
        *(20, 25),
    ),
    Case(
        48,
        "redesign: the selectors find nothing",
        plays(good(2)),
        rules={"body": [".gone"], "title": [".gone"], "published": [".gone"]},
        records=1,
        check=general_rules,
    ),
    Case(
        48,
        "redesign: the selectors find the sidebar",
        plays(with_sidebar(2)),
        rules={"body": [".side"]},
        records=1,
        check=general_rules,
    ),
    Case(
        48,
        "redesign: the list names nothing that looks like an article",
        extra={LIST: answer(hostile.listing([("/x/a.html", title(1))]).body)},
        good=0,
        stats={"failed/list-empty": 1},
    ),
    Case(66, "a portal of the same host fails at its start", twin=True),
    Case(
        41,
        "session ids",
        session_ids,
        good=3,
        code=0,
        later=(lambda _: None,),
        check_nights=once_each,
        heals=False,
    ),
    later(45, "edited", young(2), young(2, REMARK), young(2, REMARK), check_nights=lines(1, 2, 2)),
    later(
        45,
        "only the counter and the advertisement",
        young(2, counter=1),
        young(2, counter=2),
        check_nights=lines(1, 1),
    ),
    missing("404", answer("none", 404), "http-404"),
    missing("410", answer("none", 410), "http-410"),
    missing("302 to the home page", redirect("/"), "soft-404", extra={"/": listed([])}),
    missing("soft 404 with 200", answer(SOFT_404), "soft-404"),
    Case(
        46,
        "soft 404 from the start",
        plays(answer(SOFT_404)),
        stats={"held/article-missing": 1},
    ),
    Case(
        53,
        "robots forbids from the second night on",
        plays(young(2)),
        records=1,
        later=(forbidding, allowed_again),
        check_nights=kept_and_not_asked,
    ),
    *(
        Case(
            59,
            f"bug {place}",
            plays(good(2)),
            records=int(place == AFTER),
            late=int(place == AFTER),
            bug=place,
            stats={"failed/bug": 1},
            code=1,
        )
        for place in FAILING
    ),
    Case(
        59,
        f"bug {SPOILING}",
        plays(good(2)),
        bug=SPOILING,
        stats={"dropped/record-invalid": 1},
    ),
]
