"""A wide night for the report: thirty invented portals, thirty nights, several alarms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from ruralnews.monitoring.history import PastNight, glance
from ruralnews.monitoring.night import (
    Alarm,
    Cause,
    Fresh,
    Ledger,
    Level,
    Measures,
    Night,
    PortalNight,
    Sample,
    Withdrawn,
)
from ruralnews.monitoring.outcome import Exit, night_code

DAY = date(2026, 11, 27)
NIGHTS = 30
HOSTILE = "<script>alert('青禾')</script><img src=x onerror=alert(1)>\u202e的增收账\x1b[31m"
PLACES = "青禾 柳湾 麦田 禾苗 谷雨 芒种 白露 秋实 春耕 雨水".split()
KINDS = "先锋网 村镇干部网 农业信息网".split()
COLUMNS = ("要闻", "乡村振兴", "党建动态")
HEADS = (
    "{place}县：村干部夜学补上“数字课”",
    "{place}镇麦收开镰，农机“诊所”开到田埂上",
    "一场“村晚”背后的自治账本",
    "{place}县推行“院坝会”，小事不出村",
    "从“等着干”到“抢着干”——{place}县激励村干部担当作为",
    "{place}县下达高标准农田建设任务 12.6 万亩",
)


def one_night(text: str, url: str | None = "http://www.hemiao.example/1.html") -> Night:
    """A night in which every text that can come from outside is this one."""
    portal = PortalNight(
        text,
        text,
        Exit.PARTIAL,
        run=1,
        error=text,
        ledger=Ledger(1, dropped={text: 1}),
        columns={text: Ledger(1, failed={text: 1})},
        measures=Measures(restored={text: 1}, removed={text: 1}, newest=text),
        hosts={text: 1.0},
        counters={f"rn/opened/{text}": 1},
        alarms=[Alarm("coverage", Level.FAIL, text, text, Cause.LAYOUT, text)],
        fresh=[Fresh(text, 2, text, url, text, text, text)],
        withdrawn=[Withdrawn(text, text, url or "", text)],
        samples=[Sample(text, text, text, text), Sample(text, text, text, "")],
        unverified=text,
    )
    return Night("20261126T180000Z", f"{DAY}T02:00:00+08:00", allowed=[text], portals=[portal])


def portals() -> list[tuple[str, str]]:
    """(slug, name) of thirty portals."""
    return [
        (f"portal{number:02}", f"{PLACES[number % 10]}{KINDS[number // 10]}")
        for number in range(30)
    ]


def ordinary(number: int, day: date, dice: Random, *, shows: bool = True) -> PortalNight:
    """A portal's night without anything special; its records only if it `shows` them."""
    slug, name = portals()[number]
    usual = (3, 8, 14, 25, 40)[number % 5]
    new = max(0, round(dice.gauss(usual, usual**0.5) * (0.3 if day.weekday() > 4 else 1)))
    known, changed, unchanged = 20 + 4 * usual, dice.randrange(3), dice.randrange(20)
    held = {"body-missing": 1} if dice.random() < 0.1 else {}
    book = Ledger(known + new + changed + unchanged + sum(held.values()), known, new + changed)
    book.unchanged, book.dropped = unchanged, held
    return PortalNight(
        slug,
        name,
        Exit.PARTIAL if held else Exit.OK,
        finish_reason="finished",
        run=number,
        started=f"{day}T02:00:00+08:00",
        finished=f"{day}T02:{10 + number}:00+08:00",
        ledger=book,
        columns={COLUMNS[number % 3]: replace(book)},
        measures=Measures(
            new=new,
            changed=changed,
            asked=new + changed + unchanged + 3,
            lost=sum(held.values()),
            lists=3,
            newest=f"{day - timedelta(days=1)}T17:30:00+08:00",
            removed={"share": 9 * new, "editor": 8 * new} if new else {},
            seconds=60.0 + number,
        ),
        hosts={f"www.{slug}.example": round(0.1 + dice.random() * (1 + number / 10), 3)},
        fresh=fresh(number, new, day, dice) if shows else [],
    )


def fresh(number: int, count: int, day: date, dice: Random) -> list[Fresh]:
    """So many records."""
    slug = portals()[number][0]
    return [
        Fresh(
            f"{slug}:{day:%m%d}{one}",
            1,
            dice.choice(HEADS).format(place=dice.choice(PLACES)),
            f"http://www.{slug}.example/xw/{day:%Y%m}/t{day:%Y%m%d}_{one}.html",
            COLUMNS[one % 3],
            f"{day - timedelta(days=1)}T{18 - one % 10:02}:{dice.randrange(60):02}:00+08:00",
            f"{PLACES[number % 10]}日报" if one % 4 else None,
        )
        for one in range(count)
    ]


def past_nights() -> list[PastNight]:
    """The nights before, the latest last; some portals were not crawled in all of them."""
    nights = []
    for back in range(NIGHTS - 1, 0, -1):
        day, dice = DAY - timedelta(days=back), Random(back)
        found = {}
        for number, (slug, _) in enumerate(portals()):
            one = ordinary(number, day, dice, shows=False)
            if number == 7 and back < 5:  # dark for some nights
                one = replace(one, outcome=Exit.PARTIAL, fresh=[], alarms=[alarm_http()])
                one.measures.new = 0
            if number == 4 and back == 12:
                one.alarms = [Alarm("new", Level.WARN, "40 records", "22", Cause.UNKNOWN)]
            if not (number == 9 and back % 3) and not (number == 12 and back > 20):
                found[slug] = glance(one)
        nights.append(PastNight(f"{day:%Y%m%d}T180000Z", f"{day}", found))
    return nights


