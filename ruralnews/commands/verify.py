"""`scrapy verify`: prove that every published file is whole, or make it so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews import clock
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import opened
from ruralnews.errors import UsageError
from ruralnews.monitoring.outcome import Exit
from ruralnews.state.check import portals, problems, repair
from ruralnews.state.files import nothing, published
from ruralnews.state.lock import is_at_work, workspace_lock

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from ruralnews.state.store import Store


class Command(ScrapyCommand):
    """Compares the files under output/ with the state store."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--repair]"

    def short_desc(self) -> str:
        return "Check every published file; --repair makes damaged ones again, byte for byte"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--repair", action="store_true", help="write again what is damaged")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "verify"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}")
            if opts.repair:
                with opened(self, check=True) as (folder, store), workspace_lock(folder):
                    for sentence in repair(store, folder, clock.utc_now(), nothing):
                        print(sentence)
                    self.exitcode = show(store, list(problems(store, folder)))
                return
            with opened(self, reading=True) as (folder, store):
                self.exitcode = show(store, look(store, folder))


def look(store: Store, folder: Path) -> list[str]:
    """Every problem; of a run that is at work, none that its end will settle."""
    found = list(problems(store, folder)) if not is_at_work(folder) else []
    # A run may have begun meanwhile.
    if is_at_work(folder):
        print("A run is at work: what it has not published yet is left out")
        found = list(problems(store, folder, at_work=True))
    return found


def show(store: Store, found: list[str]) -> int:
    """Prints every problem to stderr and the count to stdout; 1 when there is one."""
    for sentence in found:
        print(sentence, file=sys.stderr)
    contents = [one.content for portal in portals(store) for one in published(store, portal)]
    rows = sum(content.rows for content in contents if content)
    print(f"{len(contents)} files, {rows} lines, {len(found)} problems")
    return Exit.BUG if found else Exit.OK
