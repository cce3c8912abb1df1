"""`scrapy prune --keep 90d`: what is old leaves the output folder; published records stay."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.utils.misc import load_object

from ruralnews import clock
from ruralnews.archive.folders import archive_folder
from ruralnews.commands.nightly import REMEMBERED, read_duration
from ruralnews.commands.pruning import Ages, Freed, Pruning
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import opened
from ruralnews.errors import UsageError
from ruralnews.state.lock import workspace_lock
from ruralnews.state.pruning import WASTE, compact, wasted

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from ruralnews.state.store import Store

DAY = 86400
LEAST = 7 * DAY
"""Seconds; a shorter time is a slip of the hand."""
UNITS = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


class Command(ScrapyCommand):
    """Deletes what is older than it needs to be."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "--keep 90d [--dry-run]"

    def short_desc(self) -> str:
        return "Delete old archive files, folders of nights and logs; published records stay"

    def long_desc(self) -> str:
        return (
            "Delete what is older than --keep: archive files (of articles that gave no record "
            "yet, after --keep-unread), folders of nights, logs, samples of old runs. Published "
            "records stay, unless --records gives an age of its own and --confirm-records is said."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--keep", metavar="90d", help="delete what is older")
        parser.add_argument(
            "--keep-unread",
            metavar="365d",
            default="365d",
            help="keep the archive of articles that gave no record yet for so long",
        )
        parser.add_argument("--dry-run", action="store_true", help="say it, and delete nothing")
        parser.add_argument(
            "--records", metavar="1825d", help="delete published records, too, that are older"
        )
        parser.add_argument(
            "--confirm-records", action="store_true", help="yes, delete published records"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "prune"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}")
            ages = read_ages(opts, int(clock.now()))
            settings = self.settings
            assert settings is not None, "Scrapy sets them before it runs a command"
            at = load_object(settings["STATE_OBSERVER"])
            dry = opts.dry_run
            # A dry run only reads, and may run beside a night.
            with (
                opened(self, check=not dry, reading=dry) as (folder, store),
                nullcontext() if dry else workspace_lock(folder),
            ):
                pruning = Pruning(store, folder, ages, at, dry=dry)
                for freed in steps(pruning, archive_folder(settings)):
                    print(line(freed, dry=dry))
                if not dry:
                    print(shrink(store, folder))


def steps(pruning: Pruning, archive: Path | None) -> list[Freed]:
    """Everything, in its order."""
    found: list[Freed] = []
    # A folder that is not there may be on a disk that is not mounted: its index stays.
    if archive is not None and archive.is_dir():
        found += pruning.archive(archive)
    for step in (pruning.nights(), pruning.logs(), pruning.facts(REMEMBERED), pruning.records()):
        found += step
    return found


def read_ages(opts: argparse.Namespace, now: int) -> Ages:
    """Raises UsageError for an age that is missing, none, or suspiciously short."""
    if not opts.keep:
        raise UsageError("say how long things are kept: --keep 90d")
    if opts.records and not (opts.confirm_records or opts.dry_run):
        raise UsageError(
            f"--records {opts.records} deletes published records for good; look at it with "
            "--dry-run, then add --confirm-records"
        )
    named = {"--keep": opts.keep, "--keep-unread": opts.keep_unread, "--records": opts.records}
    seconds = {name: read_duration(text, name) for name, text in named.items() if text}
    for name, age in seconds.items():
        if age < LEAST:
            raise UsageError(f"{name} {named[name]}: is shorter than 7d")
    records = now - int(seconds["--records"]) if opts.records else None
    return Ages(now - int(seconds["--keep"]), now - int(seconds["--keep-unread"]), records)


def line(freed: Freed, *, dry: bool) -> str:
    """One line of what the command prints."""
    would = " (not deleted: --dry-run)" if dry and freed.count else ""
    size = f", {amount(freed.bytes)}" if freed.bytes else ""
    return f"{freed.what}: {freed.count}{size}{would}"


def amount(size: int) -> str:
    """A number of bytes as a person reads it."""
    for unit, name in UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"


def shrink(store: Store, folder: Path) -> str:
    """Makes the store's file smaller when that is worth its while; says what it did."""
    size, empty = wasted(store)
    if empty < WASTE * size:
        return f"state store: {amount(size)}, of them {amount(empty)} free for what comes"
    if shutil.disk_usage(folder).free < 2 * size:
        return f"state store: {amount(empty)} stand empty; too little is free to write it anew"
    compact(store)
    return f"state store: {amount(size)} became {amount(wasted(store)[0])}"
