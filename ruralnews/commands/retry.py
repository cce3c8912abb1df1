"""`scrapy retry --reason R`: ask again, in the next run, for pages that gave no record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import opened
from ruralnews.errors import UsageError
from ruralnews.state.check import retry
from ruralnews.state.lock import workspace_lock

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    """Makes pages pending again; for use after a rule or a profile was mended."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "--reason REASON [SLUG]"

    def short_desc(self) -> str:
        return "Have the next run ask again for the pages with a reason that `status` shows"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--reason", metavar="REASON", help="e.g. body-missing, http-503")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "retry"):
            refuse_options(args)
            if not opts.reason or len(args) > 1:
                raise UsageError("name a reason: --reason body-missing; `scrapy status` shows them")
            with opened(self) as (folder, store), workspace_lock(folder):
                count = retry(store, opts.reason, args[0] if args else None)
                print(f"{count} pages will be asked for again")
