"""Crawls the world of the profiles night after night, and writes down what came of it.

    python crawling.py FOLDER     reads plan.json there and writes result.json

A process of its own. Names lead to this machine or nowhere, and a connection that would leave it
is refused before it is made; the ports 80 and 443 are those of the test's server.
"""

from __future__ import annotations

import json
import re
import socket
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import listing
import trustme
import world
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from serving import Server, running

from ruralnews import settings as project
from ruralnews.extraction.dates import china_time
from ruralnews.monitoring.outcome import exit_code
from ruralnews.portals import get_portal
from ruralnews.portals.model import Column, ListingRules
from ruralnews.spiders.portals import spider_class

if TYPE_CHECKING:
    import ssl

    from scrapy.crawler import Crawler

    from ruralnews.portals.model import Portal

AT_ONCE = 8
"""Crawls at a time."""
SETTINGS = {
    "BACKOFF_SECONDS": 0.1,
    "DOWNLOAD_DELAY_JITTER": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "ARCHIVE_DIR": "",
    "LOG_LEVEL": "INFO",
}

LIKE = {"feed": "agri", "sitemap": "ccdi"}
"""Whose articles a made portal has."""

connected: set[str] = set()
looked_up: set[str] = set()


def watch_sockets(names: set[str], ports: dict[int, int]) -> None:
    """Sends every name of the world to the server, and everything else nowhere."""
    connect_ex, connect = socket.socket.connect_ex, socket.socket.connect

    def here(address: Any) -> Any:
        if not isinstance(address, tuple):
            return address
        connected.add(str(address[0]))
        if not str(address[0]).startswith("127."):
            raise OSError(101, f"a test tried to connect to {address}")
        return (address[0], ports.get(address[1], address[1]), *address[2:])

    def guarded_ex(self: socket.socket, address: Any) -> int:
        return connect_ex(self, here(address))

    def guarded(self: socket.socket, address: Any) -> None:
        connect(self, here(address))

    def lookup(name: str) -> str:
        if re.fullmatch(r"[\d.]+", name):
            return name
        looked_up.add(name)
        if name not in names:
            raise socket.gaierror(-2, f"{name} is not in this world")
        return "127.0.0.1"

    socket.socket.connect_ex = guarded_ex  # type: ignore[method-assign]
    socket.socket.connect = guarded  # type: ignore[method-assign]
    socket.gethostbyname = lookup


def portal_of(slug: str) -> tuple[Portal, str]:
    """The portal, of a kind of list that no profile has a made one, and whose cases it uses."""
    if not slug.startswith("kind-"):
        return get_portal(slug), slug
    kind = slug.removeprefix("kind-")
    like = get_portal(LIKE[kind])
    made = replace(
        like,
        slug=slug,
        hosts=(f"{kind}.example", *like.hosts),
        columns=(Column("要闻", f"http://www.{kind}.example/list/all.xml"),),
        listing=ListingRules(kind=kind, article=like.listing.article),
    )
    return made, like.slug


