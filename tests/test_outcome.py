"""What a run counted becomes an exit code."""

from __future__ import annotations

from typing import Any

import pytest

from ruralnews.monitoring.outcome import Exit, exit_code, losses
from ruralnews.monitoring.stats import Key

OUTCOMES: list[tuple[dict[str, Any], str | None, Exit]] = [
    ({}, "finished", Exit.OK),
    ({Key.DROPPED.of("duplicate"): 3, Key.FAILED.of("http-404"): 1}, "finished", Exit.OK),
    ({Key.BLOCKED.of("host"): 5, "log_count/WARNING": 5}, "finished", Exit.OK),
    ({}, "closespider_itemcount", Exit.OK),
    ({Key.FAILED.of("timeout"): 1}, "finished", Exit.PARTIAL),
    ({Key.FAILED.of("list-http-404"): 1}, "finished", Exit.PARTIAL),
    ({Key.HELD.of("body-missing"): 1}, "finished", Exit.PARTIAL),
    ({Key.DROPPED.of("date-impossible"): 1}, "finished", Exit.PARTIAL),
    ({Key.LINKS_CAPPED: 7}, "finished", Exit.PARTIAL),
    ({Key.FAILED.of("timeout"): 1}, "shutdown", Exit.STOPPED),
    ({}, "memusage_exceeded", Exit.STOPPED),
    ({}, "closespider_timeout", Exit.STOPPED),
    ({}, None, Exit.FORCED),
    ({}, "disk_nearly_full", Exit.DISK),
    ({}, "start_error", Exit.BUG),
    ({"log_count/ERROR": 1}, "finished", Exit.BUG),
    ({"spider_exceptions/count": 1}, "finished", Exit.BUG),
    ({"log_count/ERROR": 1, Key.WRITE_ERRORS: 1}, "finished", Exit.DISK),
    ({"feedexport/failed_count/FileFeedStorage": 1}, "finished", Exit.DISK),
]


@pytest.mark.parametrize(("stats", "reason", "code"), OUTCOMES)
def test_exit_code(stats: dict[str, Any], reason: str | None, code: Exit) -> None:
    assert exit_code(stats, reason) is code


def test_losses_name_what_was_lost() -> None:
    stats = {Key.FAILED.of("dns"): 2, Key.DROPPED.of("duplicate"): 1, "item_scraped_count": 3}
    assert losses(stats) == {"rn/failed/dns": 2}


def test_every_key_is_ours_and_has_a_meaning() -> None:
    for key in Key:
        assert key.startswith("rn/")
        assert key.meaning
