"""`scrapy nightly`: every due portal in one process, one ledger, one exit code."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapy.commands import BaseRunSpiderCommand

from ruralnews import clock
from ruralnews.archive.folders import output_folder
from ruralnews.commands.alerting import Alerts
from ruralnews.commands.conductor import Conductor, Plan
from ruralnews.commands.crawl import check_portal, check_writable, prepare
from ruralnews.commands.night_files import NIGHTS, write_night, write_stats
from ruralnews.commands.night_report import report_at_end
from ruralnews.commands.progress import Progress, print_night
from ruralnews.commands.told import refuse_options, told
from ruralnews.errors import OutputError, UsageError
from ruralnews.extensions.facts import china
from ruralnews.monitoring.monitors import judge
from ruralnews.monitoring.night import Night, PortalNight, read_portal
from ruralnews.monitoring.outcome import Exit, night_code
from ruralnews.portals import load_portals
from ruralnews.state.lock import workspace_lock
from ruralnews.state.rules import RESUME
from ruralnews.state.store import open_store, store_url
from ruralnews.state.tally import begin_night, end_night, fresh_portals, past_facts

if TYPE_CHECKING:
    import argparse
    from datetime import datetime
    from pathlib import Path

    from scrapy.settings import BaseSettings

    from ruralnews.monitoring.night import Alarm
    from ruralnews.portals import Registry
    from ruralnews.portals.model import Portal
    from ruralnews.state.store import Store

DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DEMO = "demo"
REMEMBERED = 60
"""Runs looked back at: enough for 14 good ones on weekends, or on working days."""
ENOUGH = (Exit.OK, Exit.ALARM)
"""Codes of a run after which its portal is not due again the same night."""


class Command(BaseRunSpiderCommand):
    """Crawls what is due, draws up the books, judges them."""

    requires_project = True

    def syntax(self) -> str:
        return "[--only SLUG,...] [--max-runtime 4h]"

    def short_desc(self) -> str:
        return "Crawl all due portals, balance the books, raise alarms; the exit code judges"

    def long_desc(self) -> str:
        return (
            "Crawl every portal that was not crawled completely within the last 12 hours. "
            "Run it again after a stop: it goes on with the rest."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--only", metavar="SLUG,...", default="", help="these portals, due or not"
        )
        parser.add_argument(
            "--max-runtime", metavar="4h", help="stop after so many h, m or s; a new run goes on"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        settings = self.settings
        assert settings is not None, "Scrapy sets them before it reads the options"
        self.name = night_name(output_folder(settings) / NIGHTS, clock.utc_now())
        settings.set("NIGHT_ID", self.name, priority="cmdline")
        if opts.logfile:
            return
        # Progress has the terminal; the log of a night is looked up, not watched.
        home = output_folder(settings) / NIGHTS / self.name
        try:
            make_home(settings, home)
        except OutputError:
            return  # `run` meets it again, where it is told and gets its exit code
        settings.set("LOG_FILE", str(home / "log.txt"), priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "nightly"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}; --only SLUG,...")
            assert self.settings is not None, "Scrapy sets them before it runs a command"
            alerts = Alerts(self.settings, "nightly")
            folder = output_folder(self.settings)
            with alerts.of_errors():
                night = self._run(opts, folder, alerts.worst)
            print_night(night, folder)
            self.exitcode = Exit(night.outcome or 0)
            alerts.tell_of(night, folder / NIGHTS / night.id)
            if night.alerts:
                write_stats(folder, night)

    def _run(self, opts: argparse.Namespace, folder: Path, worst: Exit) -> Night:
        """The night, ended and written down; `worst` is a code that it cannot end better than."""
        settings: Any = self.settings
        seconds = read_duration(opts.max_runtime) if opts.max_runtime else None
        only = [slug for slug in opts.only.split(",") if slug]
        registry = load_portals()
        for slug in only:
            check_portal(slug)
        make_home(settings, folder / NIGHTS / self.name)
        with workspace_lock(folder):
            prepare(settings, folder)
            with closing(
                open_store(store_url(folder, settings["STATE_URL"]), check=False)
            ) as store:
                portals = due_portals(store, registry, only)
                night = self._crawl(store, portals, seconds)
                for portal in night.portals:
                    portal.alarms = judged(store, registry, portal)
                if not only:
                    night.portals += broken(registry)
                self._close(store, folder, night, worst)
        return night

    def _crawl(self, store: Store, portals: list[Portal], seconds: float | None) -> Night:
        """The night, its portals crawled but not yet judged."""
        settings: Any = self.settings
        started = clock.now()
        with store.transaction() as connection:
            begin_night(connection, self.name, int(started))
        night = Night(self.name, china(started), allowed=settings.getlist("ALLOW_HOSTS"))
        with Progress(len(portals)) as progress:
            plan = Plan(portals, settings.getint("PORTALS_AT_ONCE"), seconds)
            process: Any = self.crawler_process
            conductor = Conductor(process, self._create_crawler, plan, progress.update)
            if portals:
                conductor.run()
        night.portals = [conductor.ended[portal.slug] for portal in portals]
        return night

    def _close(self, store: Store, folder: Path, night: Night, worst: Exit) -> None:
        """Ends the night: exit code, files, the note in the store, the report."""
        now = clock.now()
        night.finished = china(now)
        alarms = [alarm for portal in night.portals for alarm in portal.alarms]
        codes = [worst, *(portal.outcome for portal in night.portals)]
        if alarms:
            codes.append(Exit.ALARM)
        night.outcome = night_code(codes)
        write_night(store, folder, night)
        with store.transaction() as connection:
            end_night(connection, night.id, int(now), night.outcome)
        report_at_end(store, folder, night)


def night_name(nights: Path, began: datetime) -> str:
    """The second at which a night began, UTC; a later one where a night has that name."""
    while (nights / (name := f"{began:%Y%m%dT%H%M%SZ}")).exists():
        began += timedelta(seconds=1)
    return name


def make_home(settings: BaseSettings, home: Path) -> None:
    """Makes the folder of a night. Raises OutputError when the night could not write."""
    check_writable(settings)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{home}: cannot be made: {error.strerror}") from error


def read_duration(text: str, option: str = "--max-runtime") -> float:
    """Seconds of `90s`, `30m`, `4h` or `90d`. Raises UsageError that names the option."""
    found = DURATION.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{option} {text}: is no time; write it like 4h, 30m, 90s or 2d")
    return float(found[1]) * UNITS[found[2]]


def due_portals(store: Store, registry: Registry, only: list[str]) -> list[Portal]:
    """The portals to crawl, in the order of their slugs; the demo portal only when named."""
    if only:
        return [registry.portals[slug] for slug in dict.fromkeys(only)]
    with store.transaction() as connection:
        done = fresh_portals(connection, int(clock.now()) - RESUME, ENOUGH)
    left_out = {DEMO, *done}
    return [portal for slug, portal in sorted(registry.portals.items()) if slug not in left_out]


def judged(store: Store, registry: Registry, portal: PortalNight) -> list[Alarm]:
    """The alarms of a portal's night, by its nights before and what was crawled by hand since."""
    if portal.run is None:
        return []
    about = portal.slug, portal.run, REMEMBERED
    with store.transaction() as connection:
        nights = past_facts(connection, *about, of_nights=True)
        others = past_facts(connection, *about, of_nights=False)
    before, by_hand = (
        [read_portal(json.loads(text)) for text in texts] for texts in (nights, others)
    )
    return judge(portal, before, by_hand, registry.portals[portal.slug].usual_since)


def broken(registry: Registry) -> list[PortalNight]:
    """The portals whose profile cannot be read: nobody shall find out after weeks."""
    return [
        PortalNight(problem.slug, problem.slug, Exit.CONFIG, error=str(problem))
        for problem in registry.problems
    ]
