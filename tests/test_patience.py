"""How long a host is left alone: the rules as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ruralnews.middlewares.patience import (
    CHALLENGES,
    FAILURES,
    LONGEST_WAIT,
    SLOWEST,
    Patience,
    family_of,
    inside_window,
    is_failure,
    read_retry_after,
)
from ruralnews.middlewares.refused import Refusal

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        (" 120 ", 120.0),
        ("0", 0.0),
        ("1000000000", 1e9),
        ("9" * 400, 9_999_999_999.0),
        ("Sun, 22 Nov 2026 14:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 14:00:30 -0000", 30.0),
        ("Sun, 22 Nov 2026 22:00:30 +0800", 30.0),
        ("Sat, 21 Nov 2026 14:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", (datetime.max.replace(tzinfo=UTC) - NOW).days * 86400.0),
        ("-3", None),
        ("3.5", None),
        ("soon", None),
        ("Sun, 99 Nov 2026 14:00:30 GMT", None),
        ("Sat, 01 Jan 99999 00:00:00 GMT", None),
        ("", None),
        ("\u0663", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    found = read_retry_after(value, NOW)
    assert found == pytest.approx(seconds, abs=86400 if (seconds or 0) > 1e10 else 0)


@pytest.mark.parametrize(
    ("host", "family"),
    [
        ("www.hemiao.example", "hemiao.example"),
        ("hemiao.example", "hemiao.example"),
        ("xhemiao.example", "xhemiao.example"),
        ("a.news.hemiao.example", "news.hemiao.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("10.127.0.0.1", "10.127.0.0.1"),
    ],
)
def test_a_family_is_what_one_entry_of_the_portal_covers(host: str, family: str) -> None:
    entries = ("hemiao.example", "news.hemiao.example", "127.0.0.1:8000")
    assert family_of(host, entries) == family


@pytest.mark.parametrize(
    ("window", "clock", "inside"),
    [
        ("", "12:00", True),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("22:00-06:00", "12:00", False),
        ("01:00-05:30", "05:29", True),
        ("01:00-05:30", "00:59", False),
        (" 01:00 - 05:30 ", "02:00", True),
    ],
)
def test_the_night_window_is_china_time(window: str, clock: str, inside: bool) -> None:
    hours, minutes = map(int, clock.split(":"))
    china = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=hours - 8, minutes=minutes)
    assert inside_window(window, china) is inside


@pytest.mark.parametrize("window", ["22", "22:00", "22:00-25:00", "night", "1:00-2:00-3:00"])
def test_another_spelling_of_a_window_is_an_error(window: str) -> None:
    with pytest.raises(ValueError, match="NIGHT_WINDOW"):
        inside_window(window, NOW)


@pytest.mark.parametrize(
    ("status", "failure"),
    [(200, False), (304, False), (404, False), (410, False), (302, False)]
    + [(code, True) for code in (401, 403, 408, 429, 500, 502, 503, 521, 567)],
)
def test_answers_that_speak_of_the_host(status: int, failure: bool) -> None:
    assert is_failure(status) is failure


def fail(patience: Patience, times: int, status: int = 502) -> list[float]:
    """The pauses of failures that each come when the last pause is over."""
    pauses, now = [], patience.until
    for _ in range(times):
        patience.failed(now, status)
        pauses.append(patience.until - now)
        now = patience.until
    return pauses


def test_pauses_grow_and_the_host_is_given_up() -> None:
    patience = Patience()
    assert fail(patience, FAILURES - 1) == [5, 10, 20, 40, 80, 120, 120]
    assert patience.closed is None
    fail(patience, 1)
    assert patience.closed is Refusal.HOST_UNREACHABLE


def test_a_good_answer_begins_anew() -> None:
    patience = Patience()
    fail(patience, FAILURES - 1)
    patience.answered()
    assert fail(patience, 1) == [5]
    assert patience.closed is None


def test_failures_of_requests_sent_before_the_pause_count_once() -> None:
    patience = Patience()
    for _ in range(FAILURES):
        patience.failed(100.0, 503)
    assert (patience.failures, patience.until, patience.closed) == (1, 105.0, None)


def test_retry_after_is_kept_up_to_ten_minutes() -> None:
    patience = Patience()
    patience.failed(100.0, 429, 300.0)
    assert patience.until == 400.0
    patience.failed(150.0, 429, 400.0)
    assert (patience.until, patience.closed) == (550.0, None)
    patience.failed(600.0, 429, LONGEST_WAIT + 1)
    assert patience.closed is Refusal.HOST_WAIT


def test_a_retry_after_of_the_past_or_without_sense_is_the_usual_pause() -> None:
    patience = Patience()
    patience.failed(100.0, 503, 0.0)
    assert patience.until == 105.0


def test_too_many_requests_slow_the_host_down_and_good_answers_speed_it_up() -> None:
    patience = Patience()
    fail(patience, 2, status=429)
    assert patience.slowness == 4.0
    fail(patience, 1, status=500)
    assert patience.slowness == 4.0
    for _ in range(9):
        fail(patience, 1, status=503)
    assert patience.slowness == SLOWEST
    for _ in range(20):
        patience.answered()
    assert patience.slowness == 1.0


def test_challenges_pause_the_host_and_three_in_a_row_close_it() -> None:
    patience = Patience()
    patience.challenged(0.0)
    patience.answered()
    for number in range(CHALLENGES):
        assert patience.closed is None
        patience.challenged(number * 100.0)
    assert patience.until == 260.0
    assert patience.closed is Refusal.HOST_CHALLENGE
