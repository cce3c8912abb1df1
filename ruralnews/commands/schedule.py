"""`scrapy schedule --systemd | --cron | --launchd`: ready units that start the nights."""

from __future__ import annotations

import pwd
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.utils.conf import closest_scrapy_cfg
from sqlalchemy import make_url

from ruralnews.archive.folders import archive_folder, output_folder
from ruralnews.clock import utc_now
from ruralnews.commands.crawl import check_portal
from ruralnews.commands.told import refuse_options, told
from ruralnews.errors import OutputError, UsageError
from ruralnews.middlewares.patience import inside_window
from ruralnews.processors.dates import CHINA
from ruralnews.scheduling import cron, launchd, systemd
from ruralnews.scheduling.job import Job, check_paths
from ruralnews.state.store import SQLITE

if TYPE_CHECKING:
    import argparse

    from scrapy.settings import BaseSettings

NIGHT = "02:00"
"""China time: newsrooms are asleep, and yesterday's pages are complete."""


class Command(ScrapyCommand):
    """Prints units; installs nothing."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "--systemd | --cron | --launchd [--at HH:MM] [--user]"

    def short_desc(self) -> str:
        return "Print units for systemd, cron or launchd that start a night every day"

    def long_desc(self) -> str:
        return (
            "Print units that run `scrapy nightly` every day and `scrapy check-night` ten hours "
            "later, with the settings that -s gives here. docs/OPERATING.md says how to install "
            "them."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        kinds = parser.add_mutually_exclusive_group()
        for kind in ("systemd", "cron", "launchd"):
            kinds.add_argument(
                f"--{kind}", action="store_const", const=kind, dest="kind", help=f"for {kind}"
            )
        parser.add_argument(
            "--at", metavar="HH:MM", help=f"China time at which a night begins ({NIGHT})"
        )
        parser.add_argument(
            "--only", metavar="SLUG,...", default="", help="these portals, as `nightly --only`"
        )
        parser.add_argument(
            "--user", action="store_true", help="with --systemd: for `systemctl --user`"
        )
        parser.add_argument(
            "--write", metavar="FOLDER", help="write the files there instead of printing them"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "schedule"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}")
            if opts.kind is None:
                raise UsageError("say for what: --systemd, --cron or --launchd")
            if opts.user and opts.kind != "systemd":
                raise UsageError(f"--user is for --systemd; --{opts.kind} is a user's own anyway")
            assert self.settings is not None, "Scrapy sets them before it runs a command"
            job = job_of(self.settings, opts)
            texts = made(job, opts.kind, user=opts.user)
            if opts.write:
                write(Path(opts.write), texts)
            else:
                print("\n".join(texts.values()), end="")


def made(job: Job, kind: str, *, user: bool) -> dict[str, str]:
    """File name to text. Raises UsageError for a path that cannot be written down."""
    check_paths(job)
    now = utc_now().astimezone()
    if kind == "systemd":
        return systemd.units(job, user=user)
    if kind == "launchd":
        return launchd.agents(job, now)
    return {"ruralnews.crontab": cron.crontab(job, now)}


def job_of(settings: BaseSettings, opts: argparse.Namespace) -> Job:
    """What is to be scheduled, with the settings and options of the command line.

    Raises UsageError for a time or portal that is none, and where the program could not write.
    """
    for slug in filter(None, opts.only.split(",")):
        check_portal(slug)
    output = output_folder(settings)
    if not output.is_dir():
        raise UsageError(f"{output}: make this folder first, as the user the nights will run as")
    project = closest_scrapy_cfg()
    alerts = bool(settings["ALERTS"])
    telling = settings.getfloat("ALERT_SECONDS") if alerts else 0.0
    return Job(
        python=Path(sys.executable),
        project=Path(project).parent.absolute(),
        output=output,
        writes=writable(settings, output),
        options=tuple(word for one in opts.set for word in ("-s", one)),
        only=opts.only,
        night=begin(opts.at, settings["NIGHT_WINDOW"] or ""),
        account=pwd.getpwuid(output.stat().st_uid).pw_name,
        alerts=alerts,
        stop_seconds=settings.getfloat("STOP_SECONDS") + telling,
        memory_mb=memory(settings),
    )


def memory(settings: BaseSettings) -> int:
    """MiB that a crawl and a page allow themselves; 0 when one of them has no limit."""
    limits = [settings.getint(name) for name in ("MEMUSAGE_LIMIT_MB", "READER_MEMORY_MB")]
    return sum(limits) if all(limits) else 0


def writable(settings: BaseSettings, output: Path) -> tuple[Path, ...]:
    """The folders that a night writes to, the output folder first, none below another."""
    found = [output]
    others = [archive_folder(settings)]
    url = make_url(settings["STATE_URL"]) if settings["STATE_URL"] else None
    if url is not None and url.get_backend_name() == SQLITE and url.database:
        others.append(Path(url.database).absolute().parent)
    for folder in others:
        if folder is not None and not any(folder.is_relative_to(one) for one in found):
            found.append(folder)
    return tuple(found)


def begin(at: str | None, window: str) -> time:
    """When a night begins, China time. Raises UsageError when nothing could be asked for then."""
    text = at or window.partition("-")[0].strip() or NIGHT
    try:
        clock = datetime.strptime(text, "%H:%M").replace(tzinfo=UTC).time()
    except ValueError as error:
        raise UsageError(f"--at {text}: is no time of day; write it like {NIGHT}") from error
    today = utc_now().astimezone(CHINA).date()
    if not inside_window(window, datetime.combine(today, clock, CHINA)):
        raise UsageError(
            f"--at {text}: lies outside of NIGHT_WINDOW ({window}); nothing would be read"
        )
    return clock


def write(folder: Path, texts: dict[str, str]) -> None:
    """Writes the files and prints their names. Raises OutputError."""
    for name, text in texts.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{folder / name}: cannot be written: {error.strerror}") from error
        print(folder / name)
