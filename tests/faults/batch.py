"""All cases in one process, a crawler each: the servers, the plan, the outcomes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bugs
from case import FAST, LIST, Case, Night, Outcome, Servers, build, heal
from portal import FaultPortal, running
from sqlalchemy import select
from tls import DOMAIN, TRUSTED

from ruralnews.state.check import page_counts, problems
from ruralnews.state.rules import Kind
from ruralnews.state.schema import page
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent.parent
PATHS = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
SECONDS = 1200
"""A process that hangs is ended; a busy machine is no reason."""
PROCESSES = 2
FEW = 20
"""Cases that one process plays."""


@dataclass
class Done:
    """What the processes of one night wrote down."""

    portals: dict[str, Any]
    connected: set[str]
    looked_up: set[str]
    stall: float
    megabytes: float
    """The peak of a process that crawls."""
    readers_megabytes: float
    """The peak of a process that reads pages for one."""
    log: str


@dataclass
class Batch:
    """What a process did that crawled many portals, and a second one after their faults."""

    outcomes: dict[str, Outcome]
    """By id of the case."""
    healed: dict[str, Night]
    """The portals with an article too few, the night after, without their faults."""
    nights: dict[str, list[Night]]
    """All nights of the portals that change from night to night."""
    numbers: dict[str, list[int]]
    """Of the articles of each case."""
    done: Done
    """What the first night wrote down."""
    names: set[str]


def portal_plan(case: Case, at: Servers, folder: Path) -> dict[str, Any]:
    output = folder / case.slug
    output.mkdir()
    hosts = [at.site.host, at.other.host, f"closed.{at.site.name}:1"]
    return {
        "slug": case.slug,
        "hosts": hosts,
        "list": at.site.url(LIST),
        "verify_tls": case.verify_tls,
        "max_pages": case.max_pages,
        "delay": case.delay,
        "kind": case.kind,
        "rules": case.rules,
        "bug": case.bug,
        "settings": case.settings | {"ALLOW_HOSTS": hosts, "OUTPUT_DIR": str(output)},
    }


def twin_plan(case: Case, at: Servers, folder: Path) -> dict[str, Any]:
    """The second portal of a host."""
    plan = portal_plan(replace(case, name=f"{case.name} twin"), at, folder)
    return plan | {"bug": bugs.AT_START}


def names_of(at: Servers) -> dict[str, list[str]]:
    """What the names of a case resolve to, one answer after the other."""
    loopback, site = ["127.0.0.1"], at.site.name
    return {
        site: loopback,
        at.other.name: loopback,
        f"closed.{site}": loopback,
        f"timeout.{site}": ["timeout"],
        f"private.{site}": ["10.0.0.1"],
        # The socket of the crawl refuses it, whatever the program does.
        f"rebound.{site}": ["8.8.8.8", "10.0.0.1"],
    }


@contextmanager
def crawled(cases: Sequence[Case], folder: Path) -> Iterator[Batch]:
    """All nights of all cases, with the servers still up: two, or as many as a case has."""
    sites = [FaultPortal(f"{case.slug}.{DOMAIN}", tls=case.tls) for case in cases]
    others = [FaultPortal(f"{case.slug}.other.test") for case in cases]
    foreign = [FaultPortal("foreign.test") for _ in cases]
    with running([*sites, *others, *foreign]):
        servers = [Servers(*three) for three in zip(sites, others, foreign, strict=True)]
        pairs = list(zip(cases, servers, strict=True))
        numbers = {case.id: build(case, at) for case, at in pairs}
        names = {name: answers for at in servers for name, answers in names_of(at).items()}
        plans = [portal_plan(case, at, folder) for case, at in pairs]
        plans += [twin_plan(case, at, folder) for case, at in pairs if case.twin]
        done = crawl(plans, names, folder)
        outcomes = {
            case.id: Outcome(
                at, night(case, at, done, folder), told(done.log, at), list(at.site.visits)
            )
            for case, at in pairs
        }
        nights = {case.id: [outcomes[case.id].night] for case in cases}
        for number in range(max(len(case.later) for case in cases) or 1):
            due = [(case, at) for case, at in pairs if is_due(case, number, outcomes, numbers)]
            for case, at in due:
                at.site.visits.clear()
                case.later[number](at) if case.later else heal(at, numbers[case.id])
            slugs = {case.slug for case, _ in due}
            again = crawl([p | {"bug": ""} for p in plans if p["slug"] in slugs], names, folder)
            for case, at in due:
                nights[case.id].append(night(case, at, again, folder))
        healed = {
            case.id: nights[case.id][1]
            for case in cases
            if not case.later and len(nights[case.id]) > 1
        }
        yield Batch(outcomes, healed, nights, numbers, done, set(names))


def is_due(
    case: Case, number: int, outcomes: dict[str, Outcome], numbers: dict[str, list[int]]
) -> bool:
    """Whether a portal has a further night: it changes, or it was an article short."""
    if case.later:
        return number < len(case.later)
    return number == 0 and len(outcomes[case.id].records) < len(numbers[case.id])


def told(log: str, at: Servers) -> list[str]:
    return [
        line
        for line in log.splitlines()
        if f"{at.site.name}:" in line and (" WARNING:" in line or " ERROR:" in line)
    ]


def night(case: Case, at: Servers, done: Done, folder: Path) -> Night:
    """What the processes and the disk say about a portal."""
    result = done.portals[case.slug]
    with closing(open_store(store_url(folder / case.slug))) as store:
        pages = Counter[str]()
        for row in page_counts(store):
            pages[row.state] += row[3]
        with store.transaction() as connection:
            lists = select(page.c.state).where(page.c.kind == Kind.LIST)
            pages -= Counter(connection.scalars(lists))
        found = list(problems(store, folder / case.slug))
    records = read_records(folder / case.slug / case.slug)
    gone = read_records(folder / case.slug / case.slug / "gone")
    asked = Counter(visit.path for visit in at.site.visits)
    return Night(result["stats"], result["code"], records, pages, found, asked, gone)


def crawl(plans: Sequence[dict[str, Any]], names: dict[str, list[str]], folder: Path) -> Done:
    """Crawls the portals of the plans, in as many processes as there are processors here."""
    trusted = folder / "ca.pem"
    TRUSTED.cert_pem.write_to_path(str(trusted))
    parts = []
    # A process takes as long to start as ten cases take to play.
    processes = PROCESSES if len(plans) > FEW else 1
    for number in range(processes):
        part = folder / f"part-{number}"
        part.mkdir(exist_ok=True)
        settings = FAST | {"LOG_FILE": str(part / "log")}
        plan = {"names": names, "settings": settings, "portals": plans[number::processes]}
        (part / "plan.json").write_text(json.dumps(plan), "utf-8")
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("crawling.py")), str(part)],
            env=os.environ | {"PYTHONPATH": PATHS, "SSL_CERT_FILE": str(trusted)},
            stderr=subprocess.PIPE,
            text=True,
        )
        parts.append((part, process))
    results = []
    ends = [process.communicate(timeout=SECONDS)[1] for _, process in parts]
    for (part, process), errors in zip(parts, ends, strict=True):
        assert process.returncode == 0, errors[-4000:]
        log = (part / "log").read_text("utf-8")
        results.append(json.loads((part / "result.json").read_text("utf-8")) | {"log": log})
    return Done(
        portals={slug: one for result in results for slug, one in result["portals"].items()},
        connected={address for result in results for address in result["connected"]},
        looked_up={name for result in results for name in result["looked_up"]},
        stall=max(result["stall"] for result in results),
        megabytes=max(result["megabytes"] for result in results),
        readers_megabytes=max(result["readers_megabytes"] for result in results),
        log="".join(result["log"] for result in results),
    )


def read_records(folder: Path) -> list[dict[str, Any]]:
    """Every line of the portal's published files, strictly."""

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    return [
        json.loads(line, parse_constant=refuse)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_bytes().decode("utf-8").splitlines()
    ]
