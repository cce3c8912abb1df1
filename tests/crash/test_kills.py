"""A crawl that is killed and started again publishes what an undisturbed one does.

KILLS=200 pytest tests/crash    kills at random moments, as many (make crashtest)
"""

from __future__ import annotations

import os
import random
import signal
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from generated import article_path, generated
from harness import Campaign

from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

KILLS = int(os.environ.get("KILLS", "2"))
ARTICLES = 40
MANY = 160
"""Enough for as many groups of commits as there are places: a group gathers up to eight pages."""
EVERY_PLACE = (
    "before-commit:1",
    "after-commit:1",
    "before-commit:3",
    "after-commit:3",
    "in-archive:1",
    "in-archive-recovery:1",
    "in-archive:4",
    "after-archive:2",
    "before-archive-rename:1",
    "after-plan:1",
    "in-file:1",
    "before-rename:1",
    "after-rename:1",
    "after-seal:1",
)
"""Each in the run after the one before: what follows `after-plan` lies in its recovery, as does
`in-archive-recovery`."""
QUICK_PLACES = (
    "in-archive:3",
    "in-archive-recovery:1",
    "before-commit:3",
    "after-commit:2",
    "before-archive-rename:1",
    "after-rename:1",
)
PLACES = EVERY_PLACE if KILLS > 10 else QUICK_PLACES


def reference(tmp_path: Path) -> list[tuple[int, str]]:
    """What an undisturbed crawl publishes: revision and content of every line."""
    folder = tmp_path / "reference"
    folder.mkdir()
    with generated(MANY) as portal:
        campaign = Campaign(folder, portal)
        assert campaign.run() == Exit.OK
        campaign.check()
        return sorted((revision, sha) for _, revision, sha in campaign.lines())


@pytest.mark.slow
def test_a_crawl_killed_at_every_place_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with generated(MANY) as portal:
        campaign = Campaign(tmp_path, portal)
        for place in PLACES:
            assert campaign.run(place) == -signal.SIGKILL, place
        assert campaign.run() == Exit.OK
        campaign.check()
        lines = sorted((revision, sha) for _, revision, sha in campaign.lines())
    assert lines == reference(tmp_path)


def test_a_crawl_killed_at_random_moments_loses_and_doubles_nothing(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    chance, left, number = random.Random(seed), KILLS, 0
    while left > 0:
        folder = tmp_path / str(number)
        folder.mkdir()
        with generated(ARTICLES) as portal:
            campaign = Campaign(folder, portal, readers=1)
            campaign.killed_at_random(chance, min(left, 20))
            print(f"seed {seed}, workspace {number}: {campaign.kills} kills", end=", ")
            print(f"{campaign.refetches()} articles asked for again")
            campaign.check()
        left -= max(campaign.kills, 1)
        number += 1


def stopped_at_the_silent_page(campaign: Campaign, process: Popen[str]) -> list[float]:
    """Interrupts the crawl when it asks for a page that never comes; the moment will be noted."""
    portal, moments = campaign.portal, list[float]()
    portal.silent = article_path(9)

    def on_request(path: str) -> None:
        if path == portal.silent:
            moments.append(monotonic())
            process.send_signal(signal.SIGINT)

    portal.on_request = on_request
    return moments


def goes_on(campaign: Campaign) -> None:
    campaign.portal.silent = ""
    campaign.portal.on_request = lambda _: None
    assert campaign.run() == Exit.OK
    campaign.check()


@pytest.mark.slow
def test_an_interrupt_stops_a_crawl_that_hangs_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with generated(ARTICLES) as portal:
        campaign = Campaign(tmp_path, portal)
        process = campaign.start("-s", "DOWNLOAD_DELAY=0.1", "-s", "STOP_SECONDS=0.5")
        moments = stopped_at_the_silent_page(campaign, process)
        assert campaign.end(process) == Exit.STOPPED
        assert monotonic() - moments[0] < 20
        assert 0 < len(campaign.lines()) < ARTICLES
        campaign.kills += 1
        goes_on(campaign)


@pytest.mark.slow
@pytest.mark.parametrize("again", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_at_once_and_is_as_safe_as_a_kill(
    again: signal.Signals, tmp_path: Path
) -> None:
    with generated(ARTICLES) as portal:
        campaign = Campaign(tmp_path, portal)
        process = campaign.start("-s", "DOWNLOAD_DELAY=0.1", "-s", "STOP_SECONDS=900")
        stopped_at_the_silent_page(campaign, process)
        assert process.stderr is not None
        for line in process.stderr:
            if "Received SIGINT" in line:
                process.send_signal(again)
                break
        assert campaign.end(process) == Exit.FORCED
        campaign.kills += 1
        goes_on(campaign)
