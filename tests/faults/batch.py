"""All cases in one process, a crawler each: the servers, the plan, the outcomes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from case import FAST, LIST, Case, Outcome, Servers, build
from portal import FaultPortal, running
from tls import DOMAIN, TRUSTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent.parent
SECONDS = 300


@dataclass
class Batch:
    """What a process that crawled many portals did."""

    outcomes: dict[str, Outcome]
    """By id of the case."""
    plays: dict[str, int]
    connected: list[str]
    looked_up: list[str]
    names: set[str]
    stall: float
    megabytes: float
    log: str


def portal_plan(case: Case, at: Servers) -> dict[str, Any]:
    hosts = [at.site.host, at.other.host, f"closed.{at.site.name}:1"]
    return {
        "slug": case.slug,
        "hosts": hosts,
        "list": at.site.url(LIST),
        "verify_tls": case.verify_tls,
        "max_pages": case.max_pages,
        "delay": case.delay,
        "settings": case.settings | {"ALLOW_HOSTS": hosts},
    }


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
    """The outcome of a crawl of every case, with the servers still up."""
    sites = [FaultPortal(f"{case.slug}.{DOMAIN}", tls=case.tls) for case in cases]
    others = [FaultPortal(f"{case.slug}.other.test") for case in cases]
    victims = [FaultPortal("victim.test") for _ in cases]
    with running([*sites, *others, *victims]):
        servers = [Servers(*three) for three in zip(sites, others, victims, strict=True)]
        pairs = list(zip(cases, servers, strict=True))
        plays = {case.id: build(case, at) for case, at in pairs}
        names = {name: answers for at in servers for name, answers in names_of(at).items()}
        plan = {
            "names": names,
            "settings": FAST | {"OUTPUT_DIR": str(folder), "LOG_FILE": str(folder / "log")},
            "portals": [portal_plan(case, at) for case, at in pairs],
        }
        done = crawl(plan, folder)
        log = (folder / "log").read_text("utf-8")
        outcomes = {}
        for case, at in pairs:
            result = done["portals"][case.slug]
            told = [
                line
                for line in log.splitlines()
                if f"{at.site.name}:" in line and (" WARNING:" in line or " ERROR:" in line)
            ]
            records = read_records(folder / case.slug)
            outcomes[case.id] = Outcome(at, result["stats"], result["code"], records, told)
        yield Batch(
            outcomes,
            plays,
            done["connected"],
            done["looked_up"],
            set(names),
            done["stall"],
            done["megabytes"],
            log,
        )


def crawl(plan: dict[str, Any], folder: Path) -> dict[str, Any]:
    plan_file, result_file, trusted = (
        folder / "plan.json",
        folder / "result.json",
        folder / "ca.pem",
    )
    plan_file.write_text(json.dumps(plan), "utf-8")
    TRUSTED.cert_pem.write_to_path(str(trusted))
    script = Path(__file__).with_name("crawling.py")
    run = subprocess.run(
        [sys.executable, str(script), str(plan_file), str(result_file)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(trusted)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    result: dict[str, Any] = json.loads(result_file.read_text("utf-8"))
    return result


def read_records(folder: Path) -> list[dict[str, Any]]:
    """Every line of the portal's published files, strictly."""

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    return [
        json.loads(line, parse_constant=refuse)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_bytes().decode("utf-8").splitlines()
    ]
