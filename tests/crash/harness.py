"""Crawls that are killed and started again, and what must be there in the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from types import SimpleNamespace
from typing import TYPE_CHECKING

from forked import Run
from sqlalchemy import select
from warcio.checker import Checker

from ruralnews.archive.reading import read_capture
from ruralnews.archive.warc import Place
from ruralnews.monitoring.outcome import Exit
from ruralnews.state.check import problems
from ruralnews.state.schema import capture, record
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from random import Random

    from generated import Generated

    from ruralnews.state.store import Store

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CONCURRENCY = 8
SECONDS = 300
"""A crawl that hangs is ended; a busy machine is no reason."""


@dataclass
class Campaign:
    """One workspace that is killed again and again until its crawl is done."""

    folder: Path
    portal: Generated
    readers: int = 0
    """Processes that read pages."""
    kills: int = 0

    def prepared(self, crash_at: str, *options: str) -> tuple[tuple[str, ...], dict[str, str]]:
        """Arguments and environment of the crawl, in a project folder."""
        (self.folder / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
        args = (
            *("crawl", "site", "-L", "INFO", "-a", f"url={self.portal.list_url}"),
            *("-a", "max_pages=1000", "-s", f"ALLOW_HOSTS={self.portal.host}"),
            *("-s", "DOWNLOAD_DELAY=0", "-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={CONCURRENCY}"),
            *("-s", f"CONCURRENT_REQUESTS={CONCURRENCY}"),
            *("-s", "STATE_OBSERVER=points.at", "-s", f"READERS={self.readers}", *options),
        )
        paths = os.pathsep.join((str(ROOT), str(HERE)))
        return args, os.environ | {"PYTHONPATH": paths, "CRASH_AT": crash_at}

    def start(self, *options: str) -> subprocess.Popen[str]:
        """The crawl, running in a process from its beginning."""
        args, environ = self.prepared("", *options)
        return subprocess.Popen(
            [sys.executable, "-m", "scrapy", *args],
            cwd=self.folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, crash_at: str = "") -> int:
        """How the crawl ended; minus the number of the signal that killed it."""
        return self.ended(Run(self.folder, *self.prepared(crash_at)).end(SECONDS))

    def end(self, process: subprocess.Popen[str]) -> int:
        """How a crawl ended that was started so."""
        try:
            out, err = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"the crawl did not end:\n{err[-3000:]}") from None
        return self.ended(subprocess.CompletedProcess((), process.returncode, out, err))

    def ended(self, done: subprocess.CompletedProcess[str]) -> int:
        assert "Traceback" not in done.stderr, done.stderr
        self.kills += done.returncode == -signal.SIGKILL
        return done.returncode

    def killed_after(self, requests: int, seconds: float) -> int:
        """How a crawl ended that is killed so long after the portal was asked so often."""
        left = requests
        process = Run(self.folder, *self.prepared(""))

        def on_request(_: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                Timer(seconds, process.kill).start()

        self.portal.on_request = on_request
        try:
            return self.ended(process.end(SECONDS))
        finally:
            self.portal.on_request = lambda _: None

    def killed_at_random(self, random: Random, at_most: int) -> None:
        """Kills until the crawl is done, `at_most` times, and then lets it finish."""
        while self.kills < at_most:
            # Small numbers often: starting, committing the lists, ending. A crawl asked for less
            # than that ends by itself.
            requests = random.choice((1, 2, random.randint(3, 30)))
            code = self.killed_after(requests, random.uniform(0, 0.25))
            if code == Exit.OK:
                return
            assert code == -signal.SIGKILL, f"the crawl ended by itself, with {code}"
        assert self.run() == Exit.OK

    def lines(self) -> list[tuple[str, int, str]]:
        """Id, revision and content of every published line, sorted."""
        found = []
        for path in (self.folder / "output" / "site").glob("*.jsonl"):
            text = path.read_text(encoding="utf-8")
            assert text.endswith("\n")
            for line in text.splitlines():
                record = json.loads(line)
                found.append((record["url"], record["revision"], record["content_sha"]))
        return sorted(found)

    def refetches(self) -> int:
        """Requests for articles beyond the first of each."""
        asked = [count for path, count in self.portal.asked.items() if "/t2" in path]
        return sum(asked) - len(asked)

    def check(self) -> None:
        """Every article is published once, whole, and was asked for no oftener than it must."""
        lines = self.lines()
        assert len(lines) == self.portal.articles
        assert len({url for url, _, _ in lines}) == self.portal.articles
        assert len({sha for _, _, sha in lines}) == self.portal.articles
        assert {revision for _, revision, _ in lines} == {1}
        output = self.folder / "output"
        with closing(open_store(store_url(output))) as store:
            assert list(problems(store, output)) == []
            self.check_archive(store, output / "archive")
        assert self.refetches() <= self.kills * CONCURRENCY

    def check_archive(self, store: Store, folder: Path) -> None:
        """The page of every record is in the archive, byte for byte, and no file is torn."""
        assert not list(folder.rglob("*.open"))
        files = [str(path) for path in folder.rglob("*") if path.is_file()]
        assert Checker(SimpleNamespace(inputs=files, verbose=False)).process_all() == 0
        with store.transaction() as connection:
            words = select(record.c.line, capture).outerjoin(
                capture, capture.c.page == record.c.page
            )
            rows = connection.execute(words).all()
        for row in rows:
            assert row.file, row.line
            found = read_capture(folder, Place(row.file, row.offset, row.length), row.sha256)
            published = json.loads(row.line)
            assert found.url == published["url"]
            page = self.portal.page(found.url.removeprefix(self.portal.url[:-1]))
            assert found.body.decode() == page
