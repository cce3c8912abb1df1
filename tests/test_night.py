"""The facts of a night survive stats.json, and a ledger knows when it does not balance."""

from __future__ import annotations

import json

import pytest

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
    read_night,
)

PORTAL = PortalNight(
    "demo",
    "示例",
    outcome=10,
    ledger=Ledger(listed=6, known=1, published=2, dropped={"body-missing": 2}, failed={"dns": 1}),
    columns={"要闻": Ledger(listed=1, deferred={"pending": 1})},
    measures=Measures(coverage={"author": 0.5}, rules={"source": {"infobar:来源": 2}}),
    alarms=[Alarm("coverage", Level.FAIL, "0.9", "0.5", Cause.LAYOUT, "author")],
    fresh=[Fresh("demo:1", 1, "标题", None, "要闻", "2026-11-01T08:00:00+08:00", None)],
    withdrawn=[Withdrawn("demo:2", "旧闻", "http://a.example/2", "http-410")],
    unverified="its certificate ended",
    samples=[Sample("demo:1", "annotation", "國(guó)", "国")],
)


def test_a_night_read_back_from_its_json_is_the_same() -> None:
    night = Night("20261101T190000Z", "2026-11-02T03:00:00+08:00", portals=[PORTAL])

    assert read_night(night.to_json()) == night


def test_a_night_written_before_there_were_withdrawals_is_read() -> None:
    night = Night("20261101T190000Z", "2026-11-02T03:00:00+08:00", portals=[PORTAL])
    said = json.loads(night.to_json())
    for name in ("withdrawn", "unverified"):
        del said["portals"][0][name]
    [portal] = read_night(json.dumps(said)).portals
    assert (portal.withdrawn, portal.unverified) == ([], None)


def test_another_schema_is_not_guessed_at() -> None:
    text = Night("20261101T190000Z", "2026-11-02T03:00:00+08:00", schema=99).to_json()

    with pytest.raises(ValueError, match="99"):
        read_night(text)


def test_a_ledger_balances_when_every_article_has_a_fate() -> None:
    assert PORTAL.ledger.is_balanced
    assert not Ledger(listed=2, known=1).is_balanced


def test_a_run_with_a_failing_alarm_is_no_measure_of_what_is_usual() -> None:
    assert not PORTAL.is_good
    assert PortalNight("demo", "示例", outcome=0).is_good
