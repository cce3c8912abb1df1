"""Crawls many portals at once, each with a crawler of its own, and writes down what happened.

    python crawling.py FOLDER     reads plan.json there and writes result.json

Runs as a process of its own. It connects to nothing but the addresses of the plan: everything
else is refused and written down before a packet leaves, and so is every name that is looked up.
"""

from __future__ import annotations

import json
import re
import resource
import socket
import sys
import time
from pathlib import Path
from typing import Any

import bugs
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from ruralnews import settings as project
from ruralnews.extensions.memory import KIB, own_peak
from ruralnews.monitoring.outcome import exit_code
from ruralnews.portals.model import ArticleRules, Column, ListingRules, Portal
from ruralnews.spiders.portals import spider_class

ARTICLE = re.compile(r"/t\d{8}_(?P<id>\d+)\.html")
AT_ONCE = 16
"""Crawls at a time; a start takes 50 ms."""
TICK = 0.05
"""Seconds between two looks at the event loop."""

connected: set[str] = set()
looked_up: list[str] = []


def watch_sockets(names: dict[str, list[str]]) -> None:
    """Refuses and remembers what leaves loopback; names resolve as the plan says."""
    connect_ex, connect = socket.socket.connect_ex, socket.socket.connect

    def allowed(address: Any) -> bool:
        if not isinstance(address, tuple):
            return True
        connected.add(f"{address[0]}:{address[1]}")
        return str(address[0]).startswith("127.")

    def guarded_ex(self: socket.socket, address: Any) -> int:
        return connect_ex(self, address) if allowed(address) else 101

    def guarded(self: socket.socket, address: Any) -> None:
        if not allowed(address):
            raise OSError(101, "not in a test")
        connect(self, address)

    def lookup(name: str) -> str:
        looked_up.append(name)
        if re.fullmatch(r"[\d.]+", name):
            return name
        answers = names.get(name)
        if not answers:
            raise socket.gaierror(-2, "no such name")
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if found == "timeout":
            time.sleep(6)
            raise socket.gaierror(-3, "timed out")
        return found

    socket.socket.connect_ex = guarded_ex  # type: ignore[method-assign]
    socket.socket.connect = guarded  # type: ignore[method-assign]
    socket.gethostbyname = lookup


def portal_of(plan: dict[str, Any]) -> Portal:
    return Portal(
        slug=plan["slug"],
        name=plan["slug"],
        hosts=tuple(plan["hosts"]),
        columns=(Column("要闻", plan["list"]),),
        listing=ListingRules(kind=plan["kind"], article=(ARTICLE,), max_pages=plan["max_pages"]),
        article=ArticleRules(**{name: tuple(css) for name, css in plan["rules"].items()}),
        delay=plan["delay"],
        verify_tls=plan["verify_tls"],
        verify_tls_note="" if plan["verify_tls"] else "made so by a test",
    )


def main(folder: Path) -> None:
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    watch_sockets(plan["names"])
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.update(plan["settings"], priority="project")
    process = AsyncCrawlerProcess(settings)
    crawlers = []
    for portal in plan["portals"]:
        spider = bugs.with_bug(spider_class(portal_of(portal)), portal["bug"])
        spider.custom_settings = portal["settings"]
        crawlers.append(process.create_crawler(spider))
    waiting = iter(crawlers)

    def begin(_: object = None) -> None:
        """Starts the next crawl; its end starts another."""
        crawler = next(waiting, None)
        if crawler is not None:
            process.crawl(crawler).add_done_callback(begin)

    for _ in range(AT_ONCE):
        begin()
    stalls: list[float] = [0.0]
    watch_loop(stalls)
    process.start()
    results = {}
    for crawler in crawlers:
        stats = crawler.stats.get_stats()
        code = exit_code(stats, stats.get("finish_reason"))
        results[crawler.spider.name] = {"stats": stats, "code": code}
    usage = resource.getrusage(resource.RUSAGE_SELF)
    readers = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = {
        "portals": results,
        "connected": sorted(connected),
        "looked_up": looked_up,
        "stall": max(stalls),
        # Where no kernel tells the own peak, getrusage may tell that of pytest, which began this.
        "megabytes": (own_peak() or usage.ru_maxrss * KIB) / KIB / KIB,
        "readers_megabytes": readers.ru_maxrss / KIB,
    }
    (folder / "result.json").write_text(json.dumps(done, default=str), "utf-8")


def watch_loop(stalls: list[float]) -> None:
    """Writes down for how long the event loop computes without coming back.

    In processor time: a busy machine is no fault.
    """
    from twisted.internet import reactor  # noqa: PLC0415 - installed by the process above

    def tick(before: float) -> None:
        stalls[0] = max(stalls[0], time.thread_time() - before)
        reactor.callLater(TICK, tick, time.thread_time())  # type: ignore[attr-defined]

    # The first seconds belong to the start of all crawlers at once.
    reactor.callLater(3, lambda: tick(time.thread_time()))  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
