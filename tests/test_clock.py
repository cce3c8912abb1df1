"""The clock is the machine's, or goes on from where the environment sets it."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from ruralnews import clock
from ruralnews.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGUN = "2026-10-01T02:00:00+08:00"


@pytest.fixture(autouse=True)
def _as_a_new_process() -> Iterator[None]:
    clock._ahead.cache_clear()
    yield
    clock._ahead.cache_clear()


def test_it_is_the_clock_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.VARIABLE, raising=False)
    assert abs(clock.now() - time.time()) < 5


def test_it_goes_on_from_where_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, BEGUN)
    begun = datetime.fromisoformat(BEGUN).timestamp()
    first, second = clock.now(), clock.now()
    assert begun <= first <= second < begun + 5
    assert clock.utc_now().isoformat().startswith("2026-09-30T18:00:0")


@pytest.mark.parametrize("said", ["tomorrow", "2026-10-01T02:00:00"])
def test_what_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(clock.VARIABLE, said)
    with pytest.raises(UsageError, match="write it like 2026-10-01T02:00:00"):
        clock.now()
