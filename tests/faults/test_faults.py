"""Every fault of the list against a real crawl, and what must hold after each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import content
import hostility
import network
import pytest
import tls
from batch import Batch, crawled
from case import TEXT, title

from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from case import Case

CASES = [*network.CASES, *tls.CASES, *content.CASES, *hostility.CASES]
QUICK = [case for case in CASES if not case.slow]
SLOW = [case for case in CASES if case.slow]
FATES = (Key.HELD, Key.DROPPED, Key.FAILED, Key.DEFERRED, Key.FILTERED, Key.SKIPPED)
TABLE = Path(__file__).with_name("faults.tsv")
PLACES = ("cases", "later", "none")
"""`cases`: the modules beside this one; `later`: needs what a run remembers, or its reports;
`none`: the program does no such thing."""
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
    here = {int(number) for number, _, proof in rows if "cases" in proof.split()}
    assert here == {case.fault for case in CASES}
    for _, _, proof in rows:
        for place in proof.split():
            assert place in PLACES or (ROOT / place).is_file(), place


def fates(stats: dict[str, Any]) -> Counter[str]:
    """How many article links met each fate."""
    return Counter(
        {
            key: value
            for key, value in stats.items()
            for family in FATES
            if key.startswith(f"{family}/") and not key.startswith(f"{family}/list-")
        }
    )


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.id)
def test_fault(case: Case, batch: Batch) -> None:
    outcome = batch.outcomes[case.id]
    stats = outcome.stats
    told = {key: value for key, value in stats.items() if key.startswith("rn/")}
    assert len(outcome.records) == case.good + case.records, told
    for key, value in case.stats.items():
        assert stats.get(f"rn/{key}") == value, (key, told)
    assert outcome.code == case.expected_code(batch.plays[case.id]), told
    case.check(outcome)
    assert stats["finish_reason"] == "finished"


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.id)
def test_every_link_has_one_fate(case: Case, batch: Batch) -> None:
    """I1 to I4, as far as one run without a memory shows them."""
    outcome = batch.outcomes[case.id]
    stats = outcome.stats
    lost = fates(stats)
    assert stats.get(Key.LINKS_NEW, 0) == len(outcome.records) + lost.total(), lost
    assert len({record["id"] for record in outcome.records}) == len(outcome.records)
    assert stats.get(Key.RECORDS, 0) == stats.get("item_scraped_count", 0) == len(outcome.records)
    for key, count in lost.items():
        if not key.startswith((Key.FILTERED, Key.SKIPPED)):
            lines = [line for line in outcome.warnings if f"{key.removeprefix('rn/')}: " in line]
            assert len(lines) == count, (key, outcome.warnings)


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW, ids=lambda case: case.id)
def test_slow_fault(case: Case, slow_batch: Batch) -> None:
    test_fault(case, slow_batch)
    test_every_link_has_one_fate(case, slow_batch)


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.id)
def test_the_articles_around_a_fault_are_what_they_were(case: Case, batch: Batch) -> None:
    """I5: nothing of a fault is in another record."""
    for record in batch.outcomes[case.id].records:
        number = int(record["url"].rpartition("_")[2].partition(".")[0])
        if number in (1, 99):
            assert record["title"] == title(number)
            assert set(record["body"].split("\n")) == {TEXT.format(number) * 2}
            assert record["warnings"] == []


def test_nothing_was_connected_to_or_looked_up_that_no_portal_names(batch: Batch) -> None:
    sites = batch.outcomes.values()
    servers = {f"127.0.0.1:{s.port}" for o in sites for s in o.servers[:2]}
    closed, public = {"127.0.0.1:1"}, {c for c in batch.connected if c.startswith("8.8.8.8:")}
    assert set(batch.connected) - closed - public <= servers
    assert set(batch.looked_up) <= batch.names | {
        f"nowhere.{outcome.servers.site.name}" for outcome in sites
    }


def test_the_log_holds_no_control_character(batch: Batch) -> None:
    assert not {c for c in batch.log if ord(c) < 32 and c != "\n"}


def test_memory_and_event_loop_stay_within_bounds(batch: Batch) -> None:
    """I6, for all crawls at once."""
    assert batch.megabytes < 512
    assert batch.stall < 2
