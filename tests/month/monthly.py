"""Plays the month: a real `scrapy nightly` for every night, against real servers on loopback.

python tests/month/monthly.py           plays it and prints the table
python tests/month/monthly.py --write   and puts the table into docs/OPERATING.md
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from portals import Month, Servers

from ruralnews.clock import VARIABLE
from ruralnews.monitoring.night import Night, PortalNight, read_night
from ruralnews.monitoring.season import Season, season

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "OPERATING.md"
PART = re.compile(r"(<!-- generated: month -->\n).*?(<!-- end -->)", re.DOTALL)
HEAD = ("night", "reports on", "in the world", "alarms", "ends with")
DAYS = {Season.WORK: "", Season.REST: ", off", Season.FESTIVAL: ", holiday"}
FRIDAY = 4
SETTINGS = {
    "BACKOFF_SECONDS": "0.01",
    "DOWNLOAD_DELAY_JITTER": "0",
    "MIN_FREE_MB": "0",
    "LOG_LEVEL": "INFO",
}


@dataclass
class Played:
    """A night as it was played."""

    number: int
    code: int
    said: str
    facts: Night
    late: list[str]
    """What `scrapy check-night` says an hour after it began."""

    @property
    def alarms(self) -> list[str]:
        return [told(portal, alarm) for portal in self.facts.portals for alarm in portal.alarms]

    @property
    def ledgers(self) -> Iterator[tuple[str, Any]]:
        for portal in self.facts.portals:
            yield portal.slug, portal.ledger
            yield portal.slug, portal.carried
            yield from ((f"{portal.slug} {name}", book) for name, book in portal.columns.items())


def told(portal: PortalNight, alarm: Any) -> str:
    return f"{portal.slug} {alarm.monitor} {alarm.level} {alarm.field or '-'} {alarm.cause}"


@dataclass
class Stage:
    """A project folder and the servers of some portals."""

    folder: Path
    month: Month
    servers: Servers
    slugs: Sequence[str]
    played: list[Played] = field(default_factory=list)

    def play(self, night: int) -> Played:
        self.servers.begin(night)
        (self.folder / "portals").mkdir(exist_ok=True)
        for slug in self.slugs:
            text = self.month.profile(slug, self.servers.host(slug), night)
            (self.folder / "portals" / f"{slug}.toml").write_text(text, "utf-8")
        done = self.scrapy(night, 0, "nightly", "--only", ",".join(self.slugs), *self.settings())
        (path,) = set((self.folder / "output" / "nights").glob("*/stats.json")) - {
            self.folder / "output" / "nights" / one.facts.id / "stats.json" for one in self.played
        }
        late = self.check_night(night) if night in self.month.script["checked"] else []
        facts = read_night(path.read_text("utf-8"))
        played = Played(night, done.returncode, done.stdout + done.stderr, facts, late)
        self.played.append(played)
        return played

    def check_night(self, night: int) -> list[str]:
        """What `scrapy check-night` says an hour after a night began."""
        check = self.scrapy(night, 1, "check-night")
        late = [line for line in check.stderr.splitlines() if VARIABLE not in line]
        assert check.returncode == bool(late), check.stderr
        return late

    def settings(self) -> list[str]:
        hosts = ",".join(self.servers.host(slug) for slug in self.slugs)
        given = SETTINGS | {"ALLOW_HOSTS": hosts}
        return [part for name, value in given.items() for part in ("-s", f"{name}={value}")]

    def scrapy(self, night: int, hours: int, *args: str) -> subprocess.CompletedProcess[str]:
        """`scrapy ARGS`, so many hours after the night began."""
        now = self.month.began(night) + timedelta(hours=hours)
        return subprocess.run(
            [sys.executable, "-m", "scrapy", *args],
            cwd=self.folder,
            env=os.environ | {VARIABLE: now.isoformat(), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    def lines(self, slug: str) -> list[dict[str, Any]]:
        """What is published of a portal, in the words of chronicle.py."""
        files = sorted((self.folder / "output" / slug).glob("**/*.jsonl"))
        said = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
        keys = "revision column title published source author editor body reason".split()
        return [
            {"path": urlsplit(line["url"]).path} | {key: line[key] for key in keys if key in line}
            for line in said
        ]


@contextmanager
def stage(folder: Path, slugs: Sequence[str] = ()) -> Iterator[Stage]:
    """The month, ready to be played; `slugs` are all when empty."""
    month = Month.read()
    chosen = list(slugs or month.script["looks"])
    (folder / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    servers = Servers(month, chosen)
    try:
        yield Stage(folder, month, servers, chosen)
    finally:
        servers.close()


def rows(played: Stage) -> list[tuple[str, ...]]:
    """The rows of the table, from what was played."""
    return [row(played.month, one.number, one.alarms, one.code) for one in played.played]


def row(month: Month, night: int, told: list[str], code: int) -> tuple[str, ...]:
    """The row of a night in which these alarms were told."""
    day = month.day(night)
    world = [
        one["told"] + (f" (to night {one['nights'][1]})" if lasts(month, one) else "")
        for one in month.events
        if one["nights"][0] == night
    ]
    alarms: dict[str, list[str]] = {}
    for alarm in sorted(told):
        slug, monitor, level, _, cause = re.fullmatch(
            r"(\S+) (\S+) (\S+) (.+) (\S+)", alarm
        ).groups()
        alarms.setdefault(f"{slug} ({cause})", []).append(f"{monitor} {level}")
    who = [f"{whom}: {', '.join(what)}" for whom, what in alarms.items()]
    kind = DAYS[season(day)] or (", worked" if day.weekday() > FRIDAY else "")
    return (
        str(night),
        f"{day:%m-%d %a}{kind}",
        "; ".join(world),
        "; ".join(who),
        str(code),
    )


def lasts(month: Month, event: dict[str, Any]) -> bool:
    """Whether an event is over before the month."""
    first, last = event["nights"]
    return bool(first < last < month.nights)


def document() -> str:
    return DOCUMENT.read_text("utf-8")


def written(lines: list[tuple[str, ...]]) -> str:
    """The document with the table in its place."""
    told = [HEAD, tuple("---" for _ in HEAD), *lines]
    table = "".join(f"| {' | '.join(line)} |\n" for line in told)
    return PART.sub(lambda part: part[1] + table + part[2], document())


def main() -> None:
    with TemporaryDirectory() as folder, stage(Path(folder)) as played:
        for night in range(1, played.month.nights + 1):
            one = played.play(night)
            print(*row(played.month, night, one.alarms, one.code), sep=" | ", flush=True)
        if "--write" in sys.argv:
            DOCUMENT.write_text(written(rows(played)), "utf-8")


if __name__ == "__main__":
    main()
