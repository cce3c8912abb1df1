"""`scrapy report`: the report of a past night once more, as a page or as text."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews.commands.night_files import NIGHTS
from ruralnews.commands.night_report import REPORT, find_night, history, read_past
from ruralnews.commands.tables import WIDTH_OF_A_FILE
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import opened
from ruralnews.errors import UsageError
from ruralnews.state.files import replacing, write_all

if TYPE_CHECKING:
    import argparse

    from ruralnews.state.store import Store

STDOUT = "-"
LANGUAGES = ("zh", "en")


class Command(ScrapyCommand):
    """Makes the report of a night from its facts and the nights before it."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--night DATE] [--text] [--lang zh|en] [-o FILE]"

    def short_desc(self) -> str:
        return "Make the report of a night again, as a page or as text in the terminal"

    def long_desc(self) -> str:
        return (
            "Make the report of a night again: the page nights/<time>/report.html, or with --text "
            "the same on standard output. The same facts give the same bytes."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--night",
            metavar="DATE",
            help="a day in China, or a night's name; default: the last",
        )
        parser.add_argument("--text", action="store_true", help="text in place of a page")
        parser.add_argument("--lang", metavar="zh|en", default="zh", help="default: zh")
        parser.add_argument(
            "-o", "--output", metavar="FILE", help="write it there; - is standard output"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "report"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}; --night DATE")
            if opts.lang not in LANGUAGES:
                raise UsageError(f"--lang {opts.lang}: there is {' and '.join(LANGUAGES)}")
            with opened(self, reading=True) as (folder, store):
                report(store, folder, opts)


def report(store: Store, folder: Path, opts: argparse.Namespace) -> None:
    """Makes the report and puts it where it was asked for."""
    row = find_night(store, opts.night)
    night, from_store = read_past(store, folder, row)
    past = history(store, row.id)
    if opts.text:
        from ruralnews.reporting.terminal import render_text  # noqa: PLC0415 - 0.2 s

        on_screen = opts.output is None and sys.stdout.isatty()
        width = screen_width() if on_screen else WIDTH_OF_A_FILE
        text = render_text(night, past, opts.lang, width=width, color=on_screen)
    else:
        from ruralnews.reporting.page import render_page  # noqa: PLC0415 - 0.2 s

        text = render_page(night, past, opts.lang, from_store=from_store)
    target = opts.output or (STDOUT if opts.text else str(folder / NIGHTS / row.id / REPORT))
    if target == STDOUT:
        sys.stdout.write(text)
        return
    with replacing(Path(target)) as descriptor:
        write_all(descriptor, text.encode())
    print(target)


def screen_width() -> int:
    """Columns of the terminal."""
    return get_terminal_size().columns
