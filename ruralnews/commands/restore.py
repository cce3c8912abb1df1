"""`scrapy restore`: damaged text in, restored text out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from ruralnews.errors import InputError
from ruralnews.restoration import restore

if TYPE_CHECKING:
    import argparse

    from ruralnews.restoration import Step


class Command(ScrapyCommand):
    """The command."""

    requires_project = True
    default_settings: ClassVar = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[--explain] [--force] [FILE or -]"

    def short_desc(self) -> str:
        return "Give damaged Chinese text back as it was published"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--explain", action="store_true", help="list the repairs on stderr")
        parser.add_argument(
            "--force", action="store_true", help="restore a fragment that is too short to be sure"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise UsageError(
                f"scrapy restore takes one file, not {len(args)}; try: cat FILES | scrapy restore -"
            )
        try:
            text = read_text(args[0] if args else "-")
        except InputError as error:
            sys.stderr.write(f"{error}\n")
            self.exitcode = 1
            return
        restored = restore(text, force=opts.force)
        sys.stdout.write(restored.text)
        if opts.explain:
            sys.stderr.writelines(f"{explain(step)}\n" for step in restored.steps)


def read_text(name: str) -> str:
    """The text of a UTF-8 file, or of standard input for `-`; line ends as they are.

    Raises:
        InputError: the file cannot be read or is not UTF-8.
    """
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"{name}: cannot be read ({error.strerror}); name a text file, or - for standard input"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: byte {error.start} is not UTF-8; convert the file first, e.g. with "
            f"iconv -f GB18030 -t UTF-8"
        ) from error


def explain(step: Step) -> str:
    """One line: position, kind, before, bytes, after, reason, and whether it is a guess."""
    doubt = "" if step.certain else "  (likeliest reading)"
    return (
        f"{step.position}\t{step.step}\t{step.before!r} [{step.lost}] -> {step.after!r}"
        f"\t{step.reason}{doubt}"
    )