def alarm_http() -> Alarm:
    return Alarm("http", Level.FAIL, "pages", "all 43 lost", Cause.NETWORK)


def quiet_night() -> Night:
    """Nothing to do: 28 portals, all of them well."""
    dice = Random(0)
    found = [ordinary(number, DAY, dice) for number in range(28)]
    for one in found:
        one.outcome, one.ledger.dropped, one.measures.lost = int(Exit.OK), {}, 0
        one.ledger.listed = one.ledger.accounted
        one.columns = {name: replace(one.ledger) for name in one.columns}
    night = Night("20261126T180000Z", f"{DAY}T02:00:00+08:00", f"{DAY}T02:47:12+08:00", 0)
    night.portals = found
    return night


def wide_night() -> Night:
    """All thirty portals, and everything that a report can show."""
    night = quiet_night()
    found = night.portals = [ordinary(number, DAY, Random(number)) for number in range(28)]
    rebuilt, garbled, blocked, dark, slow, held = (found[number] for number in (1, 3, 5, 7, 8, 10))
    rebuilt.alarms = [
        Alarm("coverage", Level.FAIL, "at least 98%", "0%", Cause.LAYOUT, "body"),
        Alarm("layout-rules", Level.WARN, "infobar:来源 in 96%", "12%", Cause.LAYOUT, "source"),
        Alarm("new", Level.FAIL, "8 records", "0", Cause.LAYOUT),
    ]
    rebuilt.ledger.dropped = {"body-missing": 8, "article-missing": 2}
    rebuilt.ledger.listed = rebuilt.ledger.accounted
    garbled.alarms = [
        Alarm(
            "charset",
            Level.WARN,
            "0 unreadable of 10,000 characters",
            "3.4",
            Cause.ENCODING,
            "body",
        )
    ]
    blocked.outcome, blocked.measures.blocked = int(Exit.PARTIAL), 30
    blocked.alarms = [
        Alarm("http", Level.FAIL, "at most 5% refused by the portal", "71%", Cause.BLOCK)
    ]
    blocked.ledger.failed = {"http-403": 30}
    blocked.ledger.deferred = {"host-challenge": 12}
    blocked.ledger.listed += 42
    blocked.measures.lost = 42
    dark.outcome, dark.fresh, dark.hosts, dark.alarms = int(Exit.PARTIAL), [], {}, [alarm_http()]
    dark.measures = Measures(asked=43, lost=43, newest="2026-11-22T09:00:00+08:00", backlog=43)
    slow.alarms = [
        Alarm(
            "freshness",
            Level.WARN,
            "1 days between publications",
            "4 working days",
            Cause.SLOW_SEASON,
        )
    ]
    held.ledger.listed += 2  # a bug: two articles without a fate
    held.outcome = int(Exit.BUG)
    found.append(
        PortalNight(
            *portals()[28],
            Exit.CONFIG,
            error="portals/portal28.toml [listing]: unknown key 'artcle'; did you mean 'article'?",
        )
    )
    night.portals = [one for one in found if one.slug != portals()[9][0]]
    show_texts(found[0])
    night.allowed = ["127.0.0.1:8000"]
    night.outcome = int(night_code([*(one.outcome for one in found), Exit.ALARM]))
    return night


def show_texts(portal: PortalNight) -> None:
    """Gives the portal a hostile headline, a revision, withdrawals, samples, exceptions."""
    first = portal.fresh[0] if portal.fresh else fresh(0, 1, DAY, Random(1))[0]
    portal.fresh = [
        replace(first, title=HOSTILE, url="javascript:alert(1)"),
        replace(first, revision=2, title="柳湾镇：账本晒在村口（更正）"),
        *portal.fresh,
    ]
    portal.withdrawn = [
        Withdrawn(
            "portal00:7", "青禾县试点方案公示", "http://www.portal00.example/7.html", "http-410"
        )
    ]
    portal.measures.restored = {"traditional": 244, "annotation": 172, "slip": 2}
    portal.measures.removed = {"share": 120, "promo": 96, "editor": 40, "link-farm": 266}
    portal.samples = [
        Sample(
            "portal00:11",
            "traditional, annotation",
            "廣開(kāi)“引水渠”，鄉(xiāng)街干部隊(duì)伍建設(shè)的“任務(wù)書(shū)”……",
            "广开“引水渠”，乡街干部队伍建设的“任务书”……",
        ),
        Sample("portal00:12", "promo", "扫码关注青禾发布公众号", ""),
        Sample("portal00:12", "editor", "（责编：麦青禾、田小满）", ""),
    ]
    portal.counters = {"rn/opened/127.0.0.1": 24, "rn/masked/mobile": 3, "rn/masked/id-card": 1}
    portal.unverified = "the portal's certificate ended in 2025 and it says it will not renew"
