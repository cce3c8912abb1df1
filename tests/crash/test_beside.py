"""What may be done beside a crawl that is at work."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING

import pytest
from generated import article_path, generated
from harness import SECONDS, Campaign

from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = 40
BUSY = 10
"""Seconds that a crawl waits for its store."""


def verify(campaign: Campaign) -> tuple[int, str, str]:
    """Exit code of `scrapy verify`, the last line it says, and what is on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "verify"],
        cwd=campaign.folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()[-1], done.stderr


def wait_for(asked: Event, process: subprocess.Popen[str]) -> None:
    """Returns when the page was asked for; a crawl that ends before that is told at once."""
    while not asked.wait(1):
        assert process.poll() is None, process.communicate()[1]


@pytest.mark.slow
def test_verify_beside_a_crawl_finds_no_fault_in_what_is_not_done_yet(tmp_path: Path) -> None:
    with generated(ARTICLES) as portal:
        campaign = Campaign(tmp_path, portal)
        assert campaign.run("before-rename:1") == -signal.SIGKILL
        code, said, problem = verify(campaign)
        assert (code, said) == (Exit.BUG, "1 files, 0 lines, 3 problems")
        assert "was begun and not finished" in problem
        # Another run, one page of which never comes.
        portal.articles += 20
        asked = Event()
        portal.silent = article_path(ARTICLES + 9)
        portal.on_request = lambda path: asked.set() if path == portal.silent else None
        process = campaign.start("-s", "DOWNLOAD_DELAY=0.1", "-s", "STOP_SECONDS=0.5")
        wait_for(asked, process)
        assert verify(campaign) == (Exit.OK, f"1 files, {ARTICLES} lines, 0 problems", "")
        file = next((tmp_path / "output" / "site").glob("*.jsonl"))
        before = file.read_bytes()
        file.write_bytes(before[:-1])
        code, said, problem = verify(campaign)
        assert (code, problem.count("\n")) == (Exit.BUG, 1)
        assert "its sha256 differs" in problem
        file.write_bytes(before)
        process.send_signal(signal.SIGINT)
        assert campaign.end(process) == Exit.STOPPED
        assert verify(campaign)[::2] == (Exit.OK, "")


@pytest.mark.slow
def test_a_store_that_does_not_answer_ends_the_crawl_and_the_next_one_goes_on(
    tmp_path: Path,
) -> None:
    """Fault 67, for the database there is: at the start, and on the way."""
    with generated(ARTICLES) as portal:
        campaign = Campaign(tmp_path, portal)
        asked = Event()
        portal.on_request = lambda path: asked.set() if path == article_path(9) else None
        process = campaign.start("-s", "DOWNLOAD_DELAY=0.1")
        wait_for(asked, process)
        url = tmp_path / "output" / "state.sqlite"
        with closing(sqlite3.connect(url, isolation_level=None, timeout=BUSY)) as other:
            other.execute("BEGIN IMMEDIATE")
            process.communicate(timeout=SECONDS)
            assert process.returncode == Exit.DISK
            at_start, portal.asked = portal.asked, type(portal.asked)()
            assert campaign.run() == Exit.DISK
            assert not portal.asked
            portal.asked = at_start
        campaign.kills += 1
        assert campaign.run() == Exit.OK
        campaign.check()
