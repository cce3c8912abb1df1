"""`scrapy portals`: the portals as a table, or a check of their profiles."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews.commands.tables import print_table
from ruralnews.commands.told import refuse_options, told
from ruralnews.errors import UsageError
from ruralnews.monitoring.outcome import Exit
from ruralnews.portals import load_portals

if TYPE_CHECKING:
    import argparse

    from ruralnews.portals import Registry

HEADS = ("slug", "name", "family", "hosts", "columns", "verified")


class Command(ScrapyCommand):
    """Prints what the registry knows."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--check]"

    def short_desc(self) -> str:
        return "Show the portals; --check tells what is wrong with their profiles"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--check", action="store_true", help="end with 3 on a bad profile")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "portals"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}")
            self.exitcode = check(load_portals()) if opts.check else show(load_portals())


def show(registry: Registry) -> int:
    """Prints the table, problems to stderr; always 0."""
    rows = [
        (
            portal.slug,
            portal.name,
            portal.family or "",
            " ".join(portal.hosts),
            " ".join(column.name for column in portal.columns),
            "yes" if portal.verified else "no",
        )
        for portal in registry.portals.values()
    ]
    print_table(HEADS, rows)
    _print_problems(registry)
    return Exit.OK


def check(registry: Registry) -> int:
    """Prints every problem to stderr and the count to stdout; 3 when there is one."""
    _print_problems(registry)
    print(f"{len(registry.portals)} portals, {len(registry.problems)} problems")
    return Exit.CONFIG if registry.problems else Exit.OK


def _print_problems(registry: Registry) -> None:
    for problem in registry.problems:
        print(problem, file=sys.stderr)
