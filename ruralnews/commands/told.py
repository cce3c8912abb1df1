"""How a command ends on an error: one sentence on stderr and the exit code that fits."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ruralnews.errors import (
    LockedError,
    OutputError,
    ProfileError,
    RuralnewsError,
    StateError,
    UsageError,
)
from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy.commands import ScrapyCommand

CODES: tuple[tuple[type[RuralnewsError], Exit], ...] = (
    (UsageError, Exit.USAGE),
    (ProfileError, Exit.CONFIG),
    (OutputError, Exit.DISK),
    (StateError, Exit.STATE),
    (LockedError, Exit.LOCKED),
)


@contextmanager
def told(command: ScrapyCommand, name: str) -> Iterator[None]:
    """Turns an error of ours within the block, or Ctrl-C, into a sentence and an exit code."""
    try:
        yield
    except RuralnewsError as error:
        print(f"scrapy {name}: {error}", file=sys.stderr)
        command.exitcode = code_of(error)
    except KeyboardInterrupt:
        print(f"scrapy {name}: stopped", file=sys.stderr)
        command.exitcode = Exit.STOPPED


def code_of(error: BaseException) -> Exit:
    """The exit code that fits an error; what is none of ours is a bug."""
    return next((code for kind, code in CODES if isinstance(error, kind)), Exit.BUG)


def refuse_options(args: Sequence[str]) -> None:
    """Raises UsageError for an option that Scrapy's parser did not know and passed on."""
    for arg in args:
        if arg.startswith("-") and arg != "-":
            raise UsageError(f"there is no option '{arg}'; -h lists them")
