"""The facts of a night survive stats.json, and a ledger knows when it does not balance."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from made_nights import one_night

from ruralnews.monitoring.night import Ledger, Night, PortalNight, read_night


def test_a_night_read_back_from_its_json_is_the_same() -> None:
    night = one_night("麦收")

    assert read_night(night.to_json()) == night


def test_a_night_written_before_there_were_withdrawals_is_read() -> None:
    said = json.loads(one_night("麦收").to_json())
    for name in ("withdrawn", "unverified"):
        del said["portals"][0][name]
    [portal] = read_night(json.dumps(said)).portals
    assert (portal.withdrawn, portal.unverified) == ([], None)


def test_another_schema_is_not_guessed_at() -> None:
    text = Night("20261101T190000Z", "2026-11-02T03:00:00+08:00", schema=99).to_json()

    with pytest.raises(ValueError, match="99"):
        read_night(text)


def test_a_ledger_balances_when_every_article_has_a_fate() -> None:
    fates = {"dropped": {"body-missing": 2}, "failed": {"dns": 1}, "deferred": {"pending": 1}}
    assert Ledger(listed=8, known=1, published=2, unchanged=1, **fates).is_balanced
    assert not Ledger(listed=2, known=1).is_balanced


def test_a_run_with_a_failing_alarm_is_no_measure_of_what_is_usual() -> None:
    [portal] = one_night("麦收").portals
    assert not portal.is_good
    assert replace(portal, alarms=[]).is_good
    assert PortalNight("demo", "示例", outcome=0).is_good
