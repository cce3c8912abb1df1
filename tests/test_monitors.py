"""Each monitor speaks when its portal is not as usual, and is silent otherwise."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from ruralnews.middlewares.refused import Refusal
from ruralnews.monitoring.causes import kind_of
from ruralnews.monitoring.monitors import MONITORS, judge, thresholds
from ruralnews.monitoring.night import Alarm, Cause, Ledger, Level, Measures, PortalNight
from ruralnews.monitoring.season import Season, day_of, season, workdays_between
from ruralnews.spiders.failures import NAMES, OTHER

if TYPE_CHECKING:
    from collections.abc import Callable

TONIGHT = datetime.fromisoformat("2026-11-20T03:00:00+08:00")
"""Reports on Thursday the 19th, a working day."""


def a_night(ago: int = 0, **measures: Any) -> PortalNight:
    """An ordinary night, so many days ago."""
    began = TONIGHT - timedelta(days=ago)
    newest = (began - timedelta(hours=8)).isoformat()
    usual: dict[str, Any] = {
        "new": 20,
        "lists": 4,
        "coverage": {"title": 1.0, "published": 1.0, "body": 1.0, "source": 1.0, "author": 0.8},
        "rules": {"source": {"infobar:来源": 20}, "title": {"profile:title": 20}},
        "newest": newest,
        "gap_days": 1.0,
        "body_median": 800.0,
        "repeated_body": 0.05,
        "removed_share": 0.1,
        "replaced": 0.0,
        "asked": 44,
        "looked_again": 20,
        "seconds": 300.0,
        "peak_mib": 150.0,
        "canary": "same",
    }
    night = PortalNight("hemiao", "禾苗网", 0, run=100 - ago, started=began.isoformat())
    night.measures = Measures(**(usual | measures))
    night.ledger = Ledger(listed=20, published=night.measures.new)
    each = Ledger(listed=10, published=night.measures.new // 2)
    night.columns = {"要闻": each, "乡村振兴": replace(each)}
    return night


def history(**measures: Any) -> list[PortalNight]:
    return [a_night(ago, **measures) for ago in range(1, 41)]


def said(alarms: list[Alarm]) -> list[tuple[str, str, str | None, str]]:
    return [(one.monitor, one.level.value, one.field, one.cause.value) for one in alarms]


def with_(**measures: Any) -> Callable[[PortalNight], None]:
    def change(night: PortalNight) -> None:
        for name, value in measures.items():
            setattr(night.measures, name, value)

    return change


def rebuilt(night: PortalNight) -> None:
    """The selectors of the articles match nothing any more."""
    night.ledger = Ledger(listed=20, published=5, dropped={"body-missing": 15})
    night.measures.new, night.measures.coverage["body"] = 5, 0.25


def banned(night: PortalNight) -> None:
    night.measures.lost = night.measures.blocked = 30
    night.counters = {"rn/failed/http-403": 30}


def dark(night: PortalNight) -> None:
    night.measures.asked = night.measures.lost = 4
    night.measures.lists = night.measures.new = 0
    night.measures.coverage, night.measures.rules = {}, {}
    night.counters = {"rn/failed/list-timeout": 4}


def moved(night: PortalNight) -> None:
    night.measures.missing = 12
    night.counters = {"rn/failed/http-404": 9, "rn/failed/soft-404": 3}


def left_alone(night: PortalNight) -> None:
    """Refused until the host was given up; the rest was not asked for."""
    night.measures.lost, night.measures.blocked = 40, 8
    night.counters = {"rn/failed/http-403": 8, "rn/deferred/host-unreachable": 32}


def one_sided(night: PortalNight) -> None:
    """One list answers and brings nothing new."""
    night.columns["乡村振兴"] = Ledger(listed=10, known=10)


def closed(night: PortalNight) -> None:
    dark(night)
    night.counters = {"rn/failed/list-http-404": 4}


CASES: dict[str, tuple[Callable[[PortalNight], None], list[tuple[str, str, str | None, str]]]] = {
    "less than half": (with_(new=9), [("new", "warn", None, "unknown")]),
    "hardly any": (with_(new=1), [("new", "fail", None, "unknown")]),
    "a column stands still": (one_sided, [("columns", "warn", "乡村振兴", "gone")]),
    "one list is empty": (with_(lists_empty=1), [("lists", "warn", None, "layout")]),
    "all lists are empty": (
        with_(lists_empty=4, lists=0, new=0, coverage={}, rules={}),
        [("new", "fail", None, "layout"), ("lists", "fail", None, "layout")],
    ),
    "author empty in 30 % more": (
        with_(coverage={"author": 0.35}),
        [("coverage", "fail", "author", "layout")],
    ),
    "source missing once": (with_(coverage={"source": 0.95}), []),
    "redesign": (
        rebuilt,
        [("new", "warn", None, "layout"), ("coverage", "fail", "body", "layout")],
    ),
    "newest five working days old": (
        with_(newest="2026-11-12T10:00:00+08:00"),
        [("freshness", "warn", None, "gone")],
    ),
    "newest a month old": (
        with_(newest="2026-10-19T10:00:00+08:00"),
        [("freshness", "fail", None, "gone")],
    ),
    "read by another rule": (
        with_(rules={"source": {"meta:source": 18, "infobar:来源": 2}}),
        [("layout-rules", "warn", "source", "layout")],
    ),
    "not read by the selectors": (
        with_(rules={"source": {"meta:source": 20}, "title": {"page:h1": 20}}),
        [("layout-rules", "fail", "source, title", "layout")],
    ),
    "read by another rule once": (
        with_(rules={"title": {"profile:title": 4, "page:h1": 1}}, new=19),
        [],
    ),
    "bodies cut to a third": (
        with_(body_median=250.0),
        [("layout-length", "fail", "body", "layout")],
    ),
    "half is boilerplate": (
        with_(removed_share=0.5),
        [("layout-removed", "fail", "body", "layout")],
    ),
    "one body everywhere": (
        with_(repeated_body=0.5),
        [("layout-repeated", "fail", "body", "layout")],
    ),
    "unreadable": (with_(replaced=25.0), [("charset", "fail", "body", "encoding")]),
    "declarations lie": (with_(overridden=20), [("charset", "warn", "body", "encoding")]),
    "some pages lost": (with_(lost=4), [("http", "warn", None, "unknown")]),
    "some articles withdrawn": (with_(missing=4), []),
    "many addresses lead nowhere": (moved, [("http", "fail", None, "gone")]),
    "cannot be decoded": (
        with_(illegible=15, new=5),
        [("new", "warn", None, "encoding"), ("charset", "fail", "body", "encoding")],
    ),
    "banned": (banned, [("http", "fail", None, "block")]),
    "banned at the first pages": (left_alone, [("http", "fail", None, "block")]),
    "lists bring nothing": (with_(new=0), [("new", "fail", None, "gone")]),
    "dark": (dark, [("new", "fail", None, "network"), ("http", "fail", None, "network")]),
    "closed": (closed, [("new", "fail", None, "gone"), ("http", "fail", None, "gone")]),
    "first trap": (with_(traps=1), [("traps", "warn", None, "profile")]),
    "one page cut off": (with_(cut=1), [("cut", "warn", None, "unknown")]),
    "many pages cut off": (with_(cut=5), [("cut", "fail", None, "unknown")]),
    "most articles revised": (with_(changed=15), [("repeats", "fail", None, "profile")]),
    "many duplicates": (with_(duplicates=30), [("repeats", "warn", None, "profile")]),
    "slow": (with_(seconds=3000.0), [("finish", "warn", None, "unknown")]),
    "canary gone": (with_(canary="empty"), [("canary", "fail", None, "layout")]),
    "canary edited": (with_(canary="differs"), [("canary", "warn", None, "layout")]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_not_as_usual_is_told_once_with_its_cause(case: str) -> None:
    change, expected = CASES[case]
    night = a_night()
    change(night)

    assert said(judge(night, history())) == expected


@pytest.mark.parametrize(("usual", "told"), [(20, []), (200, ["new"]), (1000, ["new"])])
def test_forty_in_a_hundred_fewer_are_told_where_chance_does_not_explain_it(
    usual: int, told: list[str]
) -> None:
    past = history()
    for one in past:
        one.measures.new = usual
    night = a_night(new=usual * 6 // 10)

    assert [one.monitor for one in judge(night, past)] == told


def test_an_ordinary_night_is_no_alarm() -> None:
    assert judge(a_night(), history()) == []


def test_every_reason_of_a_lost_page_is_filed_under_a_cause() -> None:
    reasons = {one.value for one in Refusal} | {name for _, name in NAMES} | {OTHER, "http-503"}

    assert {reason for reason in reasons if kind_of(reason) is None} == {"oversize"}


def test_every_monitor_is_tried() -> None:
    told = {alarm[0] for _, expected in CASES.values() for alarm in expected}

    assert told == set(MONITORS)
    assert {name.partition("-")[0] for name in MONITORS} <= set(thresholds())


def test_two_silent_nights_are_a_failure_also_where_little_is_usual() -> None:
    past = [a_night(ago, new=3 + ago % 3) for ago in range(1, 41)]
    assert judge(a_night(new=0), past) == []

    past[0].measures.new = 0
    past[0].alarms = [Alarm("http", Level.FAIL, "pages", "all lost", Cause.NETWORK)]
    assert [one[:2] for one in said(judge(a_night(new=0), past))] == [("new", "fail")]


@pytest.mark.parametrize(("usual", "silent"), [(1, 7), (4, 2), (15, 1)])
def test_silence_is_told_the_sooner_the_more_is_usual(usual: int, silent: int) -> None:
    past = [a_night(ago, new=usual + (-1) ** ago) for ago in range(1, 41)]
    told: list[int] = []
    for day in range(1, 15):
        night = a_night(-day, new=0)
        if season(day_of(night.started or "")) is Season.WORK:
            told.append(len([one for one in said(judge(night, past)) if one[0] == "new"]))
        past.insert(0, night)

    assert told.index(1) + 1 == silent


def test_the_first_run_of_a_portal_is_not_what_is_usual() -> None:
    past = history(new=15)[:8]
    past[-1].measures.new = 300

    assert [one[:2] for one in said(judge(a_night(new=0), past))] == [("new", "fail")]


def test_a_column_that_seldom_brings_something_may_be_silent_for_long() -> None:
    past = history()
    for ago, one in enumerate(past):
        one.columns["政策"] = Ledger(listed=5, published=int(ago % 4 == 0 and ago > 5))
    night = a_night()
    night.columns["政策"] = Ledger(listed=5, known=5)
    night.columns["新栏目"] = Ledger()

    assert judge(night, past) == []


def test_what_was_crawled_by_hand_of_the_day_is_not_missing_in_the_night() -> None:
    night = a_night(new=2)
    night.columns = {"要闻": Ledger(published=2), "乡村振兴": Ledger()}
    by_hand = a_night(new=18)
    by_hand.started = "2026-11-19T15:00:00+08:00"

    assert {alarm.monitor for alarm in judge(night, history())} == {"new", "columns"}
    assert judge(night, history(), [by_hand]) == []
    by_hand.started = "2026-11-19T09:00:00+08:00"  # reports on the day before
    assert {alarm.monitor for alarm in judge(night, history(), [by_hand])} == {"new", "columns"}


def test_nights_before_the_day_that_the_profile_names_are_no_measure() -> None:
    night = a_night(coverage={"author": 0.0})

    assert [one[:2] for one in said(judge(night, history()))] == [("coverage", "fail")]
    assert judge(night, history(), since=date(2026, 11, 18)) == []


def test_a_growing_backlog_is_a_failure_after_three_nights() -> None:
    past = [a_night(ago, backlog=max(60, 500 - 100 * ago)) for ago in range(1, 41)]

    assert [one[:2] for one in said(judge(a_night(backlog=500), past))] == [("finish", "fail")]
    assert judge(a_night(backlog=300), past) == []


def test_without_enough_good_nights_only_what_needs_no_comparison_is_judged() -> None:
    night = a_night(new=1, replaced=25.0)

    assert [one[:2] for one in said(judge(night, history()[:3]))] == [("charset", "fail")]
    stopped = history()
    for one in stopped:
        one.outcome = 11
    assert [one[:2] for one in said(judge(night, stopped))] == [("charset", "fail")]


def test_a_quiet_holiday_is_no_alarm() -> None:
    night = a_night(new=1)
    night.started = "2026-10-04T03:00:00+08:00"
    night.measures.newest = "2026-09-30T17:00:00+08:00"

    assert judge(night, history()) == []


def test_a_night_of_chance_is_no_alarm() -> None:
    chance = Random(20261120)

    def ordinary(ago: int) -> PortalNight:
        count = sum(chance.random() < 0.5 for _ in range(24))
        authors = sum(chance.random() < 0.8 for _ in range(count)) / count
        night = a_night(ago, new=count, body_median=chance.gauss(800, 120))
        night.measures.coverage = dict(night.measures.coverage, author=authors)
        night.measures.rules = {"source": {"infobar:来源": count}}
        return night

    nights = [ordinary(ago) for ago in range(200)]
    alarmed = [
        said(found)
        for number, night in enumerate(nights[:140])
        if (found := judge(deepcopy(night), nights[number + 1 :]))
    ]
    # 140 nights with 15 monitors each: 2 %.
    assert len(alarmed) <= 3, alarmed


def test_an_alarm_names_expected_and_seen() -> None:
    (alarm,) = judge(a_night(new=9), history())

    assert alarm == Alarm("new", Level.WARN, "20 records", "9", Cause.UNKNOWN)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-19", Season.WORK),
        ("2026-11-21", Season.REST),
        ("2026-02-14", Season.WORK),  # a Saturday worked for 春节
        ("2026-02-18", Season.FESTIVAL),
        ("2026-10-03", Season.FESTIVAL),
    ],
)
def test_a_day_has_its_season(day: str, expected: Season) -> None:
    assert season(date.fromisoformat(day)) is expected


def test_a_night_before_noon_reports_on_the_day_before() -> None:
    assert day_of("2026-11-20T03:00:00+08:00") == date(2026, 11, 19)
    assert day_of("2026-11-20T22:00:00+08:00") == date(2026, 11, 20)


def test_days_off_do_not_age_news() -> None:
    assert workdays_between(date(2026, 9, 30), date(2026, 10, 8)) == 1
