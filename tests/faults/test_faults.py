"""Every fault of the list against a real crawl, and what must hold after each."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import content
import hostility
import network
import pytest
import recurring
import tls
from batch import Batch, crawled
from case import TEXT, title

from ruralnews.monitoring.stats import Key
from ruralnews.reasons import Reason
from ruralnews.state.rules import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from case import Case

CASES = [*network.CASES, *tls.CASES, *content.CASES, *hostility.CASES, *recurring.CASES]
ONLY = re.compile(os.environ.get("FAULT_ONLY", ""))
"""FAULT_ONLY='^4[56]' pytest tests/faults    plays the cases with such ids only."""
FIRST = {case.fault: case for case in reversed(CASES) if not case.slow}
"""The first case of each fault, played by every `make test`; `make faulttest` plays all."""
QUICK = [case for case in CASES if FIRST.get(case.fault) is case and ONLY.search(case.id)]
SLOW = [case for case in CASES if FIRST.get(case.fault) is not case and ONLY.search(case.id)]
FATES = (Key.HELD, Key.DROPPED, Key.FAILED, Key.DEFERRED, Key.FILTERED, Key.SKIPPED)
LEFT_OUT = (Key.LINKS_OUTSIDE, Key.LINKS_BAD, Key.LINKS_OLD)
TABLE = Path(__file__).with_name("faults.tsv")
HERE = "cases"
"""Stands for the modules beside this one."""
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    with crawled(QUICK, tmp_path_factory.mktemp("faults")) as done:
        yield done


@pytest.fixture(scope="module")
def slow_batch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    with crawled(SLOW, tmp_path_factory.mktemp("slow")) as done:
        yield done


def test_every_fault_of_the_list_is_proved_somewhere() -> None:
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if line[0] != "#"]
    assert [int(number) for number, *_ in rows] == list(range(1, 76))
    here = {int(number) for number, _, proof, *_ in rows if HERE in proof.split()}
    assert here == {case.fault for case in CASES}
    for _, _, proof, *_ in rows:
        for place in proof.split():
            assert place == HERE or (ROOT / place).is_file(), place


def fates(stats: dict[str, Any]) -> Counter[str]:
    """How many articles met each fate other than a record."""
    return Counter(
        {
            key: value
            for key, value in stats.items()
            for family in FATES
            if key.startswith(f"{family}/") and not key.startswith(f"{family}/list-")
        }
    )


def check_fault(case: Case, batch: Batch) -> None:
    outcome = batch.outcomes[case.id]
    stats = outcome.stats
    told = {key: value for key, value in stats.items() if key.startswith("rn/")}
    assert len(outcome.records) == case.good + case.records, told
    for key, value in case.stats.items():
        assert stats.get(f"rn/{key}") == value, (key, told)
    assert outcome.night.code == case.expected_code(len(batch.numbers[case.id]) - 2), told
    case.check(outcome)
    assert stats["finish_reason"] == "finished"


def check_books(case: Case, batch: Batch) -> None:
    """I1 to I4: one fate a link, the same in the counters, the store, the files and the log."""
    outcome = batch.outcomes[case.id]
    night, stats, lost = outcome.night, outcome.stats, fates(outcome.stats)
    assert stats.get(Key.LINKS_NEW, 0) == len(night.records) + lost.total() - case.late, lost
    left_out = sum(stats.get(key, 0) for key in LEFT_OUT)
    # A second list page may name the same articles again.
    assert stats.get(Key.LINKS, 0) >= stats.get(Key.LINKS_NEW, 0) + left_out
    assert night.pages.total() == stats.get(Key.LINKS_NEW, 0)
    assert night.pages[State.PENDING] == 0
    repeated = lost[Key.DROPPED.of(Reason.DUPLICATE)]
    assert night.pages[State.DONE] + case.late == len(night.records) + repeated
    assert len(night.records) == stats.get(Key.RECORDS, 0)
    assert len({(r["id"], r["content_sha"]) for r in night.records}) == len(night.records)
    assert night.problems == []
    for key, count in lost.items():
        if not key.startswith((Key.FILTERED, Key.SKIPPED)) and not key.endswith("/duplicate"):
            label = key.removeprefix("rn/").replace("dropped/", "Dropped: ")
            lines = [line for line in outcome.warnings if f"{label}: " in line]
            assert len(lines) == count, (key, outcome.warnings)


def check_neighbours(case: Case, batch: Batch) -> None:
    """I5: nothing of a fault is in another record."""
    for record in batch.outcomes[case.id].records:
        if number_of(record) in (1, 99):
            check_good(record)


def check_next_night(case: Case, batch: Batch) -> None:
    """I7: one more run without the fault gives every article, and what was read stays."""
    before = batch.outcomes[case.id].records
    night = batch.healed.get(case.id) or batch.outcomes[case.id].night
    assert night.problems == []
    latest = {number_of(record): record for record in night.records}
    assert len({(r["id"], r["content_sha"]) for r in night.records}) == len(night.records)
    assert set(latest) == set(batch.numbers[case.id])
    assert night.records[: len(before)] == before
    for record in night.records[len(before) :]:
        check_good(record)


def number_of(record: dict[str, Any]) -> int:
    return int(record["url"].rpartition("_")[2].partition(".")[0])


def check_good(record: dict[str, Any]) -> None:
    number = number_of(record)
    assert record["title"] == title(number)
    assert set(record["body"].split("\n")) == {TEXT.format(number) * 2}
    assert record["warnings"] == []


def check_nights(case: Case, batch: Batch) -> None:
    nights = batch.nights[case.id]
    assert len(nights) == 1 + len(case.later)
    for night in nights:
        assert night.problems == []
        assert len({(r["id"], r["revision"]) for r in night.records}) == len(night.records)
    case.check_nights(nights)


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.id)
def test_fault(case: Case, batch: Batch) -> None:
    check_fault(case, batch)


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.id)
def test_the_books_balance(case: Case, batch: Batch) -> None:
    check_books(case, batch)


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.id)
def test_the_articles_around_a_fault_are_what_they_were(case: Case, batch: Batch) -> None:
    check_neighbours(case, batch)


@pytest.mark.parametrize("case", [c for c in QUICK if c.later], ids=lambda case: case.id)
def test_night_after_night(case: Case, batch: Batch) -> None:
    check_nights(case, batch)


@pytest.mark.parametrize(
    "case", [c for c in QUICK if c.heals and not c.later], ids=lambda case: case.id
)
def test_the_next_night_has_all(case: Case, batch: Batch) -> None:
    check_next_night(case, batch)


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW, ids=lambda case: case.id)
def test_slow_fault(case: Case, slow_batch: Batch) -> None:
    check_fault(case, slow_batch)
    check_books(case, slow_batch)
    check_neighbours(case, slow_batch)
    if case.later:
        check_nights(case, slow_batch)
    elif case.heals:
        check_next_night(case, slow_batch)


@pytest.fixture(
    scope="module", params=["batch", pytest.param("slow_batch", marks=pytest.mark.slow)]
)
def either_batch(request: pytest.FixtureRequest) -> Batch:
    found: Batch = request.getfixturevalue(request.param)
    return found


def test_nothing_was_connected_to_or_looked_up_that_no_portal_names(either_batch: Batch) -> None:
    batch = either_batch
    at = [outcome.servers for outcome in batch.outcomes.values()]
    servers = {f"127.0.0.1:{portal.port}" for three in at for portal in three[:2]}
    connected = batch.done.connected
    public = {address for address in connected if address.startswith("8.8.8.8:")}
    assert connected - public - {"127.0.0.1:1"} <= servers
    nowhere = {f"nowhere.{three.site.name}" for three in at}
    assert batch.done.looked_up <= batch.names | nowhere


def test_the_log_holds_no_control_character(either_batch: Batch) -> None:
    assert not {c for c in either_batch.done.log if ord(c) < 32 and c != "\n"}


def test_memory_and_event_loop_stay_within_bounds(either_batch: Batch) -> None:
    """I6, for all crawls of a process at once, and for the processes that read for them."""
    done = either_batch.done
    assert done.megabytes < 512
    assert done.readers_megabytes < 512
    assert done.stall < 2
