"""All played portals in one process: a profile is proposed for each, and then crawled.

    python tests/scouting_run.py        prints {slug: what came of it} as JSON

A process of its own for every portal would cost three seconds each. The working directory is the
project folder; what a command prints is not shown here, tests/test_newportal.py runs one whole.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scouted import Played, all_portals, playing
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from ruralnews import settings as module
from ruralnews.commands.crawl import check_writable
from ruralnews.commands.newportal import make_draft, portal_of, write
from ruralnews.monitoring.outcome import losses
from ruralnews.portals import load_families, portal_from_text
from ruralnews.scouting.cases import article_case, list_case, read_article_page
from ruralnews.scouting.fetched import Fetched
from ruralnews.scouting.survey import Survey
from ruralnews.spiders.portals import spider_class
from ruralnews.spiders.scout import scout_class

if TYPE_CHECKING:
    from ruralnews.portals.model import Portal


def reads_the_same(folder: Path, portal: Portal) -> bool:
    """Whether a saved case gives what it says it does."""
    meta, expected = (
        json.loads((folder / f).read_text("utf-8")) for f in ("meta.json", "expected.json")
    )
    moment = datetime.fromisoformat(meta["fetched_at"])
    page = Fetched(meta["url"], (folder / "page.html").read_bytes(), meta["headers"], moment)
    if "links" in expected:
        return list_case("", page, portal).expected == expected
    return article_case(read_article_page("", page, portal)).expected == expected


def recorded(file: Path) -> list[str]:
    """The addresses of the records in a file."""
    return [json.loads(line)["url"] for line in file.read_text("utf-8").splitlines()]


async def play(process: AsyncCrawlerProcess, slug: str, played: Played, host: str) -> Any:
    """What came of one portal."""
    url = f"http://{host}{played.start}"
    survey = Survey(portal_of(slug, url), load_families())
    await process.crawl(scout_class(survey, url))
    if survey.found is None:
        return {"lost": survey.lost}
    draft = make_draft(survey, {})
    profile, *folders = write(draft)
    text = profile.read_text("utf-8")
    crawler = process.create_crawler(spider_class(portal_from_text(slug, text)))
    crawler.settings.set("FEEDS", {f"{slug}.jsonl": {"format": "jsonlines"}}, priority="cmdline")
    crawler.settings.set("OUTPUT_DIR", f"output-{slug}", priority="cmdline")
    check_writable(crawler.settings)
    await process.crawl(crawler)
    lines = [line for line in text.splitlines() if line]
    return {
        "kind": draft.portal.listing.kind,
        "family": draft.portal.family,
        "lines": lines,
        "lost": survey.lost,
        "cases": [folder.name[len("2026-11-22-") :] for folder in folders],
        "saved": [reads_the_same(folder, draft.portal) for folder in folders],
        "read": [reading.page.url.partition(host)[2] for reading in draft.readings],
        "articles": sorted(url.partition(host)[2] for url in recorded(Path(f"{slug}.jsonl"))),
        "expected": sorted(played.articles),
        "losses": losses(crawler.stats.get_stats()),
    }


async def play_all(process: AsyncCrawlerProcess, hosts: dict[str, str], portals: Any) -> Any:
    """What came of every portal, by slug."""
    results = await asyncio.gather(
        *(play(process, slug, portals[slug], host) for slug, host in hosts.items())
    )
    return dict(zip(hosts, results, strict=True))


def main() -> None:
    """Prints the results."""
    portals = all_portals()
    settings = Settings()
    settings.setmodule(module)
    install_reactor(settings["TWISTED_REACTOR"])
    with ExitStack() as stack:
        hosts = {
            slug: stack.enter_context(playing(played)).host for slug, played in portals.items()
        }
        own = {"ALLOW_HOSTS": list(hosts.values()), "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "WARNING"}
        settings.setdict(own, priority="cmdline")
        process = AsyncCrawlerProcess(settings)
        from twisted.internet import reactor  # noqa: PLC0415 - the one installed above

        loop = asyncio.get_event_loop()
        task = loop.create_task(play_all(process, hosts, portals))
        task.add_done_callback(lambda _: reactor.stop())
        process.start(stop_after_crawl=False)
        json.dump(task.result(), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