class Nights:
    """The crawls of all portals, one night after another."""

    def __init__(self, plan: dict[str, Any], folder: Path) -> None:
        self.plan, self.folder = plan, folder
        today = china_time(datetime.now(UTC)).date()
        self.sites = {}
        for slug in plan["portals"]:
            portal, cases = portal_of(slug)
            self.sites[slug] = world.build(replace(portal, delay=0.0), today, cases)
        self.server = Server()
        self.results: list[dict[str, Any]] = []
        self.process: AsyncCrawlerProcess | None = None

    def serve(self) -> None:
        for site in self.sites.values():
            self.server.pages |= site.pages()

    def crawler(self, process: AsyncCrawlerProcess, slug: str, night: dict[str, Any]) -> Crawler:
        site = self.sites[slug]
        spider = spider_class(site.portal)
        # Exactly these hosts, at the ports 80 and 443, may lie on this machine.
        spider.custom_settings = {
            "ALLOW_HOSTS": sorted(site.hosts),
            "OUTPUT_DIR": str(self.folder / night["folder"] / slug),
        }
        (self.folder / night["folder"] / slug).mkdir(parents=True, exist_ok=True)
        return process.create_crawler(spider)

    def arguments(self, slug: str, night: dict[str, Any]) -> dict[str, str]:
        site = self.sites[slug]
        given = {}
        if night.get("column"):
            given["column"] = site.columns[-1].column.name
        if night.get("since"):
            given["since"] = f"{site.columns[0].items[listing.PAGE + 1].day:%Y-%m-%d}"
        walks = any(site.kind(at) == "ids" for at in site.columns)
        pages = night.get("max_pages", 1 if walks else None)
        return given | ({"max_pages": str(pages)} if pages else {})

    def expected(self, slug: str) -> list[dict[str, Any]]:
        """The articles that are there."""
        site = self.sites[slug]
        return [
            {
                "title": item.title,
                "day": f"{item.day:%Y-%m-%d}",
                "column": at.column.name,
                "kind": site.kind(at),
                "paged": listing.is_paged(site.portal, at.column),
                "late": item in at.late,
                "url": item.at.partition("://")[2],
                "place": place,
            }
            for at in site.columns
            for place, item in enumerate(at.items)
        ]

    def run(self) -> None:
        settings = Settings()
        settings.setmodule(project, priority="project")
        settings.update(SETTINGS | {"LOG_FILE": str(self.folder / "log")}, priority="project")
        process = AsyncCrawlerProcess(settings)
        self.begin(process, iter(self.plan["nights"]))
        process.start(stop_after_crawl=False)

    def begin(self, process: AsyncCrawlerProcess, nights: Any) -> None:
        """Starts the crawls of the next night; the end of the last of them starts another."""
        night = next(nights, None)
        if night is None:
            from twisted.internet import reactor  # noqa: PLC0415 - installed by the process

            reactor.stop()  # type: ignore[attr-defined]
            return
        if night.get("late"):
            for site in self.sites.values():
                site.publish_late()
        self.serve()
        self.server.asked.clear()
        crawlers = {slug: self.crawler(process, slug, night) for slug in self.sites}
        waiting, open_ = iter(crawlers.items()), set(crawlers)

        def start(_: object = None) -> None:
            slug, crawler = next(waiting, (None, None))
            if crawler is None:
                return
            task = process.crawl(crawler, **self.arguments(slug, night))
            task.add_done_callback(lambda _: end(slug))

        def end(slug: str) -> None:
            open_.discard(slug)
            start()
            if not open_:
                told = {s: self.told(s, c, night) for s, c in crawlers.items()}
                self.results.append({"portals": told, "asked": list(self.server.asked)})
                self.begin(process, nights)

        for _ in range(AT_ONCE):
            start()

    def told(self, slug: str, crawler: Crawler, night: dict[str, Any]) -> dict[str, Any]:
        stats = crawler.stats.get_stats()
        folder = self.folder / night["folder"] / slug / slug
        lines = [
            json.loads(line)
            for file in sorted(folder.glob("*.jsonl"))
            for line in file.read_text("utf-8").splitlines()
        ]
        keys = ("title", "published", "column", "warnings", "url")
        return {
            "stats": stats,
            "code": exit_code(stats, stats.get("finish_reason")),
            "arguments": crawler.spider.given if crawler.spider else None,
            "expected": self.expected(slug),
            "records": [{key: line[key] for key in keys} for line in lines],
        }


def main(folder: Path) -> None:
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    nights = Nights(plan, folder)
    nights.serve()
    hosts = {host for site in nights.sites.values() for host in site.hosts}
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    with running(nights.server, certificate(authority, hosts)):
        watch_sockets(hosts, nights.server.ports)
        nights.run()
    done = {
        "nights": nights.results,
        "connected": sorted(connected),
        "looked_up": sorted(looked_up),
        "hosts": sorted(hosts),
    }
    (folder / "result.json").write_text(json.dumps(done, default=str), "utf-8")


def certificate(authority: trustme.CA, hosts: set[str]) -> ssl.SSLContext:
    import ssl  # noqa: PLC0415 - the name above is for types

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*sorted(hosts)).configure_cert(context)
    return context


if __name__ == "__main__":
    main(Path(sys.argv[1]))
