"""What a crawl costs, beside a bare Scrapy spider on the same portal, in one run.

    python tests/bench/crawl.py [PAGES]           pages per second (2 000)
    python tests/bench/crawl.py memory            resident memory at 10 000 and 200 000 known pages
    python tests/bench/crawl.py start             seconds to begin with 1 000 000 known pages

The bare spider follows the same lists, yields URL and title of each article and writes Scrapy's
own feed; ours does all it does in a night, with and without the archive. Both ask 16 pages at a
time without delay, a generated portal (tests/generated.py) in a process of its own.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert

from ruralnews.state import schema
from ruralnews.state.check import recover
from ruralnews.state.files import nothing
from ruralnews.state.queue import Scope, begin_run, pending_articles
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
PAGES = 2000
ROUNDS = 3
AT_ONCE = ("-s", "CONCURRENT_REQUESTS=16", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16")
BARE = """
import scrapy


class Bare(scrapy.Spider):
    name = "bare"

    async def start(self):
        yield scrapy.Request(self.start_url)

    def parse(self, response):
        for number in range(1, int(self.lists)):
            yield response.follow(f"index_{number}.html", self.parse_list)
        yield from self.parse_list(response)

    def parse_list(self, response):
        yield from response.follow_all(css="ul.list a", callback=self.parse_article)

    def parse_article(self, response):
        yield {"url": response.url, "title": response.css("h1::text").get()}
"""


@contextmanager
def portal(articles: int) -> Iterator[str]:
    """URL of the first list page of a portal in a process of its own."""
    program = [sys.executable, str(TESTS / "generated.py"), str(articles)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def run(folder: Path, *args: str) -> dict[str, float]:
    """Scrapy's stats of a crawl that has to end well."""
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *args, *AT_ONCE, "-s", "LOG_LEVEL=INFO"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"the crawl ended with {done.returncode}\n{done.stderr[-3000:]}")
    pairs = re.findall(r"'([\w/]+)': ([\d.]+)", done.stderr)
    return {name: float(value.rstrip(".")) for name, value in pairs}


def bare(url: str, articles: int) -> float:
    """Pages per second of the bare spider."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE, encoding="utf-8")
        lists = -(-articles // 20)
        options = ("-a", f"start_url={url}", "-a", f"lists={lists}", "-O", "out.jsonl")
        stats = run(folder, "runspider", "bare.py", *options)
    return _speed(stats, articles)


def ours(url: str, articles: int, *options: str, folder: Path | None = None) -> dict[str, float]:
    """Scrapy's stats of our crawl."""
    with tempfile.TemporaryDirectory() as name:
        project = folder or Path(name)
        (project / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
        host = url.split("/")[2]
        lists = str(-(-articles // 20))
        return run(
            project,
            *("crawl", "site", "-a", f"url={url}", "-a", f"max_pages={lists}"),
            *("-s", f"ALLOW_HOSTS={host}", "-s", "DOWNLOAD_DELAY=0", *options),
        )


def _speed(stats: dict[str, float], articles: int) -> float:
    if stats["item_scraped_count"] != articles:
        sys.exit(f"{stats['item_scraped_count']:.0f} of {articles} articles were read")
    return stats["response_received_count"] / stats["elapsed_time_seconds"]


def speed(articles: int) -> None:
    """Prints pages per second, the best of some rounds each."""
    best: dict[str, float] = {}
    with portal(articles) as url:
        for _ in range(ROUNDS):
            runs = {
                "bare Scrapy": lambda: bare(url, articles),
                "ours": lambda: _speed(ours(url, articles), articles),
                "ours, no archive": lambda: _speed(
                    ours(url, articles, "-s", "ARCHIVE_DIR="), articles
                ),
            }
            for name, measure in runs.items():
                best[name] = max(best.get(name, 0), measure())
    for name, pages in best.items():
        print(f"{name:18} {pages:7.1f} pages/s {pages / best['bare Scrapy']:6.2f}")


def fill(folder: Path, url: str, pages: int) -> None:
    """Makes a store that knows so many pages of the portal, all of them read."""
    host = url.split("/")[2]
    row = {
        "portal": f"site:{host}",
        "kind": "article",
        "column": "",
        "number": 0,
        "state": "done",
        "attempts": 0,
        "misses": 0,
        "run": 0,  # before the one that is measured
        "fetched": 1,
        "published": "2024-05-06T08:30:00+08:00",
    }
    (folder / "output").mkdir()
    store = open_store(store_url(folder / "output"))
    with store.transaction() as connection:
        for start in range(0, pages, 10_000):
            urls = [f"http://{host}/old/t{n}.html" for n in range(start, start + 10_000)]
            rows = [row | {"url": one, "address": one, "record": one} for one in urls]
            connection.execute(insert(schema.page), rows)
    store.close()


def memory() -> None:
    """Prints the peak of a crawl of 200 pages, at two sizes of the store."""
    with portal(200) as url:
        for pages in (10_000, 200_000):
            with tempfile.TemporaryDirectory() as name:
                fill(Path(name), url, pages)
                ours(url, 200, "-s", "ARCHIVE_DIR=", folder=Path(name))
            # Of the largest child so far: the second figure is never below the first.
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            print(f"{pages:9} known pages: peak {peak / 1024:.0f} MiB")


def start() -> None:
    """Prints how long it takes to check the store and find what is due, at three sizes."""
    for pages in (1000, 500_000, 1_000_000):
        with tempfile.TemporaryDirectory() as name:
            fill(Path(name), "http://127.0.0.1:1/", pages)
            output = Path(name) / "output"
            before = time.monotonic()
            with closing(open_store(store_url(output))) as store:
                recover(store, output, nothing)
                with store.transaction() as connection:
                    begin_run(connection, Scope("site:127.0.0.1:1"), [], int(time.time()))
                    pending_articles(connection, Scope("site:127.0.0.1:1"), 0, 32)
            took = time.monotonic() - before
            size = (output / "state.sqlite").stat().st_size
        print(f"{pages:9} known pages, {size / 2**20:4.0f} MiB: {took:.2f} s")


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else str(PAGES)
    {"memory": memory, "start": start}.get(what, lambda: speed(int(what)))()
