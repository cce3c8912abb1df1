"""`scrapy check-night`: silence when the nights go on, a line for everything that is late."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from receiver import receiving
from running import call
from sqlalchemy import insert

from ruralnews import settings
from ruralnews.monitoring.night import Alarm, Cause, Level, Measures, PortalNight
from ruralnews.monitoring.outcome import Exit
from ruralnews.state.schema import run
from ruralnews.state.store import Store, open_store, store_url
from ruralnews.state.tally import begin_night, end_night

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

check_night = import_module("ruralnews.commands.check-night")

HOUR = 3600
NOW = 1_790_000_000
AGE = 36 * HOUR
GOOD = PortalNight("hemiao", "禾苗网", outcome=Exit.OK)
LOST = Alarm("http", Level.FAIL, "pages", "all lost", Cause.NETWORK)


def crawled(connection: Connection, portal: PortalNight, ago: int) -> None:
    """A run of the portal in a night that ended so many hours ago."""
    ended = NOW - ago * HOUR
    when = datetime.fromtimestamp(ended, UTC).isoformat()
    facts = json.dumps(asdict(replace(portal, finished=when)))
    row = {"portal": portal.slug, "started": ended - HOUR, "finished": ended}
    connection.execute(insert(run).values(**row, outcome="finished", night="n", facts=facts))


def told(*nights: tuple[int, int], portals: tuple[tuple[PortalNight, int], ...] = ()) -> list[str]:
    """What is late after nights (hours ago, code) and runs of portals (hours ago)."""
    store = open_store("sqlite://")
    with store.transaction() as connection:
        for ago, code in nights:
            begin_night(connection, str(ago), NOW - ago * HOUR - HOUR)
            end_night(connection, str(ago), NOW - ago * HOUR, code)
        for portal, ago in portals:
            crawled(connection, portal, ago)
    return list(check_night.problems(store, ["hemiao", "maitian", "demo"], NOW, AGE))


@pytest.mark.parametrize("code", [Exit.OK, Exit.PARTIAL, Exit.STOPPED, Exit.ALARM])
def test_a_late_night_that_did_its_work_is_enough(code: Exit) -> None:
    assert told((60, Exit.BUG), (30, code), (2, Exit.DISK)) == []


@pytest.mark.parametrize("code", [Exit.BUG, Exit.CONFIG, Exit.DISK, Exit.STATE, Exit.FORCED])
def test_a_night_that_ended_badly_is_none(code: Exit) -> None:
    assert told((50, Exit.OK), (2, code)) == [
        "no night ended well within 36 h: the last was 50 h ago"
    ]


def test_where_no_night_ever_ended_that_is_told() -> None:
    assert told() == ["no night ended well within 36 h: none is known"]


def test_a_portal_is_dark_when_it_had_no_good_run_for_long() -> None:
    lost = replace(GOOD, outcome=Exit.PARTIAL, alarms=[LOST])
    seen = told((2, Exit.ALARM), portals=((GOOD, 109), (lost, 26), (lost, 2)))
    assert seen == ["hemiao: no good run within 108 h: the last was 109 h ago"]


SUNDAY, MONDAY = "2026-09-14T02:00:00+08:00", "2026-09-15T02:00:00+08:00"
"""Nights that report on these days."""
QUIET = replace(GOOD, started=SUNDAY)


@pytest.mark.parametrize(
    ("runs", "dark"),
    [
        ([replace(QUIET, started=MONDAY, alarms=[LOST]), QUIET], True),
        ([replace(QUIET, started=MONDAY), QUIET], False),
        ([replace(QUIET, measures=Measures(new=1))], False),
        ([QUIET], False),  # after a week of holidays there is nothing else to tell by
        ([replace(QUIET, alarms=[LOST])], True),
        ([], True),
    ],
)
def test_silence_on_a_day_off_is_no_sign_of_life(runs: list[PortalNight], dark: bool) -> None:
    assert check_night.is_dark(runs) is dark


def test_a_portal_that_was_never_well_is_dark() -> None:
    broken = replace(GOOD, outcome=Exit.BUG)
    assert told((2, Exit.OK), portals=((broken, 2),)) == [
        "hemiao: no good run within 108 h: none is known"
    ]


@pytest.mark.parametrize(
    "portal",
    [
        replace(GOOD, outcome=Exit.PARTIAL),  # some pages failed, as on most nights
        replace(GOOD, slug="closed", outcome=Exit.BUG),  # its profile is not there any more
        replace(GOOD, slug="demo", outcome=Exit.BUG),
    ],
)
def test_what_is_no_dark_portal(portal: PortalNight) -> None:
    assert told((2, Exit.OK), portals=((portal, 30),)) == []


def test_the_exit_code_says_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "OUTPUT_DIR", str(tmp_path))
    assert call(check_night.Command()) == Exit.USAGE  # nothing was ever crawled
    store: Store = open_store(store_url(tmp_path))
    store.close()
    assert call(check_night.Command()) == Exit.BUG
    assert "no night ended well within 36 h" in capsys.readouterr().err
    store = open_store(store_url(tmp_path))
    with store.transaction() as connection:
        begin_night(connection, "n", 1)
        end_night(connection, "n", 2**40, Exit.OK)
    store.close()
    assert call(check_night.Command()) == Exit.OK
    assert call(check_night.Command(), "--max-age", "2w") == Exit.USAGE


def test_what_is_late_is_told_to_those_whom_alerts_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "OUTPUT_DIR", str(tmp_path))
    assert call(check_night.Command(), "--alert") == Exit.USAGE
    path = tmp_path / "alerts.toml"
    monkeypatch.setattr(settings, "ALERTS", str(path))
    with receiving("wecom") as receiver:
        path.write_text(f"[duty]\nkind = 'wecom'\nurl = '{receiver.url}'", encoding="utf-8")
        path.chmod(0o600)
        assert call(check_night.Command(), "--alert") == Exit.USAGE
        assert "nothing was crawled yet" in str(receiver.received.pop())
        open_store(store_url(tmp_path)).close()
        assert call(check_night.Command(), "--alert") == Exit.BUG
        assert "no night ended well within 36 h" in str(receiver.received.pop())
        assert call(check_night.Command()) == Exit.BUG
        assert receiver.received == []
        assert receiver.problems == []
    path.unlink()
    capsys.readouterr()
    # The look itself goes on when nobody can be told.
    assert call(check_night.Command(), "--alert") == Exit.BUG
    said = capsys.readouterr().err
    assert "no alert can be sent" in said
    assert "no night ended well within 36 h" in said
